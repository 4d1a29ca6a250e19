import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { createEngine, type Engine } from '../src/cases/engine/engine';
import { createFile } from '../src/cases/filing/file';
import { createLinks } from '../src/cases/access/links';
import { PolicyCache } from '../src/cases/rules/policies';
import { inputOf } from '../src/cases/engine/starter';
import { OWN_NAMES } from '../src/cases/inbound/hook-mapping';
import { complaintSchema } from '../src/cases/filing/complaint-input';
import { accountLink } from '../src/cli/account';
import { seedUsers } from '../src/cli/seed-users';
import { createStores, openDatabase, type Database } from '../src/db';
import { run } from '../src/db/database';
import type { DecisionName } from '../src/domain/decisions/catalogue';
import { complaintWorkflowId } from '../src/domain/basics/ids';
import { toInstant } from '../src/domain/time/duration';
import type { Policy } from '../src/domain/policy/schema';
import type { ComplaintInput } from '../src/domain/process/start';
import type { Actor } from '../src/domain/basics/types';
import { createSigning, type Signing } from '../src/temporal/signature';
import { suggestGrade } from '../src/text/suggest';
import { complaintBody } from './complaints';
import { httpClient } from './http';
import type { System } from './system';

/** How long Temporal may take to answer. */
const DEADLINE_MS = 20_000;
/** The lease on the start of complaints filed past the API: the server's relay must not start them. */
const OURS_TO_START_MS = 3_600_000;

type Person = Exclude<Actor, { kind: 'system' }>;

const supervisor = {
  kind: 'staff',
  id: 'u-bench-supervisor',
  role: 'supervisor',
  team: 'after-sales',
} as const satisfies Person;
const customer: Person = { kind: 'customer' };
const text = { textId: '00000000-0000-4000-8000-000000000001', sha256: '0'.repeat(64) };

/** The shortest way of a general complaint to the archive, as decisions sent to the workflow. */
const STRAIGHT: [DecisionName, Person, Record<string, unknown>][] = [
  ['grade', supervisor, { grade: 'general', category: 'product_quality' }],
  ['respond', supervisor, { via: 'phone', text }],
  ['propose', supervisor, { remedies: [{ kind: 'refund', amount: 200 }], solution: text }],
  ['customerAnswer', customer, { accepted: true, via: 'link' }],
  ['carryOut', supervisor, { proof: text }],
  ['resolve', supervisor, { outcome: 'upheld', cause: 'manufacturing', summary: text }],
  ['recordSurvey', customer, { speed: 5, solution: 5, attitude: 5, total: 5, via: 'link' }],
  ['recordRevisit', supervisor, { satisfied: true, method: 'phone', report: text }],
];
export const DECISIONS_A_CASE = STRAIGHT.length;

/** A free text of usual length. */
const WORDS = '已电话联系客户，约定明天上午十点上门检测，客户表示接受。';
/** The same way through the API: a supervisor also records what the customer answers on the phone. */
const STRAIGHT_BY_API: [DecisionName, Record<string, unknown>][] = [
  ['grade', { grade: 'general', category: 'product_quality', reason: WORDS }],
  ['respond', { via: 'phone', text: WORDS }],
  ['propose', { remedies: [{ kind: 'refund', amount: 200 }], solution: WORDS }],
  ['customerAnswer', { accepted: true, via: 'phone' }],
  ['carryOut', { proof: WORDS }],
  ['resolve', { outcome: 'upheld', cause: 'manufacturing', summary: WORDS }],
  ['recordSurvey', { speed: 5, solution: 5, attitude: 5, total: 5, via: 'phone' }],
  ['recordRevisit', { satisfied: true, method: 'phone', report: WORDS }],
];

/**
 * Drives the product: through its API, or past it (`…ByApi` is missing in the name) where only the
 * workflow's part is to be measured.
 */
export class Ours {
  private readonly database: Database;
  private readonly stores: ReturnType<typeof createStores>;
  private readonly policies: PolicyCache;
  private readonly engine: Engine;
  private readonly signing: Signing;
  private readonly inputs = new Map<string, ComplaintInput>();
  private readonly http = httpClient(16);
  private readonly token = `bench_${randomUUID()}`;

  constructor(
    private readonly client: Client,
    private readonly system: System,
  ) {
    const { config } = system;
    this.database = openDatabase({ url: config.DATABASE_URL, max: 4, statementTimeoutMs: 0 });
    this.stores = createStores(this.database);
    this.policies = new PolicyCache(this.stores.policies, Date.now);
    this.engine = createEngine(client, config.TEMPORAL_TASK_QUEUE);
    this.signing = createSigning(config.LINK_SECRET);
  }

  /** Creates the staff, and the tables of the floor and of the bare workflows. */
  async prepare(): Promise<void> {
    const login = (userId: string, token: string = randomUUID()) => ({ userId, token });
    await seedUsers(this.stores, {
      agent: login('u-bench-agent'),
      supervisor: login('u-bench-supervisor', this.token),
      manager: login('u-bench-manager'),
      admin: login('u-bench-admin'),
    });
    await this.database.pool.query(`
      create table bench_floor (case_no text primary key, received_at timestamptz not null, body jsonb not null);
      create table bench_rows (id text, n int, at timestamptz not null default now(), primary key (id, n))`);
  }

  /** Files a complaint through the API. @returns its case number */
  async accept(): Promise<string> {
    const { status, body } = await this.http.post(`${this.system.config.PUBLIC_URL}/api/complaints`, complaintBody());
    if (status !== 201) throw new Error(`a complaint was answered ${status}: ${body}`);
    return (JSON.parse(body) as { caseNo: string }).caseNo;
  }

  /** Posts a complaint to the floor, `bench/floor.ts`. */
  async floor(path: 'transaction' | 'statement'): Promise<void> {
    const { status, body } = await this.http.post(`${this.system.floorUrl}/${path}`, complaintBody());
    if (status !== 201) throw new Error(`the floor answered ${status}: ${body}`);
    JSON.parse(body);
  }

  /** Files complaints past the API without starting their workflows; `start` does. @returns their case numbers */
  async filed(count: number, receivedAt?: readonly number[]): Promise<string[]> {
    let at = 0;
    const file = createFile({
      complaints: this.stores.complaints,
      policies: this.policies,
      read: (input) => Promise.resolve(suggestGrade(input)),
      links: createLinks({ secret: this.system.config.LINK_SECRET, publicUrl: this.system.config.PUBLIC_URL }),
      starter: { begin: () => undefined, leaseMs: OURS_TO_START_MS },
      clock: () => receivedAt?.[at] ?? Date.now(),
    });
    const caseNos: string[] = [];
    for (let n = 0; n < count; n++) {
      at = n;
      const { filed } = await file(complaintSchema.parse(complaintBody(true)));
      const record = await this.stores.complaints.get(filed.caseNo);
      if (!record) throw new Error(`${filed.caseNo} is not on record`);
      this.inputs.set(filed.caseNo, await inputOf(record, this.policies));
      caseNos.push(filed.caseNo);
    }
    return caseNos;
  }

  /** Files and starts cases, and waits until they can be graded. @returns their case numbers */
  async pool(count: number): Promise<string[]> {
    const caseNos = await this.filed(count);
    for (const caseNo of caseNos) await this.start(caseNo);
    await this.running(caseNos);
    return caseNos;
  }

  /** Starts the workflow of a complaint that `filed` has filed. */
  async start(caseNo: string): Promise<void> {
    const input = this.inputs.get(caseNo);
    if (!input) throw new Error(`${caseNo} was not filed here`);
    await this.engine.start(input, DEADLINE_MS);
  }

  /** A system of the house that may post complaints. @returns where, and with which secret */
  async hook(): Promise<{ url: string; secret: string }> {
    const { LINK_SECRET: secret, PUBLIC_URL: publicUrl } = this.system.config;
    const id = randomUUID();
    await this.stores.inboundHooks.create({
      id,
      name: 'bench',
      mapping: OWN_NAMES,
      isOn: true,
      generation: 1,
      createdBy: 'u-bench-admin',
      createdAt: toInstant(Date.now()),
    });
    return { url: `${publicUrl}/hooks/${id}`, secret: createLinks({ secret, publicUrl }).hookSecret(id, 1) };
  }

  /** How many messages came in since `id`, and how many of them have been dealt with, by outcome. */
  async cameIn(since: number): Promise<{ last: number; open: number; outcomes: Record<string, number> }> {
    const { rows } = await this.database.pool.query<{ outcome: string; count: number; last: number }>(
      `select coalesce(outcome, 'open') as outcome, count(*)::int as count, max(id)::int as last
       from inbound_messages where id > $1 group by 1`,
      [since],
    );
    const { open = 0, ...outcomes } = Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
    return { last: Math.max(since, ...rows.map(({ last }) => last)), open, outcomes };
  }

  /** The chat that was begun last. */
  async newestChat(): Promise<string> {
    const { rows } = await this.database.pool.query<{ id: string }>(
      'select id from chats order by started_at desc limit 1',
    );
    return rows[0]?.id ?? '';
  }

  /** A system that is told of cases. @returns its id */
  async receiver(url: string): Promise<string> {
    const made = { id: randomUUID(), url, description: 'bench', createdBy: 'u-bench-admin' };
    return (await this.stores.webhooks.create(made)).id;
  }

  /** Plans messages to a receiver, all due now. */
  async plan(endpointId: string, count: number, body: string): Promise<void> {
    await this.database.pool.query(
      `insert into webhook_deliveries (endpoint_id, message_id, type, body, planned_at, queued_at, next_attempt_at)
       select $1, 'msg_' || gen_random_uuid(), 'case.graded', $3, $4, $4, $4 from generate_series(1, $2)`,
      [endpointId, count, body, toInstant(Date.now())],
    );
  }

  /** How many messages to these receivers have been delivered. */
  async delivered(endpointIds: readonly string[]): Promise<number> {
    const { rows } = await this.database.pool.query<{ count: number }>(
      `select count(*)::int as count from webhook_deliveries where endpoint_id = any($1) and state = 'sent'`,
      [endpointIds],
    );
    return rows[0]?.count ?? 0;
  }

  /** A decision (`note`, which changes nothing else), sent straight to the workflow. */
  async note(caseNo: string): Promise<void> {
    await this.decide(caseNo, 'note', supervisor, { text });
  }

  /** The same decision through the API, which also authenticates, stores the text and answers with the case. */
  async noteByApi(caseNo: string): Promise<void> {
    await this.decideByApi(caseNo, 'note', { text: WORDS });
  }

  /** Signs somebody in to the desk. @param userId left out: the supervisor @returns the cookie of their browser */
  async signIn(userId: string = supervisor.id): Promise<string> {
    const base = this.system.config.PUBLIC_URL;
    const wanted = { userId, name: userId.toLowerCase() };
    const { link } = await accountLink(this.stores, { publicUrl: base, now: Date.now() }, wanted);
    const password = randomUUID();
    const answer = await fetch(link.url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ password, again: password }),
    });
    const [cookie] = answer.headers.getSetCookie();
    if (cookie === undefined) throw new Error(`the sign-in was answered ${answer.status}`);
    return cookie.split(';', 1)[0] ?? '';
  }

  /** Takes a running case to the archive through the API, decision by decision. */
  async wholeByApi(caseNo: string): Promise<void> {
    for (const [name, input] of STRAIGHT_BY_API) await this.decideByApi(caseNo, name, input);
  }

  private async decideByApi(caseNo: string, name: DecisionName, input: object): Promise<void> {
    const { status, body } = await this.http.post(
      `${this.system.config.PUBLIC_URL}/api/cases/${caseNo}/decisions/${name}`,
      input,
      { Authorization: `Bearer ${this.token}` },
    );
    if (status !== 200) throw new Error(`${name} was answered ${status}: ${body}`);
  }

  /** Starts a case and takes it to the archive, its decisions sent straight to the workflow. */
  async whole(caseNo: string): Promise<void> {
    await this.start(caseNo);
    await this.received(caseNo);
    for (const [name, actor, input] of STRAIGHT) await this.decide(caseNo, name, actor, input);
    await this.client.workflow.getHandle(complaintWorkflowId(caseNo)).result();
  }

  /** Waits for the receipt, which the first task of the workflow writes: before it a case cannot be graded. */
  private async received(caseNo: string): Promise<void> {
    const query = { name: 'bench_received', text: `select from cases where case_no = $1 and stage <> 'receive'` };
    while ((await run(this.database.pool, query, [caseNo])).length === 0) await sleep(25);
  }

  /** Forgets what is needed to start these cases: ten thousand of them would be memory of the load generator. */
  forget(caseNos: readonly string[]): void {
    for (const caseNo of caseNos) this.inputs.delete(caseNo);
  }

  /** Publishes a policy for the complaints filed from now on. */
  async publish(policy: Policy): Promise<void> {
    await this.stores.policies.publish(policy, 'bench');
    this.policies.forget();
  }

  /** Waits until the first response of each has been escalated. @throws Error after five minutes */
  async escalatedAll(caseNos: readonly string[]): Promise<void> {
    const until = Date.now() + 300_000;
    for (let count = 0; count < caseNos.length; await sleep(200)) {
      if (Date.now() > until) throw new Error(`${caseNos.length - count} promises were not escalated`);
      const { rows } = await this.database.pool.query<{ count: number }>(
        `select count(*)::int as count from case_clocks where case_no = any($1) and clock = 'firstResponse' and escalated > 0`,
        [caseNos],
      );
      count = rows[0]?.count ?? 0;
    }
  }

  /** Milliseconds from the true due time of each first response to the transaction that wrote its escalation. */
  async firingLags(caseNos: readonly string[]): Promise<number[]> {
    const { rows } = await this.database.pool.query<{ ms: number }>(
      `select extract(epoch from o.planned_at - (e.data ->> 'dueAt')::timestamptz)::float8 * 1000 as ms
       from case_events e join outbox o on o.case_no = e.case_no and o.seq = e.seq and o.mail = 'escalation'
       where e.case_no = any($1) and e.type = 'escalated' and e.data ->> 'clock' = 'firstResponse'`,
      [caseNos],
    );
    return rows.map((row) => row.ms);
  }

  /** The most escalations to one level that any due time of any case has had. */
  async escalationsEach(): Promise<number> {
    const { rows } = await this.database.pool.query<{ most: number }>(
      `select coalesce(max(times), 0)::int as most from (
         select count(*) as times from case_events where type = 'escalated' and data ->> 'clock' is not null
         group by case_no, data ->> 'clock', data ->> 'version', data ->> 'to') as each`,
    );
    return rows[0]?.most ?? 0;
  }

  /** Waits until no escalation of these cases waits to be sent by itself, three minutes at most. */
  async noticesGathered(caseNos: readonly string[]): Promise<void> {
    const until = Date.now() + 180_000;
    for (let left = 1; left > 0 && Date.now() < until; await sleep(500)) {
      const { rows } = await this.database.pool.query<{ count: number }>(
        `select count(*)::int as count from outbox
         where case_no = any($1) and mail = 'escalation' and state in ('planned', 'sending')`,
        [caseNos],
      );
      left = rows[0]?.count ?? 0;
    }
  }

  /** How many mails told staff of escalations in these cases: mails of their own, and digests. */
  async noticesOf(caseNos: readonly string[]): Promise<{ mails: number; digests: number }> {
    const { rows } = await this.database.pool.query<{ mails: number; digests: number }>(
      `select (count(*) filter (where state = 'sent' and digest_id is null))::int as mails,
         (count(distinct digest_id))::int as digests
       from outbox where case_no = any($1) and mail = 'escalation'`,
      [caseNos],
    );
    return rows[0] ?? { mails: 0, digests: 0 };
  }

  /** How many events a case's workflow history has, and how many of some kinds. */
  async history(caseNo: string): Promise<{ events: number; tasks: number; timers: number; upserts: number }> {
    const { events = [] } = await this.client.workflow.getHandle(complaintWorkflowId(caseNo)).fetchHistory();
    const { EventType } = temporal.api.enums.v1;
    const of = (type: number): number => (events ?? []).filter((event) => event.eventType === type).length;
    return {
      events: events?.length ?? 0,
      tasks: of(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED),
      timers: of(EventType.EVENT_TYPE_TIMER_STARTED),
      upserts: of(EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES),
    };
  }

  /** Waits until the workflow of each has written the receipt, and with it the provisional owner. */
  async running(caseNos: string[]): Promise<void> {
    while ((await this.countRunning(caseNos)) < caseNos.length) await sleep(50);
  }

  /** How many of these cases have their receipt. */
  async countRunning(caseNos: string[]): Promise<number> {
    const { rows } = await this.database.pool.query<{ count: number }>(
      `select count(*)::int as count from cases where case_no = any($1) and stage <> 'receive'`,
      [caseNos],
    );
    return rows[0]?.count ?? 0;
  }

  /** Milliseconds from the acceptance of each to the event with which its workflow entered stage `grade`. */
  async lags(caseNos: string[]): Promise<number[]> {
    const { rows } = await this.database.pool.query<{ ms: number }>(
      `select extract(epoch from e.at - c.received_at)::float8 * 1000 as ms
       from complaints c
       join case_events e on e.case_no = c.case_no and e.type = 'stageEntered' and e.data ->> 'stage' = 'grade'
       where c.case_no = any($1)`,
      [caseNos],
    );
    return rows.map((row) => row.ms);
  }

  /**
   * Waits until the relay has sent all mails, or has sent none for two seconds (its breaker may hold some back).
   * @returns how many mails have been sent in all
   */
  async mailsSent(): Promise<number> {
    let depth = await this.stores.outbox.depth();
    for (let still = 0; depth > 0 && still < 20; await sleep(100)) {
      const now = await this.stores.outbox.depth();
      still = now < depth ? 0 : still + 1;
      depth = now;
    }
    const { rows } = await this.database.pool.query<{ count: number }>(
      `select count(*)::int as count from outbox where state = 'sent'`,
    );
    return rows[0]?.count ?? 0;
  }

  /** Waits until every complaint has its workflow, and their mails have gone. */
  async settled(): Promise<void> {
    for (let left = 1; left > 0; await sleep(200)) {
      const { rows } = await this.database.pool.query<{ count: number }>(
        `select count(*)::int as count from complaints c left join cases k using (case_no)
         where k.case_no is null or k.stage = 'receive'`,
      );
      left = rows[0]?.count ?? 0;
    }
    await this.mailsSent();
  }

  async close(): Promise<void> {
    this.http.close();
    await this.database.close();
  }

  private async decide(
    caseNo: string,
    name: DecisionName,
    actor: Person,
    input: Record<string, unknown>,
  ): Promise<void> {
    const message = this.signing.sign(caseNo, name, { decisionId: randomUUID(), actor, input });
    await this.engine.update(caseNo, name, message, DEADLINE_MS);
  }
}
