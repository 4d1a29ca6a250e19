import type { OutboxRow } from '../../../db/records';
import type { Language } from '../../../domain/basics/types';
import type { Log } from '../../log';
import { REPLY_ABOVE } from '../../replies/reply-above';
import { renderDigest } from '../digest';
import { renderMail } from '../render';
import type { MailData } from '../mail-data';
import type { MailTemplates } from '../templates';
import type { OutgoingMail } from '../transport';
import type { MailDataReader } from './mail-data-reader';
import type { Threads } from './threads';

export interface WritingNeeds {
  templates: MailTemplates;
  mailData: Pick<MailDataReader, 'fresh'>;
  threads: Threads;
  house: MailData['house'];
  /** The reader's own page on the desk. */
  dayUrl: string;
  /** The address by which a customer's answer finds its case; left out: nobody reads answers. */
  replyTo?: ((caseNo: string) => string) | undefined;
  log: Log;
}

/**
 * To which addresses a mail goes, and under which Message-ID. Both are fixed before the first attempt and never change.
 */
export interface Envelope {
  to: string[];
  messageId: string;
}

/** Writes mails out as they go to the server. It reads and renders; it sends nothing. */
export class Writing {
  constructor(private readonly needs: WritingNeeds) {}

  /** One mail, in the thread of its case. @throws as `renderMail` */
  async single({ to, messageId }: Envelope, row: OutboxRow, source: MailData): Promise<OutgoingMail> {
    const { templates, threads, replyTo } = this.needs;
    const written = await renderMail(templates, source);
    const mail = { to, ...written, messageId, references: await threads.firstOf(row), caseNo: row.caseNo };
    return row.to.kind === 'customer' && replyTo
      ? { ...mail, ...answerable(written, REPLY_ABOVE[source.language]), replyTo: replyTo(row.caseNo) }
      : mail;
  }

  /** One mail for many notices; a single notice is written as the mail it would be by itself. */
  async digest(envelope: Envelope, notices: readonly OutboxRow[], language: Language): Promise<OutgoingMail> {
    const { templates, mailData, house, dayUrl, log } = this.needs;
    const source = (row: OutboxRow): Promise<MailData> => mailData.fresh(row, language);
    const [only, ...others] = notices;
    if (only && others.length === 0) return this.single(envelope, only, await source(only));
    return { ...envelope, ...(await renderDigest({ templates, notices, language, house, dayUrl, source, log })) };
  }
}

/** The mail with a line above all of it: what a customer writes above the line is their answer. */
const answerable = ({ html, text }: Pick<OutgoingMail, 'html' | 'text'>, line: string) => ({
  html: html.replace(/<body[^>]*>/u, (body) => `${body}\n<p style="color:#777;font-size:12px">${line}</p>`),
  text: `${line}\n\n${text}`,
});
