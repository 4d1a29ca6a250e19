import type { Delivery } from '../outbox/channel';
import { createTransport } from 'nodemailer';
import { sendable } from '../../contact';
import { oneLine } from './templates';

/** A file that goes with a mail: its bytes, and never where they are to be found. */
export interface MailAttachment {
  fileName: string;
  mediaType: string;
  content: Buffer;
}

/** All that a mail may consist of. No field can name a file, an address to fetch or raw MIME. */
export interface OutgoingMail {
  to: readonly string[];
  subject: string;
  html: string;
  text: string;
  /** With its angle brackets. Fixed when the mail was planned; every attempt carries the same one. */
  messageId: string;
  /** Message-ID of the first mail of the conversation; undefined for that mail itself. */
  references?: string;
  /** For the header `X-Redress-Case`; undefined for a digest, which is about several cases. */
  caseNo?: string;
  /** Where answers go; left out: to the sender. */
  replyTo?: string;
  /** Where its reader says that they want no more of these, in one step (RFC 8058). */
  unsubscribe?: string;
  /** Files that go with it, each held as a whole. */
  attachments?: readonly MailAttachment[];
  /** A person wrote it, so it is not marked as automatic (`Auto-Submitted`, RFC 3834, section 5). */
  byPerson?: boolean;
}

/** Sends mails, one attempt for each call. `createMailTransport` does it by SMTP. */
export interface MailTransport {
  /**
   * One attempt at one mail. Never rejects: faults of address, connection and server are all in the answer. A mailbox
   * or Message-ID that does not look like one is `permanent` without asking the server.
   */
  send(mail: OutgoingMail): Promise<Delivery>;
  /** Closes the pool of connections; nothing can be sent afterwards. */
  close(): void;
}

/** One plain mailbox in ASCII, without quoting, comments or route. Nothing else is given to the server. */
const MAILBOX =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
/** 64 characters before the @ and 255 behind it (RFC 5321, section 4.5.3.1). */
const LONGEST_MAILBOX = 320;
/** Whether a text is one plain ASCII mailbox that we send to. */
export const isMailbox = (address: string): boolean => address.length <= LONGEST_MAILBOX && MAILBOX.test(address);

/** The form of our own Message-IDs. Anything else is not put into a header. */
const MESSAGE_ID = /^<[A-Za-z0-9._-]{1,200}@[A-Za-z0-9.-]{1,200}>$/;

/**
 * Sends mails by SMTP over a pool of connections. It never tries a mail again by itself: that is for the outbox to
 * decide.
 * @throws Error when `from` holds no mailbox
 */
export function createMailTransport(options: {
  smtpUrl: string;
  /** `Name <mailbox>`, or the mailbox alone. */
  from: string;
  /** Connections at once; left out: 4. */
  connections?: number;
  /** Milliseconds of silence after which a connection is given up; left out: 30 s. */
  timeoutMs?: number;
}): MailTransport {
  const { connections = 4, timeoutMs = 30_000 } = options;
  const from = parseFrom(options.from);
  const transporter = createTransport({
    url: options.smtpUrl,
    pool: true,
    maxConnections: connections,
    maxMessages: 200,
    // Else the pool sends a mail again by itself when its connection breaks; only the outbox may decide that.
    maxRequeues: 0,
    connectionTimeout: Math.min(10_000, timeoutMs),
    greetingTimeout: Math.min(10_000, timeoutMs),
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // An idle connection that breaks is reported here; the pool opens another for the next mail.
  transporter.on('error', () => undefined);

  /** Message-IDs of mails whose content is being sent: if the connection breaks now, the server may have taken them. */
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
      // A domain in another script goes to the server in its ASCII spelling (punycode).
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
          attachments: (mail.attachments ?? []).map(({ fileName, mediaType, content }) => ({
            filename: fileName,
            contentType: mediaType,
            content,
          })),
          ...(mail.references !== undefined && MESSAGE_ID.test(mail.references)
            ? { references: mail.references, inReplyTo: mail.references }
            : {}),
          ...(mail.replyTo !== undefined &&
            isMailbox(mail.replyTo) && { replyTo: { name: '', address: mail.replyTo } }),
          headers: {
            ...(mail.byPerson ? {} : { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }),
            ...(mail.unsubscribe === undefined
              ? {}
              : {
                  'List-Unsubscribe': `<${mail.unsubscribe}>`,
                  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
                }),
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

/** What an error of nodemailer means for the mail. @param flowed its content had begun to be sent */
function classify(error: unknown, flowed: boolean): Delivery {
  const fault = error as SmtpError;
  const { responseCode } = fault;
  if (responseCode !== undefined && responseCode >= 400) {
    const answered = `smtp_${responseCode}`;
    if (refusesUs(fault)) return { kind: 'temporary', code: answered, ours: true };
    // 421 after the content: a server that is shutting down may have taken the mail before it said so.
    if (responseCode === 421 && flowed) return { kind: 'ambiguous', code: answered };
    return { kind: responseCode >= 500 ? 'permanent' : 'temporary', code: answered };
  }
  if (flowed) return { kind: 'ambiguous', code: codeOf(fault.code) };
  if (isTlsFault(fault)) return { kind: 'temporary', code: codeOf(fault.originalCode), ours: true };
  return { kind: 'temporary', code: codeOf(fault.code), ...(isLoginFault(fault) ? { ours: true } : {}) };
}

/** The fields of nodemailer's errors that are used here. */
interface SmtpError {
  /** Nodemailer's own name of the fault: `EAUTH`, `ESOCKET`. */
  code?: string;
  /** What Node or OpenSSL called it, where `code` is `ESOCKET`: `ECONNRESET`, `CERT_HAS_EXPIRED`. */
  originalCode?: string;
  responseCode?: number;
  /** The server's words; they may quote an address. */
  response?: string;
  /** The command that failed: `CONN` (before the first command), `EHLO`, `MAIL FROM`, `RCPT TO`, `DATA`. */
  command?: string;
}

/** An error's name for log and database; `EUNKNOWN` for one that is no name and may quote anything. */
const codeOf = (name: string | undefined): string =>
  name !== undefined && /^[A-Z][A-Z0-9_]{1,59}$/.test(name) ? name : 'EUNKNOWN';

/** Logging in failed: by the server's answer, or before it was asked, since user, password or token are missing. */
const isLoginFault = ({ code = '' }: SmtpError): boolean => ['EAUTH', 'ENOAUTH', 'EOAUTH2'].includes(code);

/**
 * The names of Node and OpenSSL for a certificate that is not trusted, and for a server that does not speak the TLS we
 * want. A connection that breaks during the handshake has the network's name (`ECONNRESET`) and is none of these.
 */
const isTlsFault = ({ originalCode = '' }: SmtpError): boolean =>
  /^ERR_(?:SSL|TLS)_|^EPROTO$|CERT|^CRL_|^UNABLE_TO_|^INVALID_(?:CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$/.test(
    originalCode,
  );

/**
 * Whether the server's answer refuses us and not this recipient, so that every mail should wait until an administrator
 * has put it right: wrong credentials, missing TLS, and any 5xx before a recipient is named (who connects, who greets, a
 * sender that is not the login). Once a recipient is named, only what the enhanced code (RFC 3463) says of us: a quota
 * (5.4.5), a block list or a policy (5.7.x).
 */
function refusesUs(fault: SmtpError): boolean {
  const { code = '', responseCode = 0, response = '', command = '' } = fault;
  if (isLoginFault(fault) || code === 'ETLS') return true;
  if (responseCode < 500) return false;
  const enhanced = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? '';
  const recipientNamed = command === 'RCPT TO' || command === 'DATA';
  return !recipientNamed || enhanced === '5.4.5' || enhanced.startsWith('5.7.');
}

/** Name and mailbox of `MAIL_FROM`. @throws Error when there is no mailbox in it */
function parseFrom(text: string): { name: string; address: string } {
  const match = /^\s*(?:"?([^"<>]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))\s*$/.exec(text);
  const address = match?.[2] ?? match?.[3] ?? '';
  if (!isMailbox(address)) throw new Error('MAIL_FROM must be a mailbox, as in `Redress <redress@example.com>`');
  return { name: oneLine(match?.[1] ?? ''), address };
}
