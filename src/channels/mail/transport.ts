import type { Delivery } from '../outbox/channel';
import { createTransport } from 'nodemailer';
import { sendable } from '../../contact';
import { oneLine } from './templates';

/** Everything a mail of ours may consist of. Nothing here can name a file, an address to fetch or raw source. */
export interface OutgoingMail {
  to: readonly string[];
  subject: string;
  html: string;
  text: string;
  /** Fixed when the mail was planned; every attempt carries it. */
  messageId: string;
  /** The first mail of the conversation. */
  references?: string;
  /** A digest is about many. */
  caseNo?: string;
  /** Carries what a person wrote: not marked as automatic, or the reader's own desk would drop it (RFC 3834, section 5). */
  byPerson?: boolean;
}

export interface MailTransport {
  send(mail: OutgoingMail): Promise<Delivery>;
  close(): void;
}

/** One plain mailbox in ASCII: no quoting, no comments, no route. What does not look so is not sent anywhere. */
const MAILBOX =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const LONGEST_MAILBOX = 320;
export const isMailbox = (address: string): boolean => address.length <= LONGEST_MAILBOX && MAILBOX.test(address);

const MESSAGE_ID = /^<[A-Za-z0-9._-]{1,200}@[A-Za-z0-9.-]{1,200}>$/;

export function createMailTransport(options: {
  smtpUrl: string;
  /** `Name <mailbox>` */
  from: string;
  connections?: number;
  timeoutMs?: number;
}): MailTransport {
  const { connections = 4, timeoutMs = 30_000 } = options;
  const from = parseFrom(options.from);
  const transporter = createTransport({
    url: options.smtpUrl,
    pool: true,
    maxConnections: connections,
    maxMessages: 200,
    // The pool would send a mail again by itself when a connection goes; only the outbox may decide that.
    maxRequeues: 0,
    connectionTimeout: Math.min(10_000, timeoutMs),
    greetingTimeout: Math.min(10_000, timeoutMs),
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // A lost idle connection is nobody's fault and is opened again for the next mail.
  transporter.on('error', () => undefined);

  /** Mails whose content has begun to flow: from here on a lost connection leaves it open whether they arrived. */
  const flowing = new Set<string>();
  transporter.use('stream', (mail, done) => {
    mail.message.processFunc((input) => {
      flowing.add(mail.message.messageId());
      return input;
    });
    done();
  });

  return {
    async send(mail) {
      // The part behind the @ may be in another script; servers know its ASCII spelling.
      const to = mail.to.map(sendable);
      if (to.length === 0 || !to.every(isMailbox)) return { kind: 'permanent', code: 'bad_address' };
      if (!MESSAGE_ID.test(mail.messageId)) return { kind: 'permanent', code: 'bad_message_id' };
      const begun = mail.messageId;
      flowing.delete(begun);
      try {
        const { accepted } = await transporter.sendMail({
          envelope: { from: from.address, to },
          from,
          to: to.map((address) => ({ name: '', address })),
          subject: oneLine(mail.subject),
          html: mail.html,
          text: mail.text,
          messageId: mail.messageId,
          ...(mail.references !== undefined && MESSAGE_ID.test(mail.references)
            ? { references: mail.references, inReplyTo: mail.references }
            : {}),
          headers: {
            ...(mail.byPerson ? {} : { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }),
            ...(mail.caseNo === undefined ? {} : { 'X-Redress-Case': mail.caseNo.replace(/[^A-Z0-9-]/g, '') }),
          },
        });
        return accepted.length > 0 ? { kind: 'sent' } : { kind: 'permanent', code: 'all_refused' };
      } catch (error) {
        return classify(error, flowing.has(begun));
      } finally {
        flowing.delete(begun);
      }
    },
    close: () => transporter.close(),
  };
}

function classify(error: unknown, flowed: boolean): Delivery {
  const { code = 'EUNKNOWN', responseCode } = error as SmtpError;
  if (responseCode !== undefined && responseCode >= 400) {
    const answered = `smtp_${responseCode}`;
    if (isOurs(error as SmtpError)) return { kind: 'temporary', code: answered, ours: true };
    // 421 after the content may come from a server that has taken it and is closing down.
    if (responseCode === 421 && flowed) return { kind: 'ambiguous', code: answered };
    return { kind: responseCode >= 500 ? 'permanent' : 'temporary', code: answered };
  }
  return { kind: flowed ? 'ambiguous' : 'temporary', code: /^[A-Z]{2,20}$/.test(code) ? code : 'EUNKNOWN' };
}

interface SmtpError {
  code?: string;
  responseCode?: number;
  /** The server's words; they may quote an address. */
  response?: string;
  /** What was answered: `MAIL FROM`, `RCPT TO`, `DATA`. */
  command?: string;
}

/**
 * A refusal of the house that it has to put right, and for which the mail can wait: wrong credentials or missing TLS, a
 * sender that is not the login (5xx to MAIL FROM), a quota (5.4.5), a block list or a policy (5.7.x; RFC 3463). A refusal
 * of the reader (5.1.x) is not.
 */
function isOurs({ code = '', responseCode = 0, response = '', command = '' }: SmtpError): boolean {
  if (code === 'EAUTH' || code === 'ETLS' || code === 'ENOAUTH') return true;
  if (responseCode < 500) return false;
  const enhanced = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? '';
  return command === 'MAIL FROM' || enhanced === '5.4.5' || enhanced.startsWith('5.7.');
}

function parseFrom(text: string): { name: string; address: string } {
  const match = /^\s*(?:"?([^"<>]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))\s*$/.exec(text);
  const address = match?.[2] ?? match?.[3] ?? '';
  if (!isMailbox(address)) throw new Error('MAIL_FROM must be a mailbox, as in `Redress <redress@example.com>`');
  return { name: oneLine(match?.[1] ?? ''), address };
}
