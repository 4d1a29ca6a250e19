import type { CauseAccess } from '../../cases';
import type { Links } from '../../cases/access/links';
import { MINUTE } from '../../domain/basics/milliseconds';
import type { Policy } from '../../domain/policy/schema';
import { createAttempts } from '../outbox/attempts';
import type { BreakerRules } from '../outbox/breaker';
import type { Channel, Source } from '../outbox/channel';
import type { Log } from '../log';
import { createPump } from '../outbox/pump';
import { Choices } from '../choices';
import { AccessMails } from './delivery/access-mails';
import { CaseReader } from './delivery/case-reader';
import { DigestMails } from './delivery/digest-mails';
import { Holding } from './delivery/holding';
import { Parcels, type OnPermanentFailure } from './delivery/parcels';
import { Post } from './delivery/post';
import { Recipients } from './delivery/recipients';
import { Reminders } from './delivery/reminders';
import { SingleMails } from './delivery/single-mails';
import { HouseMails } from './delivery/house-mails';
import { MailDataReader } from './delivery/mail-data-reader';
import { Threads } from './delivery/threads';
import { Wishes } from './delivery/wishes';
import { Writing } from './delivery/writing';
import { Duty } from './duty';
import type { MailStores } from './stores';
import { loadMailTemplates, type MailTemplates } from './templates';
import type { MailTransport } from './transport';

/** What a relay works with; the optional parts are for tests, or have the defaults of the outbox. */
export interface MailRelayOptions {
  stores: MailStores;
  transport: MailTransport;
  config: { ORG_NAME: string; CUSTOMER_CONTACT: string };
  links: Links;
  /** The policy in force; left out: mails that no event of a case causes are not sent. */
  inForce?: () => Promise<Policy>;
  /** What a week has found, for the mail about it; left out: it is not sent. */
  weekly?: CauseAccess['weekly'];
  onPermanentFailure: OnPermanentFailure;
  /** The address by which a customer's answer finds its case; left out: nobody reads answers. */
  replyTo?: ((caseNo: string) => string) | undefined;
  log: Log;
  /** Milliseconds since 1970. */
  clock?: () => number;
  templates?: MailTemplates;
  breaker?: BreakerRules;
  /** Mails under way at once; left out: 4. */
  concurrency?: number;
  /** Milliseconds between two looks while nothing is due; left out: 500. */
  idleMs?: number;
  /** While it is true, mails wait, for a minute at most: this process has cases to serve (see `PumpOptions`). */
  busy?: () => boolean;
  /** Milliseconds after a reminder during which further ones to the same person are gathered; left out: a minute. */
  gatherMs?: number;
  /** Milliseconds to wait after the first, second, … failed attempt; the last value repeats. */
  backOffMs?: readonly number[];
  /** Milliseconds to wait before each further try to write that a mail was taken; left out: the outbox's own. */
  noteAgainMs?: readonly number[];
}

export interface MailRelay {
  /** @throws Error after `stop` */
  start(): void;
  /**
   * The code (`smtp_535`, `CERT_HAS_EXPIRED`) with which every mail of ours fails until login, TLS, sender or quota are put
   * right; undefined while the mail server takes them.
   */
  refused(): string | undefined;
  /** Claims nothing more, waits for the mails under way, then closes the connections to the mail server. */
  stop(): Promise<void>;
}

/**
 * The mail channel on its pump: claims planned mails and digests, writes them out as the case stands then, and sends
 * them, trying again for up to 72 hours. Several relays may run beside each other on one database.
 */
export function createMailRelay(options: MailRelayOptions): MailRelay {
  const { transport, log, clock = Date.now } = options;
  const attempts = createAttempts({
    name: 'mail',
    refusedWords: 'the mail server refuses the house (login, TLS, sender, quota or block list): mails wait for 72 h',
    log,
    clock,
    breaker: options.breaker,
    backOffMs: options.backOffMs,
    noteAgainMs: options.noteAgainMs,
  });
  const sources = sourcesOf(options, clock, new Post(attempts, transport));
  const channel: Channel = { name: 'mail', sources, close: () => transport.close() };
  const { concurrency, idleMs, busy } = options;
  const pump = createPump({ channel, attempts, log, clock, concurrency, idleMs, busy });
  return { ...pump, refused: () => attempts.refused() };
}

/** Builds the sources of the channel and the parts they work with. */
function sourcesOf(options: MailRelayOptions, clock: () => number, post: Post): Source[] {
  const { stores, config, links, log, gatherMs = MINUTE } = options;
  const { outbox, notices, users, digests, accessMails } = stores;
  const house = { name: config.ORG_NAME, contact: config.CUSTOMER_CONTACT };
  const cases = new CaseReader(stores);
  const duty = new Duty(stores, clock);
  const choices = new Choices({
    store: stores.noticeChoices,
    worksFrom: (user, from) => duty.reachableFrom(user, from),
    clock,
  });
  const recipients = new Recipients(cases, duty);
  const mailData = new MailDataReader({ stores, cases, links, house, clock });
  const templates = options.templates ?? loadMailTemplates();
  const writing = new Writing({
    templates,
    mailData,
    threads: new Threads(outbox),
    house,
    dayUrl: links.deskUrl(),
    replyTo: options.replyTo,
    log,
  });
  const { onPermanentFailure } = options;
  const parcels = new Parcels({ outbox, isGathering: digests !== undefined, onPermanentFailure, clock });
  const single = {
    outbox,
    notices,
    cases,
    recipients,
    holding: new Holding({ outbox, cases, clock }),
    wishes: new Wishes({ outbox, notices, digests, choices, cases }),
    mailData,
    writing,
    parcels,
  };
  const access = accessMails
    ? [new AccessMails({ mails: accessMails, users, links, templates, house, post, clock })]
    : [];
  const { houseMails, suggestions, care, reportMail } = stores;
  const { inForce, weekly } = options;
  // Claimed last: nobody waits for them.
  const ofHouse =
    houseMails && suggestions && care && inForce
      ? [
          new HouseMails({
            stores: { ...stores, houseMails, suggestions, care },
            inForce,
            reportMail,
            links,
            templates,
            house,
            post,
            week: weekly && { told: weekly, wayOf: (user) => choices.wayOfWeek(user) },
            clock,
          }),
        ]
      : [];
  // Somebody waits for these with the sign-in page open.
  if (!digests) return [...access, new SingleMails({ ...single, post }), ...ofHouse];
  const reminders = new Reminders({
    outbox,
    notices,
    digests,
    cases,
    duty,
    choices,
    elsewhere: stores.elsewhere,
    recipients,
    parcels,
    post,
    gatherMs,
    clock,
  });
  // Digests are claimed first: the reminders in them have waited already.
  return [
    ...access,
    new DigestMails({ digests, users, cases, choices, parcels, writing, post }),
    new SingleMails({ ...single, post, reminders }),
    ...ofHouse,
  ];
}
