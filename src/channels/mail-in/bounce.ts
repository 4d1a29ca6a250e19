import type { ReadMail } from './read';

/** What a report about one of our mails says. Anybody can write one, so whoever acts on it looks at our own rows. */
export interface Report {
  /** Message-IDs of mails about cases that stand in it, as `<…>`, five at most. */
  messageIds: readonly string[];
  /** Every address that it says could not be reached, or names at all where it is no report by the book; small letters. */
  recipients: readonly string[];
  /**
   * - `failed`: the mail will not arrive.
   * - `delayed`: its server goes on trying, or it has arrived after all.
   * - `unsure`: it does not say so in a way that we know.
   */
  result: 'failed' | 'delayed' | 'unsure';
  /** The status by RFC 3463, as `5.1.1`. */
  status?: string;
}

/** Limited, or a long run of letters would take a time that grows with its square. */
const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gu;
/** As `planned` in src/db/projection.ts writes them: the case, the event, the mail. */
const MESSAGE_ID = /<C\d{6}-[\dA-Z]{6}\.[^<>\s@]{1,120}@[^<>\s@]{1,200}>/gu;
/** A report is about one mail; whoever puts in more has other plans. */
const MOST_IDS = 5;

/** Reads a report of failed delivery: by RFC 3464, and what older servers write in words. */
export function readReport({ text, files }: Pick<ReadMail, 'text' | 'files'>): Report {
  const parts = files
    .filter(({ declaredType }) => /^(?:message|text)\//iu.test(declaredType))
    .map(({ declaredType, content }) => ({ type: declaredType.toLowerCase(), words: content.toString('latin1') }));
  const status = parts.find(({ type }) => /^message\/(?:global-)?delivery-status/u.test(type))?.words;
  const all = [text, ...parts.map(({ words }) => words)].join('\n');
  const messageIds = [...new Set(all.match(MESSAGE_ID))].slice(0, MOST_IDS);
  const recipients = (status === undefined ? all : fieldsOf(status, 'final-recipient', 'original-recipient').join('\n'))
    .match(ADDRESS)
    ?.map((address) => address.toLowerCase());
  const code = /\b[45]\.\d{1,3}\.\d{1,3}\b/u.exec(fieldsOf(status ?? '', 'status').join(' ') || all)?.[0];
  return {
    messageIds,
    recipients: [...new Set(recipients)],
    result: resultOf(status, code),
    ...(code !== undefined && { status: code }),
  };
}

function resultOf(status: string | undefined, code: string | undefined): Report['result'] {
  if (status === undefined) return code?.startsWith('5') ? 'failed' : 'unsure';
  const actions = fieldsOf(status, 'action').map((action) => action.toLowerCase());
  if (actions.some((action) => action.startsWith('failed'))) return 'failed';
  return actions.length > 0 ? 'delayed' : 'unsure';
}

/** The values of fields in a part that is written as a header. */
const fieldsOf = (part: string, ...names: string[]): string[] =>
  part
    .replaceAll(/\r?\n[ \t]+/gu, ' ')
    .split(/\r?\n/u)
    .map((line) => line.split(/:\s*/u))
    .filter(([name = '']) => names.includes(name.trim().toLowerCase()))
    .map(([, ...value]) => value.join(':').trim());
