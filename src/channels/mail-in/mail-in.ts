import type { ContentFiles } from '../../content-files';
import type { Stores } from '../../db';
import type { Log } from '../log';
import { createPlacing, type PlacingNeeds } from '../inbound/placing';
import { createInboundPump } from '../inbound/pump';
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
  cases: PlacingNeeds['cases'];
  inbound: Stores['inbound'];
  files: ContentFiles;
  accessCode: (caseNo: string) => string;
  mailDomain: string;
  /** The mailbox that our mails are from. */
  ownAddress: string;
  isAway: (error: unknown) => boolean;
  log: Log;
  clock?: () => number;
  /** Milliseconds between two looks while nothing is due; left out: that of the pump. */
  idleMs?: number;
}

export interface MailIn {
  /** Begins to take mail. @returns the port */
  start(): Promise<number>;
  /** Takes no more, and waits for what is under way. */
  stop(): Promise<void>;
}

/** Mail as a way in, from the SMTP listener to the case. */
export function createMailIn(needs: Needs): MailIn {
  const { config, cases, inbound, files, accessCode, mailDomain, ownAddress, isAway } = needs;
  const { log, clock = Date.now, idleMs } = needs;
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
  const pump = createInboundPump({
    inbound,
    files,
    channels: [
      createMailChannel({
        replyAddresses: pattern === undefined ? undefined : createReplyAddresses(pattern, secret),
        mailDomain,
        ownAddress,
      }),
    ],
    place: createPlacing({ cases, inbound, accessCode, secret, clock }),
    isAway,
    log,
    clock,
    idleMs,
  });
  return {
    async start() {
      await files.prepare(clock());
      pump.start();
      return listener.listen(config.MAIL_IN_PORT, config.HOST);
    },
    async stop() {
      await listener.close();
      await pump.stop();
    },
  };
}
