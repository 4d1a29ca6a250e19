import { LRUCache } from 'lru-cache';
import type { LinkPurpose, Links } from '../../cases/access/links';
import type { ComplaintRecord, DigestRow, OutboxRow } from '../../db/records';
import type { Gathering, Reader } from '../../db/stores/digests';
import type { CaseEvent } from '../../domain/case/events';
import { maySee } from '../../domain/case/permissions';
import { isReminder, REMINDERS, type MailKind } from '../../domain/policy/mail-kinds';
import type { Policy } from '../../domain/policy/schema';
import { HOUSE_POLICY } from '../../domain/policy/house';
import { fold } from '../../domain/case/evolve';
import type { CaseState } from '../../domain/case/state';
import { nameWords } from '../../domain/basics/words';
import { inLanguage } from '../../render/words';
import { toInstant } from '../../domain/time/duration';
import type { Grade, Instant, Language } from '../../domain/basics/types';
import type { MailSource } from './source';
import { createAttempts } from '../outbox/attempts';
import type { BreakerRules } from '../outbox/breaker';
import type { Channel, Log, Parcel, Source } from '../outbox/channel';
import { createPump } from '../outbox/pump';
import { noticeId, renderDigest } from './digest';
import { Duty, type DutyStores } from './duty';
import { isMoot, isNoNews } from './news';
import { renderMail } from './render';
import { loadMailTemplates, type MailTemplates } from './templates';
import type { MailTransport, OutgoingMail } from './transport';
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';

/** What the relay needs of the stores; the real ones of src/db fit. */
export interface MailStores extends DutyStores {
  outbox: {
    claim(limit: number, leaseMs: number): Promise<OutboxRow[]>;
    /** The first word stands, and is returned. */
    fixRecipients(id: number, addresses: string[]): Promise<string[]>;
    sent(id: number): Promise<unknown>;
    retry(id: number, error: string, nextAt: Instant): Promise<unknown>;
    failed(id: number, error: string): Promise<unknown>;
    /** Nothing to send, and nothing is wrong. */
    skipped(id: number, reason: string): Promise<unknown>;
    ambiguous(id: number, error: string, nextAt: Instant): Promise<unknown>;
    list(caseNo: string): Promise<OutboxRow[]>;
    /** A mail that no event plans; once for its event and reader. */
    plan(mail: Pick<OutboxRow, 'caseNo' | 'seq' | 'mail' | 'to' | 'messageId'>): Promise<unknown>;
  };
  complaints: { get(caseNo: string): Promise<ComplaintRecord | undefined> };
  ledger: { events(caseNo: string, afterSeq?: number): Promise<CaseEvent[]> };
  cases: { get(caseNo: string): Promise<{ state: CaseState } | undefined> };
  texts: { get(ids: string[]): Promise<Map<string, { body: string }>> };
  /** Gathers the reminders of a person into one mail; without it each is a mail of its own. */
  digests?: {
    fanOut(
      row: Pick<OutboxRow, 'id' | 'messageId'>,
      readers: readonly (Reader & { messageId: string })[],
    ): Promise<void>;
    gather(userId: string, kinds: readonly MailKind[], windowMs: number, presses?: boolean): Promise<Gathering>;
    claim(limit: number, leaseMs: number): Promise<DigestRow[]>;
    notices(id: number): Promise<OutboxRow[]>;
    fixRecipients(id: number, addresses: string[]): Promise<string[]>;
    release(id: number): Promise<void>;
    sent(id: number): Promise<unknown>;
    failed(id: number, error: string): Promise<unknown>;
    retry(id: number, error: string, nextAt: Instant): Promise<unknown>;
    ambiguous(id: number, error: string, nextAt: Instant): Promise<unknown>;
    /** Out of a digest that has not left: they say what is not so any more. */
    drop(id: number, notices: readonly number[]): Promise<unknown>;
    /** Nothing is left in it. */
    skipped(id: number, reason: string): Promise<unknown>;
  };
  policies: { get(version: number): Promise<Policy | undefined> };
  links: {
    ensure(link: {
      hash: string;
      purpose: 'proposal' | 'survey';
      caseNo: string;
      subject: string;
      expiresAt: Instant;
    }): Promise<unknown>;
  };
}

export interface MailRelayOptions {
  stores: MailStores;
  transport: MailTransport;
  config: { ORG_NAME: string; CUSTOMER_CONTACT: string };
  links: Links;
  /** A mail was refused for good: the workflow is told, and its owner reaches the person another way. May be called twice. */
  onPermanentFailure(caseNo: string, mail: MailKind, to: 'customer' | 'staff', seq: number): Promise<void>;
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

const SETTLING = 3 * SECOND;
const GATHER = MINUTE;

const isGiven = (value: string | undefined): boolean => value !== undefined && value !== '';

/** What is always for the owner, whoever else hears of it. */
const TO_OWNER: readonly MailKind[] = [
  'promiseWarned',
  'escalation',
  'chased',
  'helpAnswered',
  'returned',
  'customerAnswered',
  'customerSilent',
  'reopened',
  'customerWithdrew',
  'customerAdded',
  'resumed',
  'mailFailed',
  'askByPhone',
];

/** Who gets a mail, and how they are addressed. */
interface Readers {
  addresses: string[];
  language: Language;
}

type DigestStore = NonNullable<MailStores['digests']>;

/** Takes planned mails out of the outbox and sends them, one attempt after the other, for days if it must. */
export function createMailRelay(options: MailRelayOptions): MailRelay {
  const { stores, transport, config, links, log } = options;
  const { clock = Date.now, gatherMs = GATHER } = options;
  const { digests } = stores;
  const duty = new Duty(stores, clock);
  const templates = options.templates ?? loadMailTemplates();
  const attempts = createAttempts({
    name: 'mail',
    refusedWords: 'the mail server refuses the house (login, sender, quota or block list): mails wait for 72 h',
    log,
    clock,
    breaker: options.breaker,
    backOffMs: options.backOffMs,
  });
  const policies = new Map<number, Policy>();
  // Neither ever changes once written, so a case's next mail need not read it again.
  const ledgers = new LRUCache<string, CaseEvent[]>({ max: 100 });
  const threads = new LRUCache<string, string>({ max: 1_000 });
  async function policyOf(version: number): Promise<Policy> {
    let policy = policies.get(version);
    if (!policy) {
      policy = (await stores.policies.get(version)) ?? HOUSE_POLICY;
      policies.set(version, policy);
    }
    return policy;
  }

  const stateOf = async (caseNo: string): Promise<CaseState | undefined> => (await stores.cases.get(caseNo))?.state;

  /**
   * What is for the owner goes to whoever owns the case now: a former one may do nothing about it any more.
   * @returns the row, under its own Message-ID
   */
  async function forOwner(row: OutboxRow, state: CaseState | undefined): Promise<OutboxRow> {
    const { to } = row;
    const owner = state?.owner?.id;
    if (to.kind !== 'user' || owner === undefined || to.id === owner || row.addresses || !TO_OWNER.includes(row.mail)) {
      return row;
    }
    const events = await ledgerUntil(row.caseNo, row.seq);
    const then = fold(
      row.caseNo,
      events.filter(({ seq }) => seq <= row.seq),
    );
    return then?.owner?.id === to.id ? { ...row, to: { kind: 'user', id: owner } } : row;
  }

  async function readersOf(row: OutboxRow, complaint: ComplaintRecord, state: CaseState | undefined): Promise<Readers> {
    if (row.to.kind === 'customer') {
      const { email } = complaint.customer;
      const addresses = row.addresses ?? (email === undefined || email === '' ? [] : [email]);
      return { addresses, language: complaint.language };
    }
    const policy = await policyOf(state?.policyVersion ?? complaint.policyVersion);
    const users = await duty.readers(row.to, state, policy);
    const addresses = row.addresses ?? [...new Set(users.map((user) => user.email).filter((email) => email !== ''))];
    const languages = new Set(users.map((user) => user.language));
    const [only] = languages;
    return { addresses, language: languages.size === 1 && only !== undefined ? only : 'zh-CN' };
  }

  async function sourceOf(
    row: OutboxRow,
    complaint: ComplaintRecord,
    language: Language,
    state: CaseState | undefined,
  ): Promise<MailSource> {
    const { caseNo, mail, seq } = row;
    const events = await ledgerUntil(caseNo, seq);
    const now = state ?? fold(caseNo, events);
    if (!now) throw new Error('a mail of a case without events');
    // A running case may have moved to another version before this mail.
    const moved = events.findLast((item) => item.type === 'policyMoved' && item.seq <= seq);
    return {
      caseNo,
      mail,
      seq,
      events,
      now,
      policy: await policyOf(moved?.type === 'policyMoved' ? moved.data.to : complaint.policyVersion),
      language,
      customerName: complaint.customer.name,
      wish: complaint.wantedRemedy,
      reach: {
        phone: isGiven(complaint.customer.phone),
        email: isGiven(complaint.customer.email),
        preferred: complaint.customer.preferredChannel,
      },
      ...(row.to.kind === 'user' && { userId: row.to.id, role: (await stores.users.byId(row.to.id))?.role }),
      house: { name: config.ORG_NAME, contact: config.CUSTOMER_CONTACT },
      text: async ({ textId }) => (await stores.texts.get([textId])).get(textId)?.body,
      userName: async (id) => {
        const user = await stores.users.byId(id);
        return user && inLanguage(nameWords(user), language);
      },
      maySee: (other) => maySeeOther(row, other),
      sameCustomer: async (other) => (await stores.complaints.get(other))?.customer.id === complaint.customer.id,
      links: {
        accessCode: (no) => links.accessCode(no),
        progressUrl: (no) => links.progressUrl(no),
        proposalUrl: (no, proposalId) =>
          opened('proposal', no, proposalId, links.proposalToken(no, proposalId), links.proposalUrl(no, proposalId)),
        surveyUrl: (no, surveyId) =>
          opened('survey', no, surveyId, links.surveyToken(no, surveyId), links.surveyUrl(no, surveyId)),
      },
    };
  }

  async function maySeeOther(row: OutboxRow, other: string): Promise<boolean> {
    const [user, state] = await Promise.all([
      row.to.kind === 'user' ? stores.users.byId(row.to.id) : undefined,
      stateOf(other),
    ]);
    return user !== undefined && state !== undefined && maySee({ kind: 'staff', ...user }, state);
  }

  /** An offer that no letter brings to the customer: whoever owns the case asks by phone. */
  async function askByPhone(row: OutboxRow, state: CaseState | undefined): Promise<void> {
    const cause = (await ledgerUntil(row.caseNo, row.seq)).find(({ seq }) => seq === row.seq);
    if (!state || cause?.type !== 'solutionOffered' || isMoot(cause, row.to, state)) return;
    if (state.clocks[`customerAnswer:${cause.data.proposalId}`] === undefined) return;
    const { caseNo, seq } = row;
    await stores.outbox.plan({
      caseNo,
      seq,
      mail: 'askByPhone',
      to: state.owner ? { kind: 'user', id: state.owner.id } : { kind: 'role', role: 'supervisor' },
      messageId: `<${caseNo}.${seq}.askByPhone.0${row.messageId.slice(row.messageId.lastIndexOf('@'))}`,
    });
  }

  /** A link works from the moment it is written into a mail; writing it again changes nothing. */
  async function opened(
    purpose: LinkPurpose,
    caseNo: string,
    subject: string,
    token: string,
    url: string,
  ): Promise<string> {
    const expiresAt = links.expiresAt(purpose, toInstant(clock()));
    await stores.links.ensure({ hash: links.hash(token), purpose, caseNo, subject, expiresAt });
    return url;
  }

  /** Only what is not known yet is read: a long case causes many mails. */
  async function ledgerUntil(caseNo: string, seq: number): Promise<CaseEvent[]> {
    const known = ledgers.get(caseNo) ?? [];
    const lastSeq = known.at(-1)?.seq ?? 0;
    if (lastSeq >= seq) return known;
    const events = [...known, ...(await stores.ledger.events(caseNo, lastSeq))];
    ledgers.set(caseNo, events);
    return events;
  }

  /** The first mail of this case to this side; customer and staff never share a thread. */
  async function firstOf(row: OutboxRow): Promise<string | undefined> {
    const customer = row.to.kind === 'customer';
    const line = `${row.caseNo}/${sideOf(row)}`;
    const known = threads.get(line);
    if (known !== undefined) return known === row.messageId ? undefined : known;
    const rows = await stores.outbox.list(row.caseNo);
    const first = rows
      // What was handed on, or went out with others, is no mail that another could follow.
      .filter((other) => (other.to.kind === 'customer') === customer && (customer || !isReminder(other.mail)))
      .reduce<OutboxRow | undefined>((least, other) => (least && least.id < other.id ? least : other), undefined);
    if (first) threads.set(line, first.messageId);
    return first && first.messageId !== row.messageId ? first.messageId : undefined;
  }

  const sideOf = (row: OutboxRow): 'customer' | 'staff' => (row.to.kind === 'customer' ? 'customer' : 'staff');

  const parcelOf = (row: OutboxRow): Parcel => ({
    what: { outbox: row.id, caseNo: row.caseNo, mail: row.mail },
    // A reminder may have waited out a holiday week before anything was attempted: its time counts from its digest.
    plannedAt: digests && isReminder(row.mail) && row.addresses === undefined ? toInstant(clock()) : row.plannedAt,
    attempts: row.attempts,
    // A reminder is one of its reader's few, gathered as they are.
    limited: digests !== undefined && isReminder(row.mail),
    sent: () => stores.outbox.sent(row.id),
    retry: (code, nextAt) => stores.outbox.retry(row.id, code, nextAt),
    ambiguous: (code, nextAt) => stores.outbox.ambiguous(row.id, code, nextAt),
    async giveUp(code) {
      await failedFor(row);
      await stores.outbox.failed(row.id, code);
    },
  });

  /** A note about an undelivered mail that is itself undeliverable would make another such note, and so on. */
  async function failedFor(row: OutboxRow): Promise<void> {
    if (row.mail !== 'mailFailed') await options.onPermanentFailure(row.caseNo, row.mail, sideOf(row), row.seq);
  }

  /**
   * A case with a handler at hand is assigned and in work within a second. The news that it is being assigned waits a
   * moment, and gives way to the news of the next node when that has come: one mail, not two in one breath.
   */
  async function passingThrough(row: OutboxRow, state: CaseState | undefined): Promise<boolean> {
    if (state?.stage !== 'assign') {
      await stores.outbox.skipped(row.id, 'overtaken');
      return true;
    }
    const settled = Date.parse(row.plannedAt) + SETTLING;
    if (clock() >= settled) return false;
    await stores.outbox.retry(row.id, 'settling', toInstant(settled));
    return true;
  }

  /** Whether this mail would say nothing that its reader has not been told, or not yet, or no more. It is then put aside. */
  async function heldBack(row: OutboxRow, state: CaseState | undefined): Promise<boolean> {
    const events = await ledgerUntil(row.caseNo, row.seq);
    const cause = events.find((item) => item.seq === row.seq);
    if (!cause || row.mail === 'lostLink') return false;
    if (cause.type === 'stageEntered' && cause.data.stage === 'assign') return passingThrough(row, state);
    if (state && isMoot(cause, row.to, state)) {
      await stores.outbox.skipped(row.id, 'overtaken');
      return true;
    }
    if (row.mail !== 'progress' && row.mail !== 'assigned') return false;
    if (!isNoNews(row.caseNo, events, cause, row.to)) return false;
    await stores.outbox.skipped(row.id, 'no news');
    return true;
  }

  const post = (parcel: Parcel, customers: string[], write: () => Promise<OutgoingMail>): Promise<void> =>
    attempts.send(parcel, customers, async () => transport.send(await write()));

  async function deliver(planned: OutboxRow): Promise<void> {
    if (digests && isReminder(planned.mail) && planned.addresses === undefined) return remind(planned, digests);
    const parcel = parcelOf(planned);
    const complaint = await stores.complaints.get(planned.caseNo);
    if (!complaint) throw new Error('a mail of a case without a complaint');
    const state = await stateOf(planned.caseNo);
    const row = await forOwner(planned, state);
    const readers = await readersOf(row, complaint, state);
    if (readers.addresses.length === 0) {
      if (row.to.kind === 'customer') {
        await askByPhone(row, state);
        await stores.outbox.skipped(row.id, 'no address');
      } else await attempts.giveUp(parcel, 'no_recipient');
      return;
    }
    if (await heldBack(row, state)) return;
    // Fixed before the first attempt: a retry goes to the same people, whoever has joined or left since.
    const addresses = row.addresses ?? (await stores.outbox.fixRecipients(row.id, readers.addresses));
    const customers = row.to.kind === 'customer' ? addresses : [];
    await post(parcel, customers, async () => ({
      to: addresses,
      ...(await renderMail(templates, await sourceOf(row, complaint, readers.language, state))),
      messageId: row.messageId,
      references: await firstOf(row),
      caseNo: row.caseNo,
    }));
  }

  /** Until when those who have just had a reminder wait: saves asking in a burst, and decides nothing. */
  const waits = new LRUCache<string, number>({ max: 1_000 });

  async function gather(userId: string, store: DigestStore, urgent: boolean): Promise<void> {
    const found = await store.gather(userId, REMINDERS, gatherMs, urgent);
    if (found.kind === 'wait') waits.set(userId, Date.parse(found.until));
    else waits.set(userId, clock() + gatherMs);
  }

  /** Of a major case, or a warning whose time would be over before the gathering is: it does not wait for others. */
  function presses(cause: CaseEvent | undefined, grade: Grade | undefined): boolean {
    if (grade === 'major') return true;
    const due = cause && 'dueAt' in cause.data ? cause.data.dueAt : undefined;
    return cause !== undefined && due !== undefined && due > cause.at && Date.parse(due) <= clock() + gatherMs;
  }

  /**
   * A reminder is brought to its readers one by one: each gets it inside their hours, together with whatever else waits
   * for them. Of a major case it goes at once to whoever is on duty, while those who are off read it later.
   */
  async function remind(planned: OutboxRow, store: DigestStore): Promise<void> {
    const state = await stateOf(planned.caseNo);
    const row = await forOwner(planned, state);
    const cause = (await ledgerUntil(row.caseNo, row.seq)).find(({ seq }) => seq === row.seq);
    if (state && cause && isMoot(cause, row.to, state)) {
      await stores.outbox.skipped(row.id, 'overtaken');
      return;
    }
    const policy = await policyOf(state?.policyVersion ?? 1);
    const users = (await duty.readers(row.to, state, policy)).filter(({ email }) => email !== '');
    if (users.length === 0) return attempts.giveUp(parcelOf(row), 'no_recipient');
    const from = new Map<string, number>();
    for (const user of users) from.set(user.id, await duty.from(user));
    const now = clock();
    const urgent = presses(cause, state?.grade);
    if (row.mail === 'escalation' && state?.grade === 'major' && [...from.values()].every((at) => at > now)) {
      for (const { id } of await duty.onDuty(users, state.against)) from.set(id, now);
    }
    const [only] = from;
    if (row === planned && row.to.kind === 'user' && from.size === 1 && only?.[0] === row.to.id) {
      if (only[1] > now) await stores.outbox.retry(row.id, 'quiet', toInstant(only[1]));
      else await gather(row.to.id, store, urgent);
      return;
    }
    const wait = (id: string, at: number): Reader['wait'] => {
      const gathered = waits.get(id) ?? 0;
      if (at > now) return { until: toInstant(Math.max(at, gathered)), why: 'quiet' };
      return gathered > now && !urgent ? { until: toInstant(gathered), why: 'gathering' } : undefined;
    };
    const readers = [...from].map(([id, at]) => ({ id, messageId: noticeId(row.messageId, id), wait: wait(id, at) }));
    await store.fanOut(row, readers);
    for (const reader of readers) if (!reader.wait) await gather(reader.id, store, urgent);
  }

  /** A digest may have waited for the mail server: what has been done meanwhile is not asked for. */
  async function stillSo(digest: DigestRow, store: DigestStore): Promise<OutboxRow[]> {
    const notices = await store.notices(digest.id);
    const moot: number[] = [];
    for (const row of notices) {
      const state = await stateOf(row.caseNo);
      const cause = (await ledgerUntil(row.caseNo, row.seq)).find(({ seq }) => seq === row.seq);
      if (state && cause && isMoot(cause, row.to, state)) moot.push(row.id);
    }
    if (moot.length > 0) await store.drop(digest.id, moot);
    return notices.filter(({ id }) => !moot.includes(id));
  }

  async function deliverDigest(digest: DigestRow, parcel: Parcel, store: DigestStore): Promise<void> {
    const user = await stores.users.byId(digest.userId);
    if (digest.addresses === undefined && (!user?.active || user.email === '')) {
      await store.release(digest.id);
      return;
    }
    const addresses = digest.addresses ?? (await store.fixRecipients(digest.id, user ? [user.email] : []));
    const notices = await stillSo(digest, store);
    const language = user?.language ?? 'zh-CN';
    const [only] = notices;
    if (!only) {
      await store.skipped(digest.id, 'overtaken');
      return;
    }
    await post(parcel, [], async () => {
      const mail = { to: addresses, messageId: digest.messageId };
      const source = async (row: OutboxRow): Promise<MailSource> => {
        const complaint = await stores.complaints.get(row.caseNo);
        if (!complaint) throw new Error('a mail of a case without a complaint');
        return sourceOf(row, complaint, language, await stateOf(row.caseNo));
      };
      if (notices.length === 1) {
        const one = await renderMail(templates, await source(only));
        return { ...mail, ...one, references: await firstOf(only), caseNo: only.caseNo };
      }
      const house = { name: config.ORG_NAME, contact: config.CUSTOMER_CONTACT };
      return { ...mail, ...(await renderDigest({ templates, notices, language, house, source, log })) };
    });
  }

  const digestParcel = (digest: DigestRow, store: DigestStore): Parcel => ({
    what: { digest: digest.id },
    plannedAt: digest.plannedAt,
    attempts: digest.attempts,
    limited: true,
    sent: () => store.sent(digest.id),
    retry: (code, nextAt) => store.retry(digest.id, code, nextAt),
    ambiguous: (code, nextAt) => store.ambiguous(digest.id, code, nextAt),
    async giveUp(code) {
      for (const row of await store.notices(digest.id)) await failedFor(row);
      await store.failed(digest.id, code);
    },
  });

  // Digests first: their readers have waited already.
  const sources: Source[] = [
    {
      claim: async (limit, leaseMs) =>
        (await stores.outbox.claim(limit, leaseMs)).map((row) => ({
          line: `${row.caseNo}/${sideOf(row)}`,
          parcel: parcelOf(row),
          deliver: () => deliver(row),
        })),
    },
  ];
  if (digests) {
    sources.unshift({
      claim: async (limit, leaseMs) =>
        (await digests.claim(limit, leaseMs)).map((digest) => {
          const parcel = digestParcel(digest, digests);
          return { line: `digest/${digest.userId}`, parcel, deliver: () => deliverDigest(digest, parcel, digests) };
        }),
    });
  }
  const { concurrency, idleMs, busy } = options;
  const channel: Channel = { name: 'mail', sources, close: () => transport.close() };
  const pump = createPump({ channel, attempts, log, clock, concurrency, idleMs, busy });
  return { ...pump, refused: () => attempts.refused() };
}
