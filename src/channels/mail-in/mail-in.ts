import type { ContentFiles } from '../../content-files';
import type { Stores } from '../../db';
import type { WayIn } from '../inbound/inbound';
import type { Log } from '../log';
import { createReceive } from '../inbound/receive';
import { createReplyAddresses } from '../replies/reply-address';
import { createImapMailbox } from './imap';
import { createResolve, createSenderCheck } from './sender-check';
import { createSmtpListener } from './smtp-listener';
import { createMailChannel } from './understand';

/** The part of the configuration that mail in needs (src/config.ts). */
export interface MailInConfig {
  HOST: string;
  /** 0: no SMTP listener. */
  MAIL_IN_PORT: number;
  /** URLs of mailboxes. */
  MAIL_IN_IMAP: readonly string[];
  MAIL_IN_MAX_BYTES: number;
  /** Name servers to ask who sends for a domain; none: those of the machine; `off`: nobody is asked. */
  MAIL_IN_DNS: readonly string[];
  /** Mail servers of the house whose results are believed. */
  MAIL_IN_TRUSTED: readonly string[];
  MAIL_REPLY_TO?: string | undefined;
  LINK_SECRET: string;
}

interface Needs {
  config: MailInConfig;
  inbound: Pick<Stores['inbound'], 'keep'>;
  places: Stores['inboundPlaces'];
  files: ContentFiles;
  mailDomain: string;
  /** The mailbox that our mails are from. */
  ownAddress: string;
  log: Log;
  clock?: () => number;
}

/** Mail as a way in. */
export interface MailIn extends WayIn {
  /** Begins to take mail. @returns the port of the SMTP listener, undefined if there is none */
  start(): Promise<number | undefined>;
  /**
   * When each mailbox was last found to have nothing more, in the order of the configuration; milliseconds since 1970.
   * Undefined: not yet by this process, as while another one reads it.
   */
  lookedAt(): (number | undefined)[];
}

/** Builds mail as a way in: its mailboxes, its listener, and what reads mails. */
export function createMailIn(needs: Needs): MailIn {
  const { config, inbound, places, files, mailDomain, ownAddress, log, clock = Date.now } = needs;
  const { MAIL_IN_MAX_BYTES: maxBytes, MAIL_REPLY_TO: pattern, LINK_SECRET: secret } = config;
  const domainOf = (address: string): string => address.slice(address.lastIndexOf('@')).toLowerCase();
  const domains = [ownAddress, pattern ?? ''].map(domainOf);
  const receive = createReceive({ files, inbound, maxBytes });
  const mailboxes = config.MAIL_IN_IMAP.map((url) => createImapMailbox({ url, receive, maxBytes, places, log, clock }));
  const listener = createSmtpListener({
    receive,
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
      checkSender: config.MAIL_IN_DNS.includes('off')
        ? undefined
        : createSenderCheck({ resolve: createResolve(config.MAIL_IN_DNS), trusted: config.MAIL_IN_TRUSTED }),
    }),
    async start() {
      for (const mailbox of mailboxes) mailbox.start();
      if (config.MAIL_IN_PORT === 0) return undefined;
      const port = await listener.listen(config.MAIL_IN_PORT, config.HOST);
      log.info({ port }, 'taking mail');
      return port;
    },
    lookedAt: () => mailboxes.map((one) => one.lookedAt()),
    async stop() {
      await Promise.all([listener.close(), ...mailboxes.map((one) => one.stop())]);
    },
  };
}
