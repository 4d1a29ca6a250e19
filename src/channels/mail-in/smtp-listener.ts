import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { TooLarge } from '../../content-files';
import { toInstant } from '../../domain/time/duration';
import { faultName, type Log } from '../log';
import type { Receive } from '../inbound/receive';

/** Connections at once; more have to wait, and come again by themselves. */
const MOST_CONNECTIONS = 50;
/** Milliseconds of silence after which a connection is given up. */
const SILENCE = 60_000;

interface Needs {
  receive: Receive;
  /** Whether this is an address of ours, in small letters. For nobody else mail is taken: we hand nothing on. */
  isOurs: (address: string) => boolean;
  maxBytes: number;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
}

export interface SmtpListener {
  /** @returns the port */
  listen(port: number, host: string): Promise<number>;
  /** Takes no new connections, and waits for the mails under way. */
  close(): Promise<void>;
}

/** An answer of the SMTP server. */
const answer = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/**
 * Takes mail by SMTP, from the house's own mail server. A mail is answered 250 once it is kept and not before, so whoever
 * sends it keeps it until then.
 */
export function createSmtpListener({ receive, isOurs, maxBytes, log, clock }: Needs): SmtpListener {
  /** @returns what is answered; null: it is kept */
  async function take(message: Parameters<Receive>[0], stream: SMTPServerDataStream): Promise<Error | null> {
    try {
      await receive(message, stream);
      return null;
    } catch (error) {
      // What is left of it has to be read, or its sender never hears our answer.
      const isRead = stream.readableEnded || stream.destroyed;
      const read = isRead ? Promise.resolve() : new Promise<void>((over) => stream.once('close', () => over()));
      stream.resume();
      await read;
      if (error instanceof TooLarge) return answer(552, 'the mail is too large');
      log.warn({ code: faultName(error) }, 'a mail could not be kept');
      return answer(451, 'cannot keep it now, try again later');
    }
  }

  const server = new SMTPServer({
    banner: 'Redress',
    // Whoever may reach the port may hand in mail; there is nothing to sign in to.
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    // The house's server may say who brought the mail to it (Postfix: smtp_send_xforward_command); SPF needs that.
    useXForward: true,
    size: maxBytes,
    maxClients: MOST_CONNECTIONS,
    socketTimeout: SILENCE,
    closeTimeout: 5_000,
    logger: false,
    onRcptTo({ address }: SMTPServerAddress, _session: SMTPServerSession, done: (error?: Error) => void) {
      done(isOurs(address.toLowerCase()) ? undefined : answer(550, 'no such mailbox here'));
    },
    onData(stream: SMTPServerDataStream, session: SMTPServerSession, reply: (error?: Error | null) => void) {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      const envelope = {
        from,
        to: rcptTo.map(({ address }) => address),
        ip: session.remoteAddress,
        ...(typeof session.hostNameAppearsAs === 'string' && { helo: session.hostNameAppearsAs }),
        ...(session.xForward?.get('ADDR') && { forwarded: true as const }),
      };
      const message = {
        channel: 'mail',
        source: 'smtp',
        sourceKey: randomUUID(),
        envelope,
        arrivedAt: toInstant(clock()),
      };
      void take(message, stream).then(reply);
    },
  });
  server.on('error', (error: Error) => log.warn({ code: error.name }, 'a connection to the mail listener broke'));
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve((server.server.address() as AddressInfo).port);
        });
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
