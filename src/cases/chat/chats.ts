import type { Chats } from './contract';
import { createCustomerChat } from './customer-chat';
import { createDeskChats } from './desk-chats';
import type { ChatNeeds } from './parts';

/** Builds `Chats`. */
export function createChats(needs: ChatNeeds): Chats {
  return { customer: createCustomerChat(needs), desk: createDeskChats(needs) };
}
