import { createAddFiles } from '../../../src/channels/inbound/placing';
import { PLATFORM_HEADERS } from '../../../src/channels/platforms/adapters';
import { createPlatformRelay } from '../../../src/channels/platforms/relay';
import { isRefused, Refused } from '../../../src/cases';
import type { CasePlatform } from '../../../src/db';
import { createOutgoing } from '../../../src/outgoing';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { waitUntil } from '../../support/processes';
import { assigned, createHarness, SECRET, type Harness } from '../../http/support/harness';
import { recorder } from '../mail/fake-stores';

/** How long after a list was read it is read again, in milliseconds. */
export const LOOK = 5 * 60_000;
/** What is sent can be taken back for some seconds. */
export const HELD = 21_000;
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const TOO_LATE = new Refused('conflict', 'too_late', { zh: '太晚了', en: 'too late' });

export interface Faults {
  filed?: () => Promise<void>;
  /** The time for reopening is over. */
  isTooLate?: boolean;
}

/** A platform on this machine. */
interface PlatformOnThisMachine {
  account: object;
  close(): Promise<void>;
}

/** A house with its API on a real Postgres, and the relay of platforms, by a clock of its own; for one suite. */
export function platformBench() {
  const clock = new TestClock(new Date().toISOString());
  const servers: PlatformOnThisMachine[] = [];
  const relays: { stop(): Promise<void> }[] = [];
  let harness: Harness;

  const rows = async (text: string): Promise<Record<string, unknown>[]> =>
    (await harness.database.pool.query<Record<string, unknown>>(text)).rows;

  /** Until everything that is due has been done. */
  const settled = () =>
    waitUntil(async () => {
      const [due] = await rows(
        `select 1 from platform_accounts a left join platform_complaints c on c.account_id = a.id and c.state <> 'stuck'
         where a.look_at <= '${clock.instant()}' or a.busy_until is not null or c.due_at <= '${clock.instant()}'`,
      );
      return due === undefined;
    }, 'everything that is due has been done');
  const later = (ms: number): void => clock.set(clock.now() + ms);
  const eventsOf = async (caseNo: string, type: string) =>
    (await harness.stores.ledger.events(caseNo)).filter((event) => event.type === type);

  return {
    clock,
    rows,
    settled,
    later,
    eventsOf,

    open: async (): Promise<Harness> => {
      harness = await createHarness({ OUTGOING_ALLOWED: ['127.0.0.0/8'] }, { ...PATIENT, clock: clock.now });
      return harness;
    },

    /** After each test. */
    clear: async (): Promise<void> => {
      await Promise.all(relays.splice(0).map((one) => one.stop()));
      await Promise.all(servers.splice(0).map((one) => one.close()));
      for (const table of ['acts', 'replies', 'notices', 'complaints', 'accounts']) {
        await harness.database.pool.query(`delete from platform_${table}`);
      }
      await harness.database.pool.query('delete from idempotency_keys');
    },

    /** Connects a platform. @returns the id of the account */
    connect: async (server: PlatformOnThisMachine): Promise<string> => {
      servers.push(server);
      const body = { name: '旗舰店', ...server.account };
      const made = await harness.call('POST', '/api/platforms', { as: 'adam', body });
      expect([made.status, made.text]).toEqual([201, expect.any(String)]);
      return String(made.body.id);
    },

    relay: (faults: Faults = {}) => {
      const { log, lines } = recorder();
      const { platforms } = harness.stores;
      const accessCode = (caseNo: string): string => harness.links.accessCode(caseNo);
      const made = createPlatformRelay({
        platforms: {
          ...platforms,
          async filed(id, caseNo) {
            await faults.filed?.();
            await platforms.filed(id, caseNo);
          },
        },
        cases: {
          ...harness.cases,
          customer: {
            write: (...given) => harness.cases.customer.write(...given),
            reopen: (...given) =>
              faults.isTooLate ? Promise.reject(TOO_LATE) : harness.cases.customer.reopen(...given),
          },
        },
        stores: harness.stores,
        addFiles: createAddFiles({ evidence: harness.cases.evidence, accessCode }),
        accessCode,
        picturesOf: (caseNo, ids) => harness.cases.platformCases.picturesOf(caseNo, ids),
        out: createOutgoing({
          allowed: ['127.0.0.0/8'],
          timeoutMs: 2_000,
          maxBytes: 1_000_000,
          wantedHeaders: PLATFORM_HEADERS,
        }),
        secret: SECRET,
        isAway: (error) => isRefused(error, 'away'),
        log,
        clock: clock.now,
        idleMs: 5,
        lookMs: LOOK,
        backOffMs: [1_000],
      });
      relays.push(made);
      made.run();
      return { lines, stop: () => made.stop() };
    },

    /** The row of the one complaint that there is. */
    only: async (): Promise<CasePlatform & { caseNo: string }> => {
      const [row, more] = await rows('select case_no from platform_complaints');
      if (!row || more || typeof row.case_no !== 'string') throw new Error('not one complaint with its case');
      const [found] = await harness.stores.platforms.ofCase(row.case_no);
      return { ...(found as CasePlatform), caseNo: row.case_no };
    },

    /** Later, once everything that is due then has been done. */
    again: async (ms = LOOK): Promise<void> => {
      later(ms);
      await settled();
    },

    caseOf: async (caseNo: string) =>
      (await harness.call('GET', `/api/cases/${caseNo}`, { as: 'adam' })).body.case as Record<string, unknown>,

    textsOf: async (caseNo: string, type: string): Promise<(string | undefined)[]> => {
      const ids = (await eventsOf(caseNo, type)).map(({ data }) => {
        const { text, reason } = data as Record<'text' | 'reason', { textId: string } | undefined>;
        return (text ?? reason)?.textId ?? '';
      });
      const found = await harness.stores.texts.get(ids);
      return ids.map((id) => found.get(id)?.body);
    },

    ended: (table: 'replies' | 'acts') =>
      waitUntil(
        async () => (await rows(`select 1 from platform_${table} where ended_at is null`)).length === 0,
        'all has ended',
      ),

    until: (text: string, what: string) => waitUntil(async () => (await rows(text)).length > 0, what),

    /** Tries an account. @returns how it went */
    tested: async (id: string): Promise<string | undefined> => {
      await harness.call('POST', `/api/platforms/${id}/test`, { as: 'adam' });
      const of = async () =>
        ((await harness.call('GET', `/api/platforms/${id}`, { as: 'adam' })).body.test as { code?: string }).code;
      await waitUntil(async () => (await of()) !== undefined, 'it was tried');
      return of();
    },

    /** Withdraws a case, which ends it. */
    withdraw: async (caseNo: string): Promise<void> => {
      const headers = { 'x-access-code': harness.links.accessCode(caseNo) };
      const body = { reason: '算了' };
      const answer = await harness.call('POST', `/api/complaints/${caseNo}/withdraw`, { headers, body });
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    },

    own: (caseNo: string) => assigned(harness, caseNo),

    /** Puts a picture into the evidence. */
    upload: async (caseNo: string): Promise<void> => {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(PNG)]), '凭证.png');
      const answer = await harness.call('POST', `/api/complaints/${caseNo}/evidence`, { as: 'anna', raw: form });
      expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    },

    write: async (caseNo: string, text: string): Promise<void> => {
      const answer = await harness.decide(caseNo, 'write', 'anna', { text });
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    },

    act: (caseNo: string, body: object, as = 'anna') =>
      harness.call('POST', `/api/cases/${caseNo}/platform`, { as, body }),

    there: async (caseNo: string) =>
      (await harness.call('GET', `/api/cases/${caseNo}/platform`, { as: 'anna' })).body.platform as {
        acts: string[];
        deadlines: { what: string; dueAt: string }[];
        pictures: { evidenceId: string }[];
        passed: { what: string; state: string; code?: string }[];
      },
  };
}
