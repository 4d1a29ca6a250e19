import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/**
 * What the server does with a mail: `accept`, `4xx`/`5xx` (refuses after DATA), `hang` (takes the mail and never answers),
 * `reset` (takes the mail and cuts the line before its answer: the sender cannot know).
 */
export type SmtpAnswer = 'accept' | '4xx' | '5xx' | 'hang' | 'reset';

export interface ReceivedMail {
  from: string;
  to: string[];
  raw: string;
  messageId: string | undefined;
  subject: string | undefined;
  parsed: ParsedMail;
  /** What the sender was answered: a mail with `hang` or `reset` was taken though the sender never heard so. */
  answer: SmtpAnswer;
  /** When its text had arrived. */
  at: number;
}

export interface SmtpSink {
  url: string;
  port: number;
  /** Every mail whose text arrived, refused ones excepted. */
  mails: ReceivedMail[];
  /** Every attempt, also refused ones. */
  attempts: ReceivedMail[];
  /** Answers for the next mails, one each; afterwards `accept` again. */
  script(...answers: SmtpAnswer[]): void;
  /** Refuses at this command from now on, with this answer; undefined: takes mails again. */
  refuse(at: 'MAIL FROM' | 'RCPT TO' | undefined, code?: number, words?: string): void;
  /** Answer for all mails from now on. */
  always(answer: SmtpAnswer): void;
  waitFor(count: number, timeoutMs?: number): Promise<ReceivedMail[]>;
  clear(): void;
  close(): Promise<void>;
}

export async function createSmtpSink(port = 0): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  const attempts: ReceivedMail[] = [];
  let queue: SmtpAnswer[] = [];
  let standing: SmtpAnswer = 'accept';

  async function take(raw: Buffer, session: SMTPServerSession, answer: SmtpAnswer): Promise<void> {
    const mail = await received(raw, session, answer);
    attempts.push(mail);
    if (answer !== '4xx' && answer !== '5xx') mails.push(mail);
  }

  let refused: { at: string; code: number; words: string } | undefined;
  const unlessRefused = (at: string, done: (error?: Error) => void): void =>
    done(refused?.at === at ? refusal(refused.code, refused.words) : undefined);

  const server = new SMTPServer({
    hideENHANCEDSTATUSCODES: true,
    onMailFrom: (_address, _session, done) => unlessRefused('MAIL FROM', done),
    onRcptTo: (_address, _session, done) => unlessRefused('RCPT TO', done),
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        const answer = queue.shift() ?? standing;
        void take(Buffer.concat(chunks), session, answer);
        if (answer === 'accept') callback();
        else if (answer === '4xx') callback(refusal(451, 'try again later'));
        else if (answer === '5xx') callback(refusal(550, 'no such mailbox'));
        else if (answer === 'reset') cut(server, session);
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const bound = (server.server.address() as AddressInfo).port;

  return {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    mails,
    attempts,
    script: (...answers) => void (queue = [...queue, ...answers]),
    refuse: (at, code = 550, words = 'no') => void (refused = at && { at, code, words }),
    always: (answer) => void (standing = answer),
    async waitFor(count, timeoutMs = 50_000) {
      const end = Date.now() + timeoutMs;
      while (mails.length < count) {
        if (Date.now() > end) throw new Error(`${mails.length} of ${count} mails after ${timeoutMs} ms`);
        await new Promise((done) => setTimeout(done, 20));
      }
      return mails;
    },
    clear: () => {
      mails.length = 0;
      attempts.length = 0;
      queue = [];
      standing = 'accept';
      refused = undefined;
    },
    close: () =>
      new Promise((done) => {
        // Hanging connections would keep it open.
        for (const connection of connections(server)) connection.close();
        server.close(() => done());
      }),
  };
}

async function received(raw: Buffer, session: SMTPServerSession, answer: SmtpAnswer): Promise<ReceivedMail> {
  // Read at once: the session's next mail, or its end, clears it.
  const { mailFrom, rcptTo } = session.envelope;
  const at = Date.now();
  const parsed = await simpleParser(raw);
  return {
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
    raw: raw.toString('utf8'),
    messageId: parsed.messageId,
    subject: parsed.subject,
    parsed,
    answer,
    at,
  };
}

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

interface Connection {
  session: SMTPServerSession;
  close(): void;
  _socket: { resetAndDestroy(): void };
}
const connections = (server: SMTPServer) => [...(server as unknown as { connections: Set<Connection> }).connections];

function cut(server: SMTPServer, session: SMTPServerSession): void {
  connections(server)
    .find((connection) => connection.session.id === session.id)
    ?._socket.resetAndDestroy();
}
