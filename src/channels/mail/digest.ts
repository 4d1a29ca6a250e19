import { createHash } from 'node:crypto';
import type { OutboxRow } from '../../db/records';
import { isDatabaseAway } from '../../db/errors';
import type { Language } from '../../domain/basics/types';
import { mailContent } from './content';
import { byUrgency, pressingOf, type Pressing } from './pressing';
import type { MailData } from './mail-data';
import type { MailTemplates, RenderedMail } from './templates';

/**
 * The Message-ID for one reader of a notice that goes to several. It is derived from the notice's own id and the
 * reader's, so that fanning the notice out once more gives the same ids and nobody gets it twice.
 */
export function noticeId(messageId: string, userId: string): string {
  const at = messageId.lastIndexOf('@');
  const whose = createHash('sha256').update(userId).digest('hex').slice(0, 12);
  return `${messageId.slice(0, at)}.${whose}${messageId.slice(at)}`;
}

/** The value as text; null when the context has none. */
const lineOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/**
 * Writes one mail for many notices: for each, its subject by the template (the policy's own wording is not used here),
 * linked to its case, and its due time, the most urgent first; in the end a link to the desk. A notice that cannot be written is listed by its case number alone and
 * logged.
 * @param given.dayUrl the reader's own page on the desk
 * @param given.source reads what a notice is written from, as the case stands now
 * @throws the database's error while Postgres is away
 */
export async function renderDigest(given: {
  templates: MailTemplates;
  notices: readonly OutboxRow[];
  language: Language;
  house: { name: string; contact: string };
  dayUrl: string;
  source: (row: OutboxRow) => Promise<MailData>;
  log: { warn(fields: object, message: string): void };
}): Promise<RenderedMail> {
  const { templates, notices, language, house, dayUrl, source, log } = given;
  const items: { title: string; href: string | null; due: string | null; pressing?: Pressing }[] = [];
  for (const row of notices.toSorted((a, b) => a.id - b.id)) {
    try {
      const from = await source(row);
      const { template, context } = await mailContent(from);
      const { subject } = templates(template, language, context);
      items.push({
        title: subject,
        href: lineOf(context.caseUrl),
        due: lineOf(context.dueAt),
        pressing: pressingOf(from),
      });
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      // The other notices must not be held up by one that cannot be written; its case number is still shown.
      log.warn({ outbox: row.id, caseNo: row.caseNo, mail: row.mail }, 'a notice could not be written out');
      items.push({ title: `[${row.caseNo}]`, href: null, due: null });
    }
  }
  items.sort((a, b) => byUrgency(a.pressing, b.pressing));
  return templates('digest', language, {
    org: house.name,
    contact: house.contact === '' ? null : house.contact,
    caseNo: null,
    count: items.length,
    // Many readers see the subject only, so it names the most urgent notice.
    first: items[0]?.title ?? null,
    items: items.map(({ title, href, due }) => ({ title, href, due })),
    dayUrl,
  });
}
