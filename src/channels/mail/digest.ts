import { createHash } from 'node:crypto';
import type { OutboxRow } from '../../db/records';
import { isDatabaseAway } from '../../db/errors';
import type { Language } from '../../domain/basics/types';
import { mailContent } from './content';
import { byUrgency, pressingOf, type Pressing } from './pressing';
import type { MailSource } from './source';
import type { MailTemplates, RenderedMail } from './templates';

/** The Message-ID of a notice that several people get, for one of them: the same whenever it is worked out again. */
export function noticeId(messageId: string, userId: string): string {
  const at = messageId.lastIndexOf('@');
  const whose = createHash('sha256').update(userId).digest('hex').slice(0, 12);
  return `${messageId.slice(0, at)}.${whose}${messageId.slice(at)}`;
}

const lineOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** One mail for many notices: each with the line that would have been its subject, and its true due time. */
export async function renderDigest(given: {
  templates: MailTemplates;
  notices: readonly OutboxRow[];
  language: Language;
  house: { name: string; contact: string };
  source: (row: OutboxRow) => Promise<MailSource>;
  log: { warn(fields: object, message: string): void };
}): Promise<RenderedMail> {
  const { templates, notices, language, house, source, log } = given;
  const items: { title: string; due: string | null; pressing?: Pressing }[] = [];
  for (const row of notices.toSorted((a, b) => a.id - b.id)) {
    try {
      const from = await source(row);
      const { template, context } = await mailContent(from);
      const { subject } = templates(template, language, context);
      items.push({ title: subject, due: lineOf(context.dueAt), pressing: pressingOf(from) });
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      // One that cannot be written out is still told of: the others do not wait for it.
      log.warn({ outbox: row.id, caseNo: row.caseNo, mail: row.mail }, 'a notice could not be written out');
      items.push({ title: `[${row.caseNo}]`, due: null });
    }
  }
  items.sort((a, b) => byUrgency(a.pressing, b.pressing));
  return templates('digest', language, {
    org: house.name,
    contact: house.contact === '' ? null : house.contact,
    caseNo: null,
    count: items.length,
    // The subject is all that many read: it names what is most urgent.
    first: items[0]?.title ?? null,
    items: items.map(({ title, due }) => ({ title, due })),
  });
}
