import type { Links } from '../../cases/access/links';
import { MINUTE } from '../../domain/basics/milliseconds';
import { createAttempts } from '../outbox/attempts';
import type { BreakerRules } from '../outbox/breaker';
import type { Channel, Log, Source } from '../outbox/channel';
import { createPump } from '../outbox/pump';
import { CaseReader } from './delivery/case-reader';
import { DigestMails } from './delivery/digest-mails';
import { Holding } from './delivery/holding';
import { Parcels, type OnPermanentFailure } from './delivery/parcels';
import { Post } from './delivery/post';
import { Recipients } from './delivery/recipients';
import { Reminders } from './delivery/reminders';
import { SingleMails } from './delivery/single-mails';
import { MailSources } from './delivery/sources';
import { Threads } from './delivery/threads';
import { Writing } from './delivery/writing';
import { Duty } from './duty';
import type { MailStores } from './stores';
import { loadMailTemplates, type MailTemplates } from './templates';
import type { MailTransport } from './transport';

export interface MailRelayOptions {
  stores: MailStores;
  transport: MailTransport;
  config: { ORG_NAME: string; CUSTOMER_CONTACT: string };
  links: Links;
  onPermanentFailure: OnPermanentFailure;
  log: Log;
  clock?: () => number;
  templates?: MailTemplates;
  breaker?: BreakerRules;
  /** Mails under way at once. */
  concurrency?: number;
  idleMs?: number;
  /** Cases wait for this process: mails step back for a while, since they cost more than the decisions that cause them. */
  busy?: () => boolean;
  /** A person who has had a reminder gets the next ones, all in one mail, this much later. */
  gatherMs?: number;
  /** Waiting times after the first, second, … failed attempt; the last one repeats. */
  backOffMs?: readonly number[];
}

export interface MailRelay {
  start(): void;
  /** The server's answer for which every mail waits until the house has put something right: a sender, a quota. */
  refused(): string | undefined;
  /** Waits for the mails under way. */
  stop(): Promise<void>;
}

/** Takes planned mails out of the outbox and sends them, one attempt after the other, for days if it must. */
export function createMailRelay(options: MailRelayOptions): MailRelay {
  const { transport, log, clock = Date.now } = options;
  const attempts = createAttempts({
    name: 'mail',
    refusedWords: 'the mail server refuses the house (login, sender, quota or block list): mails wait for 72 h',
    log,
    clock,
    breaker: options.breaker,
    backOffMs: options.backOffMs,
  });
  const sources = sourcesOf(options, clock, new Post(attempts, transport));
  const channel: Channel = { name: 'mail', sources, close: () => transport.close() };
  const { concurrency, idleMs, busy } = options;
  const pump = createPump({ channel, attempts, log, clock, concurrency, idleMs, busy });
  return { ...pump, refused: () => attempts.refused() };
}

/** Puts together what claims and sends the mails; each part is given what it needs. */
function sourcesOf(options: MailRelayOptions, clock: () => number, post: Post): Source[] {
  const { stores, config, links, log, gatherMs = MINUTE } = options;
  const { outbox, users, digests } = stores;
  const house = { name: config.ORG_NAME, contact: config.CUSTOMER_CONTACT };
  const cases = new CaseReader(stores);
  const duty = new Duty(stores, clock);
  const recipients = new Recipients(cases, duty);
  const sources = new MailSources({ stores, cases, links, house, clock });
  const templates = options.templates ?? loadMailTemplates();
  const writing = new Writing({ templates, sources, threads: new Threads(outbox), house, log });
  const { onPermanentFailure } = options;
  const parcels = new Parcels({ outbox, isGathering: digests !== undefined, onPermanentFailure, clock });
  const single = {
    outbox,
    cases,
    recipients,
    holding: new Holding({ outbox, cases, clock }),
    sources,
    writing,
    parcels,
  };
  if (!digests) return [new SingleMails({ ...single, post })];
  const reminders = new Reminders({ outbox, digests, cases, duty, recipients, parcels, post, gatherMs, clock });
  // Digests first: their readers have waited already.
  return [
    new DigestMails({ digests, users, cases, parcels, writing, post }),
    new SingleMails({ ...single, post, reminders }),
  ];
}
