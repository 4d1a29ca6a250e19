import type { ReadStream } from 'node:fs';
import type { ChatFile } from '../../db/records';
import type { Instant, Language, Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import type { ComplaintBody } from '../filing/complaint-input';
import type { Said } from './bot';
import type { Choice } from './terms';

/** Something said, as it is shown. */
export interface ChatLine {
  /** Counted from 1 within the chat; what is shown before a chat has begun has 0. */
  seq: number;
  side: 'customer' | 'machine' | 'person';
  /** Who of the staff said it. */
  by?: Words;
  /** Of a file that was sent, its name. */
  text: string;
  isFile?: true;
  at: Instant;
}

/** A file that a customer sends, as it lies on disk. `failed`: it could not be written there. */
export interface SentFile {
  fileName: string;
  declaredType: string;
  path: string;
  failed?: boolean;
}

/** A chat as its customer sees it. */
export interface ChatView {
  status: 'machine' | 'waiting' | 'taken' | 'ended';
  /** Of the last message. */
  seq: number;
  lines: ChatLine[];
  /** What can be pressed now, each with its words. */
  choices: { choice: Choice; words: string }[];
  /** What it became; `url` leads to its progress with its code. */
  filed?: { caseNo: string; code: string; url: string };
}

/**
 * What became of what a customer said; `missed`: number and code did not fit
 * together; `held`: no chat may begin now.
 */
export type ChatOutcome =
  | { kind: 'said'; missed?: true }
  | { kind: 'held' }
  | { kind: 'ended' }
  | { kind: 'refused'; words: Words }
  | { kind: 'away' };

/** The chat on the customer's side. Whoever has its key is let in. */
export interface CustomerChat {
  /** What is shown before a chat has begun. */
  welcome(language: Language): Promise<ChatView>;
  /** Undefined: there is no chat of this key. */
  look(key: string): Promise<ChatView | undefined>;
  /**
   * Says something; the first thing said begins the chat.
   * @param input `id`: drawn by whoever sends it; sent again under it, it is the same message. `site`: in whose page.
   *   `mayBegin`: asked before a chat begins
   */
  say(
    key: string,
    input: { id: string; said: Said; language: Language; site?: string; mayBegin?: () => Promise<boolean> },
  ): Promise<ChatOutcome>;
  /** Whether files may be sent with this key. */
  mayAttach(key: string): Promise<boolean>;
  /**
   * Sends files, as the complaint form takes them. Each that is taken is said in the chat and goes into the evidence of the
   * case that the chat has or becomes; why another is not stands there as well.
   * @param input `id`: as `say` takes it. `more`: further ones came that were not read
   */
  attach(key: string, input: { id: string; files: readonly SentFile[]; more: boolean }): Promise<ChatOutcome>;
  /**
   * Tells of whatever happens in the chat from now on.
   * @returns its last message, and what ends it; undefined: there is no chat of this key
   */
  follow(
    key: string,
    follower: { changed(): void; ended(): void },
  ): Promise<{ seq: number; end: () => void } | undefined>;
}

/** A chat in the desk's list. */
export interface ListedChatView {
  id: string;
  status: 'waiting' | 'taken';
  waitingSince?: Instant;
  takenBy?: Words;
  isOwn: boolean;
  /** Who it is and what it is about, as far as the machine has been told; else the last words. */
  about: string;
  /** What the customer has said since somebody of the house last spoke. */
  unanswered: number;
  lastAt: Instant;
}

/** A chat as staff see it. */
export interface OpenChat extends Omit<ListedChatView, 'about' | 'unanswered' | 'status'> {
  status: ChatView['status'];
  language: Language;
  startedAt: Instant;
  site?: string;
  caseNo?: string;
  seq: number;
  /** What the machine has been told, each with its name. */
  summary: { name: string; value: string }[];
  /** The same by field, with all of the customer's free words as `text`: to be filed. */
  facts: Record<string, string>;
  lines: ChatLine[];
}

/** Chats on the desk: for agents and above; auditors may look. A chat that has a case is for those who may see that. */
export interface DeskChats {
  list(actor: Staff): Promise<ListedChatView[]>;
  /** How many customers wait for a person whom this one might take; none for whoever answers no chats. */
  waiting(actor: Staff): Promise<number>;
  /** @throws Refused `notFound` */
  open(id: string, actor: Staff): Promise<OpenChat>;
  /** The chat that a case came from; undefined: from none. It does not check that they may see the case. */
  ofCase(caseNo: string): Promise<string | undefined>;
  /** The file that a message says, and its content, which has to be ended. @throws Refused `notFound` */
  openFile(id: string, seq: number, actor: Staff): Promise<{ file: ChatFile; content: ReadStream }>;
  /** Takes it, so that nobody else answers. @throws Refused `conflict` if somebody else has, or it has ended */
  take(id: string, actor: Staff): Promise<void>;
  /** Lets it wait for somebody else. @throws Refused `conflict` unless they have taken it */
  release(id: string, actor: Staff): Promise<void>;
  /**
   * Answers the customer. In a chat that has a case the answer is also the decision `respond` there.
   * @param input `id`: as `CustomerChat.say` takes it
   * @throws Refused `conflict` unless they have taken it; and as `respond` refuses
   */
  answer(id: string, input: { id: string; text: string }, actor: Staff): Promise<void>;
  /** @throws Refused `conflict` unless they have taken it */
  end(id: string, actor: Staff): Promise<void>;
  /** Files a complaint from it. @throws Refused `conflict` unless they have taken it, or if it has a case */
  file(id: string, body: ComplaintBody, actor: Staff): Promise<string>;
}

/** Online chats. */
export interface Chats {
  readonly customer: CustomerChat;
  readonly desk: DeskChats;
}

/** Files that customers send in chats: kept with the chat, and given to the case that it has or becomes. */
export interface ChatFiles {
  /** As `CustomerChat.mayAttach`. */
  mayAttach(key: string): Promise<boolean>;
  /** As `CustomerChat.attach`. */
  attach(key: string, input: { id: string; files: readonly SentFile[]; more: boolean }): Promise<ChatOutcome>;
  /** Gives the evidence of their cases the files that it does not have yet. What does not work now is due again. */
  pass(chatId?: string): Promise<void>;
  /** The file that a message says, and its content, a stream that has to be ended. */
  open(chatId: string, seq: number): Promise<{ file: ChatFile; content: ReadStream } | undefined>;
  /** Removes bytes that no chat has any more. */
  remove(sha256: string): Promise<void>;
}
