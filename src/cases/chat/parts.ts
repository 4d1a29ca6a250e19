import type { Stores } from '../../db';
import type { Chat, ChatMessage, NewChatMessage } from '../../db/records';
import type { Instant, Language } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { pageTime } from '../../render/format';
import { sha256, type Links } from '../access/links';
import type { StaffDirectory } from '../access/staff';
import type { Deciding } from '../case/decide';
import type { Following } from '../case/following';
import type { VisibleCases } from '../case/visible';
import type { Customer } from '../customer/contract';
import type { Filed } from '../filing/answers';
import type { ComplaintBody } from '../filing/complaint-input';
import type { FileOptions } from '../filing/file';
import { isRefused } from '../refused';
import type { Articles } from '../library/finding';
import type { PolicyCache } from '../rules/policies';
import type { World } from './terms';
import type { ChatFiles, ChatLine } from './contract';
import { worldOf } from './world';

/** What chats are made from. */
export interface ChatNeeds {
  stores: Pick<Stores, 'chats' | 'cases' | 'ledger'>;
  policies: Pick<PolicyCache, 'inForce'>;
  links: Pick<Links, 'accessCode' | 'progressUrl'>;
  customer: Pick<Customer, 'progress' | 'write'>;
  file: (body: ComplaintBody, options: FileOptions) => Promise<{ filed: Filed }>;
  deciding: Pick<Deciding, 'decided'>;
  visible: Pick<VisibleCases, 'see'>;
  staff: Pick<StaffDirectory, 'words'>;
  following: Pick<Following, 'followChat'>;
  files: ChatFiles;
  articles: Pick<Articles, 'find'>;
  orgName: string;
  clock: () => number;
}

/** The id of the decision by which a message is told to a case: the same message is the same decision. */
export const decisionOf = ({ id }: Chat, clientId: string): string =>
  `w-${sha256(`chat/${id}/${clientId}`).slice(0, 43)}`;

/** Takes letters of the house in the case of a chat into the chat. @returns the chat as it stands then */
export async function withLetters({ stores }: Pick<ChatNeeds, 'stores'>, chat: Chat): Promise<Chat> {
  if (chat.caseNo === undefined || chat.status === 'ended') return chat;
  const seq = (await stores.cases.get(chat.caseNo))?.state.seq ?? 0;
  if (seq <= chat.caseSeq) return chat;
  const events = (await stores.ledger.events(chat.caseNo)).filter((one) => one.seq > chat.caseSeq && one.seq <= seq);
  const letters = events.flatMap((one): NewChatMessage[] =>
    one.actor.kind === 'staff' &&
    (one.type === 'wroteToCustomer' || (one.type === 'responded' && one.data.via === 'mail'))
      ? [{ clientId: `case-${one.seq}`, side: 'person', by: one.actor.id, textId: one.data.text.textId, at: one.at }]
      : [],
  );
  if (letters.length === 0) return chat;
  const said = await stores.chats.say(chat.id, { messages: letters, change: { caseSeq: seq } });
  return said?.chat ?? chat;
}

/** Messages as they are shown. */
export function linesOf(messages: readonly ChatMessage[], staff: ChatNeeds['staff']): Promise<ChatLine[]> {
  return Promise.all(
    messages.map(async ({ seq, side, by, text, file, at }) => ({
      seq,
      side,
      ...(by !== undefined && { by: await staff.words(by) }),
      text,
      ...(file && { isFile: true as const }),
      at,
    })),
  );
}

/** What the machine knows now. */
export const worldNow = async ({ policies, orgName, clock }: ChatNeeds, language: Language): Promise<World> =>
  worldOf(await policies.inForce(), orgName, language, clock());

/** What the machine says, from a message on. */
export const machineLines = (lines: readonly string[], clientId: string, at: Instant): NewChatMessage[] =>
  lines.map((text, index) => ({ clientId: `${clientId}/${index + 1}`, side: 'machine', text, at }));

/** The complaint that a chat becomes, by the names of what the machine asks: as it was told, or as staff have changed it. */
export const complaintOf = (facts: Record<string, string>, language: Language): unknown => {
  const some = (name: string): string | undefined => (facts[name]?.trim() ? facts[name].trim() : undefined);
  const [product, orderNo] = [some('product'), some('orderNo')];
  return {
    channel: 'chat',
    language,
    customer: { name: some('name') ?? '', phone: some('phone'), email: some('email') },
    product:
      product === undefined && orderNo === undefined
        ? undefined
        : { name: product ?? (language === 'en' ? 'not stated' : '未写明'), orderNo },
    text: facts.text ?? '',
    wantedRemedy: some('wish'),
  };
};

/** The times that a receipt promises, as they are shown. */
export const shownTimes = ({ caseNo, answerBy, resolveBy }: Filed, language: Language, now: number) => ({
  caseNo,
  answerBy: pageTime(answerBy, language, toInstant(now), true),
  resolveBy: pageTime(resolveBy, language, toInstant(now), true),
});

/**
 * Files the complaint of a chat. The same again is the same complaint; only if it was filed with other words, and the chat
 * does not know it since a process was killed just then, is it another one.
 */
export async function fileOnce(
  { file }: Pick<ChatNeeds, 'file'>,
  { id, site }: Chat,
  body: ComplaintBody,
  { by }: { by?: string },
): Promise<Filed> {
  const options = { ...(by !== undefined && { by }), ...(site !== undefined && { source: site }) };
  try {
    return (await file(body, { ...options, idempotencyKey: `chat-${id}` })).filed;
  } catch (error) {
    if (!isRefused(error) || error.code !== 'idempotency_key_reused') throw error;
    return (await file(body, { ...options, idempotencyKey: `chat-${id}-${sha256(body.text)}` })).filed;
  }
}
