import { randomUUID } from 'node:crypto';
import { createStores, hashToken, isDatabaseAway, openDatabase, TextMismatch, type User } from '../../../src/db';
import { event } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { append, SYSTEM } from '../../../src/domain/process/append';
import type { Cause } from '../../../src/domain/basics/types';
import { waitUntil } from '../../support/processes';
import { newCaseNo, newComplaint, openedCase, openTestStores, sha256, type TestStores } from '../support';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

const user = (id: string, role: User['role'], changes: Partial<User> = {}): User => ({
  id,
  name: id,
  email: `${id}@redress.localhost`,
  role,
  team: 'after-sales',
  language: 'zh-CN',
  active: true,
  ...changes,
});

const open = async (owner?: User, customer = 'c-1'): Promise<string> => {
  const caseNo = newCaseNo();
  const events = openedCase(caseNo, { owner });
  const [first, ...rest] = events;
  if (first?.type !== 'complaintReceived') throw new Error('a case opens with its receipt');
  const received = { ...first, data: { ...first.data, customerId: customer } };
  await on.stores.ledger.append(caseNo, [received, ...rest]);
  return caseNo;
};

/** The backend of this database that waits for a lock, as soon as there is one. */
async function waitingBackend(): Promise<number> {
  let waiting: number | undefined;
  await waitUntil(async () => {
    const { rows } = await on.database.pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    );
    waiting = rows[0]?.pid;
    return waiting !== undefined;
  }, 'a statement waits for a lock');
  return waiting ?? 0;
}

describe('users', () => {
  const anybody = { against: [], exclude: [] };

  it('are known by the hash of their token, while they are active', async () => {
    await on.stores.users.create(user('u-1', 'agent', { phone: '1' }));
    await on.stores.users.ensure(user('u-1', 'admin'));
    await on.stores.users.ensure(user('u-2', 'agent', { active: false }));
    for (const id of ['u-1', 'u-1', 'u-2']) await on.stores.users.addToken(id, `token of ${id}`);
    expect(await on.stores.users.byTokenHash(hashToken('token of u-1'))).toEqual(user('u-1', 'agent', { phone: '1' }));
    expect(await on.stores.users.byTokenHash(hashToken('token of u-2'))).toBeUndefined();
    for (const hash of ['', 'token of u-1', hashToken('')]) {
      expect(await on.stores.users.byTokenHash(hash)).toBeUndefined();
    }
    expect(await on.stores.users.byId('u-1')).toEqual(user('u-1', 'agent', { phone: '1' }));
    expect((await on.stores.users.list({ active: true })).map(({ id }) => id)).toEqual(['u-1']);
    const { rows } = await on.database.pool.query<{ token_hash: string }>('select token_hash from user_tokens');
    expect(rows.map((row) => row.token_hash)).not.toContain('token of u-1');
  });

  it('get cases in turn: fewest open first, then whoever waited longest', async () => {
    const agents = ['u-a', 'u-b', 'u-c'].map((id) => user(id, 'agent'));
    for (const agent of agents) await on.stores.users.create(agent);
    await open(agents[0]);
    const picks: string[] = [];
    for (let n = 0; n < 4; n++) {
      picks.push((await on.stores.users.pick({ grade: 'general', ...anybody }))?.id ?? '');
    }
    expect(picks).toEqual(['u-b', 'u-c', 'u-b', 'u-c']);
  });

  it('are picked for cases that arrive together without anybody being forgotten', async () => {
    for (const id of ['u-a', 'u-b', 'u-c', 'u-d']) await on.stores.users.create(user(id, 'agent'));
    const picks = await Promise.all(
      Array.from({ length: 24 }, () => on.stores.users.pick({ grade: 'general', ...anybody })),
    );
    const counts = new Map<string, number>();
    for (const pick of picks) counts.set(pick?.id ?? 'nobody', (counts.get(pick?.id ?? 'nobody') ?? 0) + 1);
    expect([...counts.keys()].toSorted()).toEqual(['u-a', 'u-b', 'u-c', 'u-d']);
  });

  it('are waited for when another pick has them all', async () => {
    await on.stores.users.create(user('u-only', 'agent'));
    const busy = await on.database.pool.connect();
    await busy.query('begin; select from users for no key update');
    const pick = on.stores.users.pick({ grade: 'general', ...anybody });
    await waitingBackend();
    await busy.query('commit');
    busy.release();
    expect((await pick)?.id).toBe('u-only');
  });

  it('have the role that the grade asks for, or a higher one, never a lower one and never an admin', async () => {
    const pick = async (grade: 'general' | 'important' | 'major'): Promise<string | undefined> =>
      (await on.stores.users.pick({ grade, ...anybody }))?.role;
    await on.stores.users.create(user('u-admin', 'admin'));
    await on.stores.users.create(user('u-colleague', 'colleague', { team: 'quality' }));
    expect([await pick('general'), await pick('major')]).toEqual([undefined, undefined]);
    await on.stores.users.create(user('u-manager', 'manager'));
    expect([await pick('general'), await pick('important'), await pick('major')]).toEqual(
      Array.from({ length: 3 }, () => 'manager'),
    );
    await on.stores.users.create(user('u-agent', 'agent'));
    expect([await pick('general'), await pick('important'), await pick('major')]).toEqual([
      'agent',
      'manager',
      'manager',
    ]);
    await on.stores.users.create(user('u-supervisor', 'supervisor'));
    await on.stores.users.create(user('u-away', 'supervisor', { active: false }));
    expect([await pick('important'), await pick('major')]).toEqual(['supervisor', 'supervisor']);
    const notThem = { against: ['u-supervisor'], exclude: ['u-manager'] };
    expect(await on.stores.users.pick({ grade: 'major', ...notThem })).toBeUndefined();
    expect(await on.stores.users.pick({ grade: 'general', ...anybody, team: 'elsewhere' })).toBeUndefined();
  });

  it('give a returning customer to the one who knows them, if it is not about that one', async () => {
    const [busy, idle] = [user('u-busy', 'agent'), user('u-idle', 'agent')];
    for (const agent of [busy, idle]) await on.stores.users.create(agent);
    await open(busy, 'c-9');
    await open(busy, 'c-8');
    const pick = async (customer: string, against: string[] = []): Promise<string | undefined> =>
      (await on.stores.users.pick({ grade: 'general', against, exclude: [], lastHandlerOf: customer }))?.id;
    expect(await pick('c-9')).toBe('u-busy');
    expect(await pick('c-7')).toBe('u-idle');
    expect(await pick('c-9', ['u-busy'])).toBe('u-idle');
  });

  it('make a task force of one of each other department', async () => {
    const staff = [
      user('u-lead', 'supervisor'),
      user('u-q1', 'colleague', { team: 'quality' }),
      user('u-q2', 'supervisor', { team: 'quality' }),
      user('u-l1', 'colleague', { team: 'logistics' }),
      user('u-l2', 'colleague', { team: 'logistics' }),
      user('u-p1', 'colleague', { team: 'product', active: false }),
      user('u-it', 'admin', { team: 'it' }),
    ];
    for (const one of staff) await on.stores.users.create(one);
    expect(await on.stores.users.taskForce({ notOf: 'after-sales', exclude: ['u-l1'] })).toEqual(['u-l2', 'u-q2']);
    expect(await on.stores.users.taskForce({ notOf: 'after-sales', exclude: [], max: 1 })).toEqual(['u-l1']);
  });
});

describe('merges', () => {
  const claim = (caseNo: string, into: string, decisionId = 'decision-1') =>
    on.stores.merges.claim({ caseNo, into, at: '2026-11-22T02:00:00.000Z', decisionId });

  it('of A into B and B into A at once: exactly one is taken', async () => {
    for (let n = 0; n < 15; n++) {
      const [a, b] = [await open(), await open()];
      const results = await Promise.all([claim(a, b), claim(b, a)]);
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      expect(results.find(({ ok }) => !ok)).toEqual({ ok: false, code: 'cycle' });
    }
  });

  it('never make a circle or a chain, whoever asks when', async () => {
    const cases = await Promise.all(Array.from({ length: 6 }, () => open()));
    const pairs = cases.flatMap((from) => cases.filter((to) => to !== from).map((to) => [from, to] as const));
    await Promise.all(pairs.map(([from, to], n) => claim(from, to, `decision-${n}`)));
    const { rows } = await on.database.pool.query<{ case_no: string; into: string }>('select * from case_merges');
    expect(rows.length).toBeGreaterThan(0);
    const moved = new Set(rows.map((row) => row.case_no));
    expect(rows.filter((row) => moved.has(row.into))).toEqual([]);
  });

  const leave = (caseNo: string, decisionId = randomUUID()) =>
    on.stores.merges.claimWithdrawal(
      { caseNo, decisionId, message: { decisionId, actor: { kind: 'customer' }, input: {} } },
      '2026-11-22T02:00:00.000Z',
    );

  it('into a case that is being withdrawn, and its withdrawal while one is merged into it: one of the two, in both orders', async () => {
    const [a, b, c, d] = [await open(), await open(), await open(), await open()];
    expect(await claim(a, b)).toEqual({ ok: true });
    expect(await leave(b)).toBe(false);
    const decisionId = randomUUID();
    expect(await leave(d, decisionId)).toBe(true);
    expect(await claim(c, d)).toEqual({ ok: false, code: 'leaving' });
    // It came to nothing after all.
    await on.stores.pendingDecisions.remove({ caseNo: d, decisionId });
    expect(await claim(c, d)).toEqual({ ok: true });
    expect(await leave(d)).toBe(false);
    for (let n = 0; n < 15; n++) {
      const [from, into] = [await open(), await open()];
      const [merged, left] = await Promise.all([claim(from, into), leave(into)]);
      expect([merged.ok, left].filter(Boolean)).toHaveLength(1);
    }
  });

  it('answer a repeat alike, and say why not', async () => {
    const [a, b, c, d] = [await open(), await open(), await open(), await open()];
    expect(await claim(a, b)).toEqual({ ok: true });
    expect(await claim(a, b)).toEqual({ ok: true });
    expect(await claim(a, c, 'decision-2')).toEqual({ ok: false, code: 'not_open' });
    expect(await claim(c, a)).toEqual({ ok: false, code: 'not_open' });
    expect(await claim(b, c)).toEqual({ ok: false, code: 'not_open' });
    expect(await claim(c, c)).toEqual({ ok: false, code: 'cycle' });
    expect(await claim(c, 'C261122-ZZZZZZ')).toEqual({ ok: false, code: 'unknown' });
    const state = fold(d, openedCase(d));
    const withdrawn = event('withdrawn', { reason: { textId: randomUUID(), sha256: 'a'.repeat(64) } });
    const { events } = append(state, d, [withdrawn], { at: state?.lastAt ?? '', actor: SYSTEM }, HOUSE_POLICY);
    await on.stores.ledger.append(d, events);
    expect(await claim(c, d)).toEqual({ ok: false, code: 'closed' });
    expect(await claim(d, c)).toEqual({ ok: false, code: 'not_open' });
  });
});

describe('policies', () => {
  it('start with the house policy; each publication is the next version, and none changes', async () => {
    expect(await on.stores.policies.current()).toEqual(HOUSE_POLICY);
    await on.stores.policies.ensureHouse();
    const published = await Promise.all(
      Array.from({ length: 5 }, (_, n) => on.stores.policies.publish({ ...HOUSE_POLICY, name: `p${n}` }, 'u-manager')),
    );
    expect(published.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6]);
    expect((await on.stores.policies.current()).version).toBe(6);
    expect(await on.stores.policies.get(1)).toEqual(HOUSE_POLICY);
    expect(await on.stores.policies.get(99)).toBeUndefined();
    expect((await on.stores.policies.list()).map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
    for (const change of [`update policies set published_by = 'x'`, 'delete from policies', 'truncate policies']) {
      await expect(on.database.pool.query(change)).rejects.toThrow(/its rows never change/);
    }
  });
});

describe('texts', () => {
  it('are stored once, and an id never comes to mean another text', async () => {
    const row = (body: string, textId: string = randomUUID()) => ({
      textId,
      sha256: sha256(body),
      caseNo: 'C261122-000000',
      kind: 'note',
      body,
    });
    const [a, b] = [row('甲'), row('乙 🙂')];
    await on.stores.texts.put([a]);
    await on.stores.texts.put([a, b]);
    await on.stores.texts.put([]);
    expect(await on.stores.texts.get([a.textId, b.textId, randomUUID()])).toEqual(
      new Map([a, b].map(({ textId, body, sha256: sha }) => [textId, { body, sha256: sha }])),
    );
    const reading = { grade: 'major', category: 'other', sentiment: 'negative', engine: 'x' } as const;
    const read = { ...row('丁'), reading: { ...reading, reasons: [{ rule: 'M4', words: ['找媒体', '"{}'] }] } };
    await on.stores.texts.put([read, row('戊')]);
    expect((await on.stores.texts.get([read.textId])).get(read.textId)?.reading).toEqual(read.reading);
    await expect(on.stores.texts.put([row('丙', a.textId)])).rejects.toThrow(TextMismatch);
    expect((await on.stores.texts.get([a.textId])).get(a.textId)?.body).toBe('甲');
  });
});

describe('links', () => {
  const link = (expiresAt: string) => ({
    hash: sha256(randomUUID()),
    purpose: 'survey' as const,
    caseNo: 'C261122-000000',
    subject: 's1',
    expiresAt,
  });

  it('answer once, however many click at once', async () => {
    const one = link('2099-01-01T00:00:00.000Z');
    await on.stores.links.ensure(one);
    await on.stores.links.ensure({ ...one, subject: 's2' });
    expect(await on.stores.links.get(one.hash)).toEqual(one);
    const used = await Promise.all(Array.from({ length: 10 }, () => on.stores.links.use(one.hash)));
    expect(used.filter(Boolean)).toHaveLength(1);
    await on.stores.links.ensure(one);
    expect(await on.stores.links.use(one.hash)).toBe(false);
    expect((await on.stores.links.get(one.hash))?.usedAt).toBeDefined();
  });

  it('end, and unknown ones open nothing', async () => {
    const over = link('2020-01-01T00:00:00.000Z');
    await on.stores.links.ensure(over);
    expect(await on.stores.links.use(over.hash)).toBe(false);
    for (const hash of ['', ' ', sha256('unknown')]) {
      expect(await on.stores.links.use(hash)).toBe(false);
      expect(await on.stores.links.get(hash)).toBeUndefined();
    }
  });
});

describe('evidence', () => {
  it('is found with its case only', async () => {
    const file = {
      evidenceId: randomUUID(),
      caseNo: 'C261122-000000',
      sha256: sha256('bytes'),
      bytes: 5_000_000_000,
      mediaType: 'image/png',
      fileName: '照片.png',
      addedBy: 'customer',
    };
    const kept = () => Promise.resolve();
    expect(await on.stores.evidence.add(file, 100, kept)).toBe(true);
    expect(await on.stores.evidence.add(file, 100, kept)).toBe(true);
    expect(await on.stores.evidence.list(file.caseNo)).toEqual([
      { ...file, namedAs: null, addedAt: expect.any(String) },
    ]);
    expect(await on.stores.evidence.get(file.caseNo, file.evidenceId)).toMatchObject(file);
    expect(await on.stores.evidence.get('C261122-000001', file.evidenceId)).toBeUndefined();
  });

  it('is no more than a case takes, however many files come at once; what is there already may come again', async () => {
    const file = (n: number) => ({
      evidenceId: randomUUID(),
      caseNo: 'C261122-0MANY0',
      sha256: sha256(`bytes ${n}`),
      bytes: 5,
      mediaType: 'image/png',
      fileName: `${n}.png`,
      addedBy: 'customer',
    });
    const files = Array.from({ length: 12 }, (_, n) => file(n));
    let kept = 0;
    const keep = async (): Promise<void> => void kept++;
    const taken = await Promise.all(files.map((one) => on.stores.evidence.add(one, 3, keep)));
    expect(taken.filter(Boolean)).toHaveLength(3);
    expect([(await on.stores.evidence.list('C261122-0MANY0')).length, kept]).toEqual([3, 3]);
    const again = files.filter((_, n) => taken[n]);
    expect(await Promise.all(again.map((one) => on.stores.evidence.add(one, 3, keep)))).toEqual([true, true, true]);
    // Bytes that cannot be kept leave no row that promises them.
    const full = Promise.reject(new Error('disk full'));
    await expect(on.stores.evidence.add({ ...file(99), caseNo: 'C261122-0FULL0' }, 3, () => full)).rejects.toThrow(
      'disk full',
    );
    expect(await on.stores.evidence.list('C261122-0FULL0')).toEqual([]);
  });
});

describe('corrective actions', () => {
  it('count complaints of the cause before and after', async () => {
    const resolvedWith = async (receivedAt: string, cause: Cause, analysed?: Cause): Promise<void> => {
      const input = newComplaint({ receivedAt, product: { name: analysed ? '冰箱' : '空调' } });
      await on.stores.complaints.accept(input);
      const opening = openedCase(input.caseNo, { receivedAt });
      const text = { textId: randomUUID(), sha256: 'a'.repeat(64) };
      const bodies = [
        event('resolved', { outcome: 'upheld', cause, summary: text }),
        ...(analysed
          ? [event('rootCauseRecorded', { fishbone: 'method', cause: analysed, whys: [text], systemic: false })]
          : []),
      ];
      const state = fold(input.caseNo, opening);
      const { events } = append(state, input.caseNo, bodies, { at: receivedAt, actor: SYSTEM }, HOUSE_POLICY);
      await on.stores.ledger.append(input.caseNo, [...opening, ...events]);
    };
    const [from, middle, to] = ['2026-09-01', '2026-10-01', '2026-11-01'].map((day) => `${day}T00:00:00.000Z`);
    if (!from || !middle || !to) throw new Error('three instants');
    await resolvedWith('2026-08-31T23:59:59.999Z', 'design');
    await resolvedWith(from, 'design');
    await resolvedWith('2026-09-15T00:00:00.000Z', 'unknown', 'design');
    await resolvedWith('2026-09-16T00:00:00.000Z', 'supplier');
    await resolvedWith('2026-09-17T00:00:00.000Z', 'design', 'supplier');
    await resolvedWith(middle, 'design');
    await resolvedWith(to, 'design');
    const check = { cause: 'design' as const, from, middle, to };
    expect(await on.stores.actions.effect(check)).toEqual({ before: 2, after: 1 });
    expect(await on.stores.actions.effect({ ...check, product: '冰箱' })).toEqual({ before: 1, after: 0 });
  });
});

describe('faults', () => {
  it('tell Postgres being away from faults of ours', async () => {
    const away = openDatabase({ url: 'postgres://x:x@127.0.0.1:1/x', max: 1 });
    const stores = createStores(away);
    const error = await stores.cases.get('C261122-000000').catch((reason: unknown) => reason);
    expect(isDatabaseAway(error)).toBe(true);
    expect(isDatabaseAway(await stores.complaints.accept(newComplaint()).catch((reason: unknown) => reason))).toBe(
      true,
    );
    await away.close();
    const ours = await on.stores.texts
      .put([{ textId: 'no uuid', sha256: 'x', caseNo: 'x', kind: 'x', body: 'x' }])
      .catch((reason: unknown) => reason);
    expect(ours).toBeInstanceOf(Error);
    expect(isDatabaseAway(ours)).toBe(false);
  });

  it('tell a backend that was killed, a slow statement and a lock that is not given from faults of ours', async () => {
    const other = openDatabase({ url: on.url, max: 1, statementTimeoutMs: 300 });
    const slow = await other.pool.query('select pg_sleep(5)').catch((reason: unknown) => reason);
    expect(isDatabaseAway(slow)).toBe(true);
    const { rows } = await other.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    const killed = other.pool.query('select pg_sleep(0.25)').catch((reason: unknown) => reason);
    await on.database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    expect(isDatabaseAway(await killed)).toBe(true);
    const client = await on.database.pool.connect();
    await client.query('begin; lock table texts');
    const locked = await createStores(other)
      .texts.get([randomUUID()])
      .catch((reason: unknown) => reason);
    expect(isDatabaseAway(locked)).toBe(true);
    await client.query('rollback');
    client.release();
    expect(await createStores(other).texts.get([randomUUID()])).toEqual(new Map());
    await other.close();
  });

  it('survive the loss of a connection in the middle of a transaction', async () => {
    const [a, b] = [await open(), await open()];
    const busy = await on.database.pool.connect();
    await busy.query('begin; select from cases for update');
    const claim = on.stores.merges
      .claim({ caseNo: a, into: b, at: '2026-11-22T02:00:00.000Z', decisionId: 'decision-1' })
      .catch((reason: unknown) => reason);
    await on.database.pool.query('select pg_terminate_backend($1)', [await waitingBackend()]);
    expect(isDatabaseAway(await claim)).toBe(true);
    await busy.query('rollback');
    busy.release();
    const again = { caseNo: a, into: b, at: '2026-11-22T02:00:00.000Z', decisionId: 'decision-1' };
    expect(await on.stores.merges.claim(again)).toEqual({ ok: true });
  });

  it('never carry what was to be written', async () => {
    const secret = '客户的秘密';
    const [a, b] = [newComplaint(), newComplaint({ place: secret, customer: { name: secret, email: secret } })];
    await on.stores.complaints.accept(a);
    const attempts = await Promise.allSettled([
      on.stores.complaints.accept({ ...b, text: { ...b.text, body: secret, textId: a.text.textId } }),
      on.stores.complaints.accept({ ...b, occurredAt: secret }),
      on.stores.texts.put([{ textId: secret, sha256: 'x', caseNo: 'x', kind: 'x', body: secret }]),
      on.stores.texts.put([{ textId: randomUUID(), sha256: 'x', caseNo: 'x', kind: 'x', body: `${secret}\u0000` }]),
      on.stores.users.create(user('u-1', 'agent', { name: null as never, email: secret })),
    ]);
    for (const attempt of attempts) {
      if (attempt.status === 'fulfilled') throw new Error('refused by Postgres');
      const error = attempt.reason as Error;
      const told = JSON.stringify(Object.getOwnPropertyNames(error).map((key) => error[key as keyof Error]));
      expect(error.message).not.toBe('');
      expect(told).not.toContain(secret);
    }
  });
});
