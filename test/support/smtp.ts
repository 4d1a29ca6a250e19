import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/**
 * What the server does with a mail: `accept`; `4xx`, `5xx`: refuses it after DATA; `hang`: takes it and never answers;
 * `reset`: takes it and cuts the connection before its answer, so that the sender cannot know whether it was taken.
 */
export type SmtpAnswer = 'accept' | '4xx' | '5xx' | 'hang' | 'reset';

/** A mail that arrived. */
export interface ReceivedMail {
  from: string;
  to: string[];
  raw: string;
  messageId: string | undefined;
  subject: string | undefined;
  parsed: ParsedMail;
  /** What the server did with it. With `hang` and `reset` it was taken, and the sender got no answer. */
  answer: SmtpAnswer;
  /** When its text had arrived, in milliseconds since 1970. */
  at: number;
}

/** An SMTP server for tests that keeps mails in memory. */
export interface SmtpSink {
  url: string;
  port: number;
  /** Every mail that was taken. */
  mails: ReceivedMail[];
  /** Every mail whose text arrived, refused ones too. */
  attempts: ReceivedMail[];
  /** What to do with the next mails, one answer each; after them what `always` says. */
  script(...answers: SmtpAnswer[]): void;
  /** Refuses this SMTP command from now on, with this answer; undefined: takes mails again. */
  refuse(at: 'MAIL FROM' | 'RCPT TO' | undefined, code?: number, words?: string): void;
  /** What to do with all mails from now on; at first `accept`. */
  always(answer: SmtpAnswer): void;
  /** Waits until so many mails were taken. @throws Error when none has come for `timeoutMs` */
  waitFor(count: number, timeoutMs?: number): Promise<ReceivedMail[]>;
  /** Forgets all mails and takes mails again. */
  clear(): void;
  close(): Promise<void>;
}

export interface SmtpSinkOptions {
  /** Left out: any free one. */
  port?: number;
  /** Takes mails only after a login, which it offers also without TLS and always refuses with 535. */
  wantsLogin?: boolean;
  /** TLS from the first byte on, or after STARTTLS, under a certificate that nobody trusts. Left out: no TLS. */
  tls?: 'smtps' | 'starttls';
  /** What it says to whoever connects, instead of taking mails: `554 no service here`. */
  greeting?: string;
}

/** Starts a mail server on 127.0.0.1 that keeps what it is sent, and answers as it is told. */
export async function createSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const { port = 0, wantsLogin = false, tls, greeting } = options;
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
    onAuth: (_auth, _session, done) => done(refusal(535, 'wrong name or password')),
    onConnect: (_session, done) =>
      done(greeting === undefined ? undefined : refusal(Number.parseInt(greeting, 10), greeting.slice(4))),
    authOptional: !wantsLogin,
    allowInsecureAuth: wantsLogin,
    // The certificate is the library's own, signed by itself; without a logger it does not warn about that.
    logger: false,
    secure: tls === 'smtps',
    disabledCommands: tls === 'starttls' ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      // It answers once the mail has been read: whoever has the answer finds the mail among those taken.
      const answered = async (): Promise<void> => {
        const answer = queue.shift() ?? standing;
        await take(Buffer.concat(chunks), session, answer);
        if (answer === 'accept') callback();
        else if (answer === '4xx') callback(refusal(451, 'try again later'));
        else if (answer === '5xx') callback(refusal(550, 'no such mailbox'));
        else if (answer === 'reset') cut(server, session);
      };
      stream.once('end', () => void answered());
    },
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const bound = (server.server.address() as AddressInfo).port;

  return {
    url: `${tls === 'smtps' ? 'smtps' : 'smtp'}://127.0.0.1:${bound}`,
    port: bound,
    mails,
    attempts,
    script: (...answers) => void (queue = [...queue, ...answers]),
    refuse: (at, code = 550, words = 'no') => void (refused = at && { at, code, words }),
    always: (answer) => void (standing = answer),
    async waitFor(count, timeoutMs = 50_000) {
      let [seen, end] = [mails.length, Date.now() + timeoutMs];
      while (mails.length < count) {
        // On a busy machine many mails take their time: as long as some come, it waits.
        if (mails.length > seen) [seen, end] = [mails.length, Date.now() + timeoutMs];
        if (Date.now() > end) throw new Error(`${mails.length} of ${count} mails, none for ${timeoutMs} ms`);
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
        // The server only closes when its connections have ended, and one that hangs does not end by itself.
        for (const connection of connections(server)) connection.close();
        server.close(() => done());
      }),
  };
}

async function received(raw: Buffer, session: SMTPServerSession, answer: SmtpAnswer): Promise<ReceivedMail> {
  // Before the first await: the session clears its envelope for the next mail, or when it ends.
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

/** Resets the connection of a session. */
function cut(server: SMTPServer, session: SMTPServerSession): void {
  connections(server)
    .find((connection) => connection.session.id === session.id)
    ?._socket.resetAndDestroy();
}
