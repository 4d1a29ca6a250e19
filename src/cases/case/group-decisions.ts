import { fingerprint } from '../../domain/basics/canonical';
import type { CaseEvent, EventData } from '../../domain/case/events';
import type { CaseState } from '../../domain/case/state';
import { textRefs } from '../../domain/basics/text-refs';
import type { Instant, Language } from '../../domain/basics/types';
import type { DecisionName } from '../../domain/decisions/catalogue';
import { refuse, type Refusal } from '../../domain/decisions/define';
import type { ComplaintRecord } from '../../db/records';
import { sha256 } from '../access/links';
import type { DecisionInput } from './decision-input';
import { withTexts } from './texts';

/**
 * Decisions of the lead that may be taken in the others of its group as well: those that say the solution or carry it out. What
 * is about one customer alone (a call, an answer, a survey) is not among them.
 */
export const GROUP_DECISIONS = [
  'write',
  'propose',
  'notSubstantiated',
  'carryOut',
  'resolve',
] as const satisfies DecisionName[];
export type GroupDecision = (typeof GROUP_DECISIONS)[number];

/** How each stands in the ledger, and its input as it would be typed again; evidence is of its own case alone. */
type Written = { [Type in keyof EventData]?: (data: EventData[Type]) => [GroupDecision, DecisionInput] };
const WRITTEN: Written = {
  wroteToCustomer: ({ text }) => ['write', { text }],
  proposed: ({ remedies, solution, findings }) => ['propose', { remedies, solution, findings }],
  notSubstantiatedFound: ({ reasons }) => ['notSubstantiated', { reasons }],
  carriedOut: ({ proof }) => ['carryOut', { proof }],
  resolved: ({ outcome, cause, summary }) => ['resolve', { outcome, cause, summary }],
};

/** The texts that the customer reads, of each decision. */
const TO_CUSTOMER: Record<GroupDecision, string | undefined> = {
  write: 'text',
  propose: 'solution',
  notSubstantiated: 'reasons',
  carryOut: undefined,
  resolve: 'summary',
};

/** A decision that was taken in the lead, with references in place of its texts. */
export interface LeadDecision {
  decisionId: string;
  name: GroupDecision;
  at: Instant;
  by: string;
  input: DecisionInput;
  /** Ids of its texts. */
  textIds: string[];
}

function leadDecision(entry: CaseEvent): LeadDecision | undefined {
  const { decision, actor, at } = entry;
  const read = WRITTEN[entry.type] as ((data: unknown) => [GroupDecision, DecisionInput]) | undefined;
  if (!read || !decision || actor.kind !== 'staff') return undefined;
  const [name, given] = read(entry.data);
  const input = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { decisionId: decision.id, name, at, by: actor.id, input, textIds: textRefs(input) };
}

/** What has been decided in the lead's present round that others of the group may get, the newest of each name; the oldest first. */
export function leadDecisions(events: readonly CaseEvent[]): LeadDecision[] {
  const from = events.findLastIndex(({ type }) => type === 'roundOpened');
  const all = events.slice(from + 1).flatMap((entry) => leadDecision(entry) ?? []);
  return all.filter(({ name }, n) => !all.slice(n + 1).some((later) => later.name === name));
}

/** The id of a lead's decision in another case of its group: the same whoever has it taken there, and however often. */
export const idInMember = (decisionId: string, caseNo: string): string =>
  sha256(`group/${decisionId}/${caseNo}`).slice(0, 40);

/** How people are addressed by their surname alone: nobody knows how the customer of another case would be. */
const TITLES = '先生|女士|小姐|太太|老师|阿姨|大爷|师傅';
const ENGLISH_TITLES = '(?:Mr|Mrs|Ms|Miss|Dr)\\.?';

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const holds = (text: string, found: string | undefined): boolean =>
  found !== undefined && found.trim().length > 3 && text.includes(found.trim());

/** Whether a text says what belongs to the customer of this case alone: a form of address, a number of theirs. */
function isForOne(text: string, { customer, product }: Pick<ComplaintRecord, 'customer' | 'product'>): boolean {
  const { name, phone, email } = customer;
  const letters = Array.from(name.trim());
  const surnames = [letters[0], letters.slice(0, 2).join('')].map((part) => literal(part ?? ''));
  const last = literal(name.trim().split(/\s+/).at(-1) ?? '');
  const isChinese = /^\p{Script=Han}/u.test(name.trim());
  const address = isChinese ? `(?:${surnames.join('|')})(?:${TITLES})` : `${ENGLISH_TITLES}\\s+${last}`;
  return (
    new RegExp(address, 'u').test(text) ||
    [phone, email, product?.orderNo, product?.serialNo].some((one) => holds(text, one)) ||
    holds(text.replaceAll(/[\s-]/g, ''), phone?.replaceAll(/[\s-]/g, ''))
  );
}

/** What is put into a form in place of a name. */
const NAMELESS = ['客户', '用户', '顾客', '匿名', '先生', '女士', 'customer'];
/** Whether a name stands for its person wherever it is written: one character stands in other words, too. */
const isName = (name: string): boolean => Array.from(name).length > 1 && !NAMELESS.includes(name.toLowerCase());

/** A case, and whose it is. */
interface Named {
  caseNo: string;
  customer: { name: string };
}

/** A text of the lead as it is written to another customer: their name and number in place of those of the lead. */
export const reworded = (text: string, lead: Named, member: Named): string => {
  const numbered = text.replaceAll(lead.caseNo, member.caseNo);
  const [theirs, others] = [lead.customer.name.trim(), member.customer.name.trim()];
  return isName(theirs) ? numbered.replaceAll(theirs, () => others) : numbered;
};

const FOR_ONE = refuse(
  'for_one_customer',
  '这段话里有主案客户的称呼、电话或订单号，不能原样发给别的客户；请在这一件里单独写',
  'the text addresses the customer of the lead case, or has a number of theirs, so nobody else can be sent it; write to this customer in their own case',
);
const OTHER_LANGUAGE = refuse(
  'other_language',
  '这位客户用另一种语言；请在这一件里单独写',
  'this customer writes in another language; write to them in their own case',
);
const OTHER_SOLUTION = refuse(
  'other_solution',
  '这一件答应客户的与主案不同；请在这一件里单独登记执行',
  'what was agreed with this customer is not what the lead agreed; record it in their own case',
);
const TEXT_ERASED = refuse(
  'text_erased',
  '主案里的这段话已经删除，不能再用于同组其他案件',
  'the words of this decision have been erased, so it can be taken in no further case',
);

/** A case of a group: what is known of its customer, and where it stands. */
export interface InGroup {
  record: { caseNo: string; language: Language; customer: { id: string; name: string } };
  state: CaseState;
}
/** Its lead: what must reach nobody else. */
export interface Lead extends InGroup {
  record: ComplaintRecord;
}

/** Why a decision of the lead cannot be the same in another case, whatever its words; undefined: it can. */
export function differs(name: GroupDecision, lead: InGroup, member: InGroup): Refusal | undefined {
  const remedies = ({ state }: InGroup) => fingerprint(state.proposal?.remedies ?? []);
  if (name === 'carryOut') return remedies(lead) === remedies(member) ? undefined : OTHER_SOLUTION;
  return member.record.language === lead.record.language ? undefined : OTHER_LANGUAGE;
}

/**
 * What the decision would be in another case of the group, or why it cannot be the same there.
 * @param bodies the texts by their ids
 */
export function inputFor(
  { name, input }: Pick<LeadDecision, 'name' | 'input'>,
  bodies: ReadonlyMap<string, { body: string }>,
  lead: Lead,
  member: InGroup,
): { input: DecisionInput } | { refusal: Refusal } {
  const given = withTexts(input, bodies) as DecisionInput;
  const refusal = differs(name, lead, member) ?? (Object.values(given).includes(null) ? TEXT_ERASED : undefined);
  if (refusal) return { refusal };
  const reword = (value: unknown): unknown =>
    typeof value === 'string' ? reworded(value, lead.record, member.record) : value;
  const filled = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, reword(value)]));
  const field = TO_CUSTOMER[name];
  const words = field === undefined ? undefined : filled[field];
  if (typeof words !== 'string') return { input: filled };
  if (member.record.customer.id !== lead.record.customer.id && isForOne(words, lead.record))
    return { refusal: FOR_ONE };
  // Whoever sent it to the lead's customer has seen what it holds.
  return { input: { ...filled, sendAnyway: true } };
}

/** Whether a decision is one of those. */
export const groupDecisionNamed = (name: string): GroupDecision | undefined =>
  GROUP_DECISIONS.find((one) => one === name);
