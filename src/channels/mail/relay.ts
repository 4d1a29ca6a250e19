import type { LinkPurpose, Links } from '../../cases/links';
import type { ComplaintRecord, OutboxRow, User } from '../../db/records';
import type { CaseEvent } from '../../domain/events';
import type { MailKind } from '../../domain/messages';
import { HOUSE_POLICY, type Policy } from '../../domain/policy';
import type { CaseState } from '../../domain/state';
import { toInstant } from '../../domain/time';
import type { Instant, Language, Role } from '../../domain/types';
import type { MailSource } from './content';
import { HOUSE_BREAKER, MailBreaker, type BreakerRules } from './breaker';
import { Recent } from './recent';
import { renderMail } from './render';
import { loadMailTemplates, type MailTemplates } from './templates';
import type { MailTransport } from './transport';

/** What the relay needs of the stores; the real ones of src/db fit. */
export interface MailStores {
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
  };
  complaints: { get(caseNo: string): Promise<ComplaintRecord | undefined> };
  ledger: { events(caseNo: string, afterSeq?: number): Promise<CaseEvent[]> };
  cases: { get(caseNo: string): Promise<{ state: CaseState } | undefined> };
  texts: { get(ids: string[]): Promise<Map<string, { body: string }>> };
  users: {
    byId(id: string): Promise<User | undefined>;
    list(filter: { role?: Role; team?: string; active?: boolean }): Promise<User[]>;
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

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface MailRelayOptions {
  stores: MailStores;
  transport: MailTransport;
  config: { PUBLIC_URL: string; ORG_NAME: string; CUSTOMER_CONTACT: string };
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
  /** Waiting times after the first, second, … failed attempt; the last one repeats. */
  backOffMs?: readonly number[];
}

export interface MailRelay {
  start(): void;
  /** Waits for the mails under way. */
  stop(): Promise<void>;
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const BACK_OFF = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR];
const GIVE_UP_AFTER = 72 * HOUR;
/** Longer than any attempt: connecting, talking and the last answer have their own, shorter limits. */
const LEASE = 3 * MINUTE;
const HOLD = 5 * MINUTE;
/** How long mails step back at most. */
const STEP_BACK = MINUTE;
const SETTLING = 3 * SECOND;

/** Who gets a mail, and how they are addressed. */
interface Readers {
  addresses: string[];
  language: Language;
}

/** Takes planned mails out of the outbox and sends them, one attempt after the other, for days if it must. */
export function createMailRelay(options: MailRelayOptions): MailRelay {
  const { stores, transport, config, links, log } = options;
  const { clock = Date.now, concurrency = 4, idleMs = 500, busy = () => false, backOffMs = BACK_OFF } = options;
  const templates = options.templates ?? loadMailTemplates();
  const breaker = new MailBreaker(options.breaker ?? HOUSE_BREAKER, clock);
  const policies = new Map<number, Policy>();
  // Neither ever changes once written, so a case's next mail need not read it again.
  const ledgers = new Recent<CaseEvent[]>(100);
  const threads = new Recent<string>(1_000);
  const base = config.PUBLIC_URL.replace(/\/+$/, '');
  /** When the alert was given: once an hour and not for every mail. */
  const alerted = new Map<'address' | 'total', number>();

  let running: Promise<void> | undefined;
  let stopping = false;
  let wake: (() => void) | undefined;

  async function policyOf(version: number): Promise<Policy> {
    let policy = policies.get(version);
    if (!policy) {
      policy = (await stores.policies.get(version)) ?? HOUSE_POLICY;
      policies.set(version, policy);
    }
    return policy;
  }

  const nextTry = (attempts: number): Instant => {
    const wait = backOffMs[Math.min(Math.max(attempts, 1), backOffMs.length) - 1] ?? HOUR;
    // A tenth more or less: after an outage they should not all come back in the same second.
    return toInstant(clock() + Math.round(wait * (0.9 + Math.random() * 0.2)));
  };

  /**
   * Staff who lead a role in a team; of the house when the team has none; else the next rank. Whom the customer complains
   * of is left out.
   */
  async function leads(role: Role, team: string | undefined, against: readonly string[]): Promise<User[]> {
    const ranks: Role[] = role === 'supervisor' ? ['supervisor', 'manager', 'admin'] : ['manager', 'admin'];
    for (const rank of ranks) {
      for (const filter of team === undefined ? [{}] : [{ team }, {}]) {
        const found = (await stores.users.list({ role: rank, active: true, ...filter })).filter(
          (user) => user.active && !against.includes(user.id),
        );
        if (found.length > 0) return found;
      }
    }
    return [];
  }

  async function staffFor(row: OutboxRow): Promise<User[]> {
    const state = (await stores.cases.get(row.caseNo))?.state;
    const against = state?.against ?? [];
    const { to } = row;
    switch (to.kind) {
      case 'user': {
        const user = await stores.users.byId(to.id);
        // Somebody who has left: whoever leads takes the duty over.
        return user?.active ? [user] : leads('supervisor', user?.team ?? state?.owner?.team, against);
      }
      case 'role':
        return leads(to.role, to.team, against);
      case 'department': {
        const members = await stores.users.list({ team: to.department, active: true });
        return members.filter((user) => user.active && !against.includes(user.id));
      }
      default:
        return [];
    }
  }

  async function readersOf(row: OutboxRow, complaint: ComplaintRecord): Promise<Readers> {
    if (row.to.kind === 'customer') {
      const { email } = complaint.customer;
      const addresses = row.addresses ?? (email === undefined || email === '' ? [] : [email]);
      return { addresses, language: complaint.language };
    }
    const users = await staffFor(row);
    const addresses = row.addresses ?? [...new Set(users.map((user) => user.email).filter((email) => email !== ''))];
    const languages = new Set(users.map((user) => user.language));
    const [only] = languages;
    return { addresses, language: languages.size === 1 && only !== undefined ? only : 'zh-CN' };
  }

  async function sourceOf(row: OutboxRow, complaint: ComplaintRecord, language: Language): Promise<MailSource> {
    const { caseNo, mail, seq } = row;
    return {
      caseNo,
      mail,
      seq,
      events: await ledgerUntil(caseNo, seq),
      policy: await policyOf(complaint.policyVersion),
      language,
      customerName: complaint.customer.name,
      userId: row.to.kind === 'user' ? row.to.id : undefined,
      house: { name: config.ORG_NAME, contact: config.CUSTOMER_CONTACT },
      text: async ({ textId }) => (await stores.texts.get([textId])).get(textId)?.body,
      userName: async (id) => (await stores.users.byId(id))?.name,
      sameCustomer: async (other) => (await stores.complaints.get(other))?.customer.id === complaint.customer.id,
      links: {
        accessCode: (no) => links.accessCode(no),
        progressUrl: (no) => links.progressUrl(no),
        proposalUrl: (no, proposalId) =>
          opened('proposal', no, proposalId, links.proposalToken(no, proposalId), links.proposalUrl(no, proposalId)),
        surveyUrl: (no, surveyId) =>
          opened('survey', no, surveyId, links.surveyToken(no, surveyId), links.surveyUrl(no, surveyId)),
        caseUrl: (no) => `${base}/api/cases/${no}`,
      },
    };
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
      .filter((other) => (other.to.kind === 'customer') === customer)
      .reduce<OutboxRow | undefined>((least, other) => (least && least.id < other.id ? least : other), undefined);
    if (first) threads.set(line, first.messageId);
    return first && first.messageId !== row.messageId ? first.messageId : undefined;
  }

  const sideOf = (row: OutboxRow): 'customer' | 'staff' => (row.to.kind === 'customer' ? 'customer' : 'staff');

  async function giveUp(row: OutboxRow, code: string): Promise<void> {
    // A note about an undelivered mail that is itself undeliverable would make another such note, and so on.
    if (row.mail !== 'mailFailed') await options.onPermanentFailure(row.caseNo, row.mail, sideOf(row), row.seq);
    await stores.outbox.failed(row.id, code);
    log.warn({ outbox: row.id, caseNo: row.caseNo, mail: row.mail, code }, 'mail cannot be delivered');
  }

  async function later(row: OutboxRow, code: string, ambiguous = false): Promise<void> {
    if (clock() - Date.parse(row.plannedAt) > GIVE_UP_AFTER) return giveUp(row, code);
    const nextAt = nextTry(row.attempts);
    await (ambiguous ? stores.outbox.ambiguous(row.id, code, nextAt) : stores.outbox.retry(row.id, code, nextAt));
    log.info({ outbox: row.id, caseNo: row.caseNo, mail: row.mail, code, nextAt }, 'mail is tried again later');
  }

  /**
   * A case with a handler at hand is assigned and in work within a second. The news that it is being assigned waits a
   * moment, and gives way to the news of the next node when that has come: one mail, not two in one breath.
   */
  async function passingThrough(row: OutboxRow): Promise<boolean> {
    if (row.mail !== 'progress') return false;
    const node = (await ledgerUntil(row.caseNo, row.seq)).find((item) => item.seq === row.seq);
    if (node?.type !== 'stageEntered' || node.data.stage !== 'assign') return false;
    if ((await stores.cases.get(row.caseNo))?.state.stage !== 'assign') {
      await stores.outbox.skipped(row.id, 'overtaken');
      return true;
    }
    const settled = Date.parse(row.plannedAt) + SETTLING;
    if (clock() >= settled) return false;
    await stores.outbox.retry(row.id, 'settling', toInstant(settled));
    return true;
  }

  function held(row: OutboxRow, reason: 'address' | 'total'): Promise<unknown> {
    if (clock() - (alerted.get(reason) ?? -HOUR) >= HOUR) {
      alerted.set(reason, clock());
      log.error({ reason, caseNo: row.caseNo, mail: row.mail }, 'mail breaker: too many mails, sending is held');
    }
    return stores.outbox.retry(row.id, `held_${reason}`, toInstant(clock() + HOLD));
  }

  async function deliver(row: OutboxRow): Promise<void> {
    const complaint = await stores.complaints.get(row.caseNo);
    if (!complaint) throw new Error('a mail of a case without a complaint');
    const readers = await readersOf(row, complaint);
    if (readers.addresses.length === 0) {
      if (row.to.kind === 'customer') await stores.outbox.skipped(row.id, 'no address');
      else await giveUp(row, 'no_recipient');
      return;
    }
    if (await passingThrough(row)) return;
    // Fixed before the first attempt: a retry goes to the same people, whoever has joined or left since.
    const addresses = row.addresses ?? (await stores.outbox.fixRecipients(row.id, readers.addresses));

    const customers = row.to.kind === 'customer' ? addresses : [];
    const reason = breaker.holds(customers);
    if (reason) {
      await held(row, reason);
      return;
    }

    const mail = await renderMail(templates, await sourceOf(row, complaint, readers.language));
    const references = await firstOf(row);
    const delivery = await transport.send({
      to: addresses,
      ...mail,
      messageId: row.messageId,
      references,
      caseNo: row.caseNo,
    });
    if (delivery.kind === 'sent' || delivery.kind === 'ambiguous') breaker.count(customers);
    switch (delivery.kind) {
      case 'sent':
        await stores.outbox.sent(row.id);
        return;
      case 'permanent':
        return giveUp(row, delivery.code);
      case 'temporary':
        return later(row, delivery.code);
      case 'ambiguous':
        return later(row, delivery.code, true);
    }
  }

  /** One mail's fault is its own: it comes again later, and the others go on. */
  async function attempt(row: OutboxRow): Promise<void> {
    try {
      await deliver(row);
    } catch (error) {
      // The name only: a message may quote what it was about.
      const code = error instanceof Error ? error.name : 'Error';
      log.warn({ outbox: row.id, caseNo: row.caseNo, mail: row.mail, code }, 'mail could not be prepared');
      // With Postgres away this fails too; the lease then ends by itself.
      await later(row, `fault_${code}`).catch(() => undefined);
    }
  }

  /** The mail under way to one side of a case: the next one waits, so that a receipt comes before the result. */
  const last = new Map<string, Promise<void>>();
  function inTurn(row: OutboxRow): Promise<void> {
    const line = `${row.caseNo}/${sideOf(row)}`;
    const turn = (last.get(line) ?? Promise.resolve()).then(() => attempt(row));
    last.set(line, turn);
    return turn.finally(() => {
      if (last.get(line) === turn) last.delete(line);
    });
  }

  /** Keeps up to `concurrency` mails under way; a slow one holds up nobody. */
  async function run(): Promise<void> {
    const under = new Set<Promise<void>>();
    let busySince: number | undefined;
    while (!stopping) {
      busySince = busy() ? (busySince ?? clock()) : undefined;
      if (busySince !== undefined && clock() - busySince < STEP_BACK) {
        await pause(idleMs);
        continue;
      }
      let rows: OutboxRow[] = [];
      try {
        rows = await stores.outbox.claim(concurrency - under.size, LEASE);
      } catch (error) {
        log.warn({ code: error instanceof Error ? error.name : 'Error' }, 'outbox cannot be read');
      }
      for (const row of rows) {
        const task = inTurn(row).finally(() => under.delete(task));
        under.add(task);
      }
      if (under.size >= concurrency) await Promise.race(under);
      else if (rows.length === 0) await Promise.race([pause(idleMs), ...under]);
    }
    await Promise.all(under);
  }

  const pause = (ms: number) =>
    new Promise<void>((done) => {
      const timer = setTimeout(done, ms);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });

  return {
    start() {
      stopping = false;
      running ??= run();
    },
    async stop() {
      stopping = true;
      wake?.();
      await running;
      running = undefined;
      transport.close();
    },
  };
}
