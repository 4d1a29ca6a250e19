import { createTransport } from 'nodemailer';
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
}

/**
 * `temporary`: not delivered, try again. `permanent`: refused for good. `ambiguous`: the connection went after the mail had
 * begun to flow, so it may have been delivered; it is tried again under the same Message-ID.
 * `code` never holds an address.
 */
export type Delivery = { kind: 'sent' } | { kind: 'temporary' | 'permanent' | 'ambiguous'; code: string };

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
      if (mail.to.length === 0 || !mail.to.every(isMailbox)) return { kind: 'permanent', code: 'bad_address' };
      if (!MESSAGE_ID.test(mail.messageId)) return { kind: 'permanent', code: 'bad_message_id' };
      const begun = mail.messageId;
      flowing.delete(begun);
      try {
        const { accepted } = await transporter.sendMail({
          envelope: { from: from.address, to: [...mail.to] },
          from,
          to: mail.to.map((address) => ({ name: '', address })),
          subject: oneLine(mail.subject),
          html: mail.html,
          text: mail.text,
          messageId: mail.messageId,
          ...(mail.references !== undefined && MESSAGE_ID.test(mail.references)
            ? { references: mail.references, inReplyTo: mail.references }
            : {}),
          headers: {
            'Auto-Submitted': 'auto-generated',
            'X-Auto-Response-Suppress': 'All',
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
  const { code = 'EUNKNOWN', responseCode } = error as { code?: string; responseCode?: number };
  if (responseCode !== undefined && responseCode >= 400) {
    const answered = `smtp_${responseCode}`;
    // Wrong credentials or a server that wants TLS are ours to repair; the mail can wait for that.
    if (code === 'EAUTH' || code === 'ETLS' || code === 'ENOAUTH') return { kind: 'temporary', code: answered };
    // 421 after the content may come from a server that has taken it and is closing down.
    if (responseCode === 421 && flowed) return { kind: 'ambiguous', code: answered };
    return { kind: responseCode >= 500 ? 'permanent' : 'temporary', code: answered };
  }
  return { kind: flowed ? 'ambiguous' : 'temporary', code: /^[A-Z]{2,20}$/.test(code) ? code : 'EUNKNOWN' };
}

function parseFrom(text: string): { name: string; address: string } {
  const match = /^\s*(?:"?([^"<>]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))\s*$/.exec(text);
  const address = match?.[2] ?? match?.[3] ?? '';
  if (!isMailbox(address)) throw new Error('MAIL_FROM must be a mailbox, as in `Redress <redress@example.com>`');
  return { name: oneLine(match?.[1] ?? ''), address };
}
