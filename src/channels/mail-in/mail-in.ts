import type { ContentFiles } from '../../content-files';
import type { Stores } from '../../db';
import type { WayIn } from '../inbound/inbound';
import type { Log } from '../log';
import { createReceive } from '../inbound/receive';
import { createReplyAddresses } from '../replies/reply-address';
import { createSmtpListener } from './smtp-listener';
import { createMailChannel } from './understand';

/** The part of the configuration that mail in needs (src/config.ts). */
export interface MailInConfig {
  HOST: string;
  MAIL_IN_PORT: number;
  MAIL_IN_MAX_BYTES: number;
  MAIL_REPLY_TO?: string | undefined;
  LINK_SECRET: string;
}

interface Needs {
  config: MailInConfig;
  inbound: Pick<Stores['inbound'], 'keep'>;
  files: ContentFiles;
  mailDomain: string;
  /** The mailbox that our mails are from. */
  ownAddress: string;
  log: Log;
  clock?: () => number;
}

/** Mail as a way in. */
export interface MailIn extends WayIn {
  /** Begins to take mail. @returns the port */
  start(): Promise<number>;
}

/** Builds mail as a way in: its listener, and what reads mails. */
export function createMailIn(needs: Needs): MailIn {
  const { config, inbound, files, mailDomain, ownAddress, log, clock = Date.now } = needs;
  const { MAIL_IN_MAX_BYTES: maxBytes, MAIL_REPLY_TO: pattern, LINK_SECRET: secret } = config;
  const domainOf = (address: string): string => address.slice(address.lastIndexOf('@')).toLowerCase();
  const domains = [ownAddress, pattern ?? ''].map(domainOf);
  const listener = createSmtpListener({
    receive: createReceive({ files, inbound, maxBytes }),
    isOurs: (address) => domains.includes(domainOf(address)),
    maxBytes,
    log,
    clock,
  });
  return {
    channel: createMailChannel({
      replyAddresses: pattern === undefined ? undefined : createReplyAddresses(pattern, secret),
      mailDomain,
      ownAddress,
    }),
    async start() {
      const port = await listener.listen(config.MAIL_IN_PORT, config.HOST);
      log.info({ port }, 'taking mail');
      return port;
    },
    stop: () => listener.close(),
  };
}
