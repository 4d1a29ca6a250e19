/**
 * Canned replies, and what a text to a customer must not hold by mistake.
 * @module
 */
import type { Policy } from './schema';

/**
 * The variables of a canned reply (`{caseNo}`, or in Chinese `{单号}`): the customer's name, the case number, the owner,
 * whoever writes, the product, and when the solution is due.
 */
export const REPLY_VARIABLES = {
  name: '客户',
  caseNo: '单号',
  handler: '负责人',
  writer: '我',
  product: '产品',
  dueAt: '期限',
} as const;
export type ReplyVariable = keyof typeof REPLY_VARIABLES;
/** What each variable stands for in this case; one that is left out has no value now. */
export type ReplyValues = Partial<Record<ReplyVariable, string>>;

const NAMES = Object.entries(REPLY_VARIABLES) as [ReplyVariable, string][];
const named = (word: string): ReplyVariable | undefined =>
  NAMES.find(([name, zh]) => name.toLowerCase() === word.toLowerCase() || zh === word)?.[0];

/** A word in braces of either width, single or double. */
const VARIABLE = /[{｛]{1,2}\s*([\p{L}_][\p{L}\p{N}_]{0,39})\s*[}｝]{1,2}/gu;
/** An `@` with a name. One after a letter or digit of an address is none (`wang@example.com`). */
const MENTION = /(?<![A-Za-z0-9._%+-])[@＠][\p{L}\p{N}_][\p{L}\p{N}_.-]{0,39}/gu;

const unique = (items: readonly string[]): string[] => [...new Set(items)];

/** The text with its variables filled in; `unfilled`: those that have no value or that nobody knows, as they stand there. */
export function filledReply(text: string, values: ReplyValues): { text: string; unfilled: string[] } {
  const unfilled: string[] = [];
  const filled = text.replaceAll(VARIABLE, (whole: string, word: string) => {
    const name = named(word);
    const value = name && values[name];
    if (value !== undefined) return value;
    unfilled.push(whole);
    return whole;
  });
  return { text: filled, unfilled: unique(unfilled) };
}

/** The variables of a canned reply that there are not, as they are written there. */
export const unknownVariables = (text: string): string[] =>
  unique([...text.matchAll(VARIABLE)].flatMap(([whole, word = '']) => (named(word) ? [] : [whole])));

/** What in a text to a customer is probably there by mistake, as it stands there, each once. */
export interface Slips {
  /** Variables that nobody has filled in. */
  variables: string[];
  /** Mentions of colleagues: the text was meant for them. */
  mentions: string[];
  /** Words that the policy keeps in the house. */
  internalWords: string[];
}

/** Looks for slips in a text that is about to go to a customer. @param policy whose `internalWords` count */
export function slipsIn(text: string, { correspondence }: Pick<Policy, 'correspondence'>): Slips {
  const plain = text.normalize('NFKC').toLowerCase();
  return {
    variables: unique([...text.matchAll(VARIABLE)].map(([whole]) => whole)),
    mentions: unique([...text.matchAll(MENTION)].map(([whole]) => whole)),
    internalWords: (correspondence?.internalWords ?? []).filter((word) =>
      plain.includes(word.normalize('NFKC').toLowerCase()),
    ),
  };
}
