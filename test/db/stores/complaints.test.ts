import { randomUUID } from 'node:crypto';
import { UniqueCaseNo } from '../../../src/db';
import { waitUntil } from '../../support/processes';
import { newComplaint, openTestStores, sha256, type TestStores } from '../support';

let on: TestStores;
beforeAll(async () => {
  on = await openTestStores();
});
afterAll(() => on.close());

const count = async (table: string): Promise<number> => {
  const { rows } = await on.database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? -1;
};

test('the same words of the same person, just before and under another key, are found', async () => {
  const body = `漏水 ${randomUUID()}`;
  const keyHash = sha256(randomUUID());
  const first = newComplaint({
    customer: { name: '周', phone: '138 0000 5621' },
    text: { textId: randomUUID(), sha256: sha256(body), body },
    idempotency: { keyHash, bodyHash: 'b' },
  });
  await on.stores.complaints.accept(first);
  const asked = { phone: '+86 138-0000-5621', sha256: sha256(body), since: first.receivedAt };
  expect(await on.stores.complaints.twin(asked)).toEqual({ caseNo: first.caseNo, receivedAt: first.receivedAt });
  // The same form again is the same complaint, and gets its receipt.
  expect(await on.stores.complaints.twin({ ...asked, keyHash })).toBeUndefined();
  expect(await on.stores.complaints.twin({ ...asked, phone: '13900005621' })).toBeUndefined();
  expect(await on.stores.complaints.twin({ ...asked, sha256: sha256('other') })).toBeUndefined();
  const later = new Date(Date.parse(first.receivedAt) + 1).toISOString();
  expect(await on.stores.complaints.twin({ ...asked, since: later })).toBeUndefined();
});

describe('accepting a complaint', () => {
  it('keeps everything that was said, and has a workflow started', async () => {
    const input = newComplaint({
      customer: { name: '李雷', phone: '138 1234 5678', email: 'Li.Lei@Example.com', preferredChannel: 'phone' },
      product: { name: '冰箱', model: 'BCD-1', serialNo: 'S-1', orderNo: 'O-1', purchasedOn: '2026-11-01' },
      occurredAt: '2026-11-20T10:00:00.000Z',
      place: '上海',
      wantedRemedy: '退款 3000 元',
      by: 'u-agent',
    });
    expect(await on.stores.complaints.accept(input)).toEqual({ kind: 'new', caseNo: input.caseNo });
    const { startLeaseMs: _, ...said } = input;
    expect(await on.stores.complaints.get(input.caseNo)).toEqual({
      ...said,
      customer: { ...input.customer, id: expect.any(String) },
    });
    expect(await on.stores.starts.due(10)).toContainEqual({ caseNo: input.caseNo, policyVersion: 1 });
    expect(await on.stores.complaints.get('C261122-000000')).toBeUndefined();
  });

  it('takes one round trip: one statement, which is its own transaction', async () => {
    const asked = jest.spyOn(on.database.pool, 'query');
    const connected = jest.spyOn(on.database.pool, 'connect');
    await on.stores.complaints.accept(newComplaint({ idempotency: { keyHash: randomUUID(), bodyHash: 'b' } }));
    expect(asked).toHaveBeenCalledTimes(1);
    // pool.query itself borrows one connection.
    expect(connected).toHaveBeenCalledTimes(1);
    asked.mockRestore();
    connected.mockRestore();
  });

  it('makes one case of 50 parallel submissions under one key', async () => {
    const keyHash = sha256('one key');
    const before = await count('complaints');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        on.stores.complaints.accept(newComplaint({ idempotency: { keyHash, bodyHash: 'body' } })),
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'new')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'same')).toHaveLength(49);
    expect(new Set(answers.map((answer) => (answer.kind === 'other' ? '' : answer.caseNo))).size).toBe(1);
    expect(await count('complaints')).toBe(before + 1);
  });

  it('tells another body under the same key, and stores nothing of it', async () => {
    const idempotency = { keyHash: sha256('another key'), bodyHash: 'first' };
    await on.stores.complaints.accept(newComplaint({ idempotency }));
    const before = await Promise.all(['complaints', 'texts', 'customers', 'workflow_starts'].map(count));
    const answer = await on.stores.complaints.accept(
      newComplaint({
        idempotency: { ...idempotency, bodyHash: 'second' },
        customer: { name: 'x', phone: '13900000009' },
      }),
    );
    expect(answer).toEqual({ kind: 'other' });
    expect(await Promise.all(['complaints', 'texts', 'customers', 'workflow_starts'].map(count))).toEqual(before);
  });

  it('refuses a number that is taken, and leaves the key free for the next try', async () => {
    const taken = newComplaint();
    await on.stores.complaints.accept(taken);
    const idempotency = { keyHash: sha256('a third key'), bodyHash: 'b' };
    const collides = on.stores.complaints.accept(newComplaint({ caseNo: taken.caseNo, idempotency }));
    await expect(collides).rejects.toThrow(UniqueCaseNo);
    expect(await on.stores.complaints.accept(newComplaint({ idempotency }))).toMatchObject({ kind: 'new' });
  });

  it('recognises a customer by phone however it is spelled, else by mail', async () => {
    const of = async (customer: { name: string; phone?: string; email?: string }) => {
      const input = newComplaint({ customer });
      await on.stores.complaints.accept(input);
      return (await on.stores.complaints.get(input.caseNo))?.customer.id;
    };
    const first = await of({ name: '赵', phone: '+86 137-0000-1111', email: 'zhao@example.com' });
    expect(await of({ name: '赵', phone: '13700001111' })).toBe(first);
    expect(await of({ name: '赵', email: 'ZHAO@example.com' })).toBe(first);
    expect(await of({ name: '赵', phone: '13700002222', email: 'other@example.com' })).not.toBe(first);
    expect(await of({ name: '赵' })).not.toBe(await of({ name: '赵' }));
  });

  it('makes one customer of parallel first complaints', async () => {
    const before = await count('customers');
    await Promise.all(
      Array.from({ length: 20 }, () =>
        on.stores.complaints.accept(newComplaint({ customer: { name: '孙', phone: '13600003333' } })),
      ),
    );
    expect(await count('customers')).toBe(before + 1);
  });

  it('joins the customer whom another submission is creating at this very moment', async () => {
    const busy = await on.database.pool.connect();
    await busy.query(`begin; insert into customers (id, match_key, name) values ('c-first', 'p:13600005555', '孙')`);
    const input = newComplaint({ customer: { name: '孙', phone: '13600005555' } });
    const accepted = on.stores.complaints.accept(input);
    await waitUntil(async () => {
      const { rows } = await on.database.pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into complaints%'`,
      );
      return rows.length > 0;
    }, 'the second submission waits for the first');
    await busy.query('commit');
    busy.release();
    expect(await accepted).toMatchObject({ kind: 'new' });
    expect((await on.stores.complaints.get(input.caseNo))?.customer.id).toBe('c-first');
  });

  it('keeps the contact with its complaint: a stranger who knows a phone number redirects nobody', async () => {
    const mine = newComplaint({ customer: { name: '周', phone: '13500004444', email: 'mine@example.com' } });
    await on.stores.complaints.accept(mine);
    await on.stores.complaints.accept(
      newComplaint({ customer: { name: '贼', phone: '13500004444', email: 'thief@example.com' } }),
    );
    expect((await on.stores.complaints.get(mine.caseNo))?.customer).toMatchObject({
      name: '周',
      email: 'mine@example.com',
    });
  });
});

describe('workflow starts', () => {
  it('are leased: two relays never get the same one, and an abandoned one comes back', async () => {
    await on.database.pool.query('delete from workflow_starts');
    const inputs = Array.from({ length: 30 }, () => newComplaint());
    for (const input of inputs) await on.stores.complaints.accept(input);
    const claims = (await Promise.all(Array.from({ length: 6 }, () => on.stores.starts.due(5, 300)))).flat();
    expect(new Set(claims.map(({ caseNo }) => caseNo)).size).toBe(claims.length);
    while (claims.length < 30) claims.push(...(await on.stores.starts.due(5, 300)));
    expect(new Set(claims.map(({ caseNo }) => caseNo))).toEqual(new Set(inputs.map(({ caseNo }) => caseNo)));

    const [started, ...left] = inputs.map(({ caseNo }) => caseNo);
    await on.stores.starts.markStarted([started ?? '']);
    const again: string[] = [];
    while (again.length < left.length) {
      again.push(...(await on.stores.starts.due(50)).map(({ caseNo }) => caseNo));
    }
    expect(new Set(again)).toEqual(new Set(left));
    expect(await on.stores.starts.depth()).toBe(left.length);
    await on.stores.starts.markStarted(left);
    expect(await on.stores.starts.depth()).toBe(0);
    expect(await on.stores.starts.oldest()).toBeUndefined();
  });

  it('are passed over while another relay is claiming them', async () => {
    await on.database.pool.query('delete from workflow_starts');
    const inputs = [newComplaint(), newComplaint()];
    for (const input of inputs) await on.stores.complaints.accept(input);
    const busy = await on.database.pool.connect();
    await busy.query(`begin; select from workflow_starts where case_no = '${inputs[0]?.caseNo}' for update`);
    try {
      expect(await on.stores.starts.due(5)).toEqual([{ caseNo: inputs[1]?.caseNo, policyVersion: 1 }]);
    } finally {
      await busy.query('rollback');
      busy.release();
    }
    await on.database.pool.query('delete from workflow_starts');
  });

  it('are given out oldest first, and not before the accepting side has had its time', async () => {
    const first = newComplaint();
    const second = newComplaint();
    const leased = newComplaint({ startLeaseMs: 60_000 });
    for (const input of [leased, first, second]) await on.stores.complaints.accept(input);
    // Accepted within one millisecond they would be equally old.
    await on.database.pool.query(
      `update workflow_starts set accepted_at = accepted_at - interval '1 second'
      where case_no = $1`,
      [first.caseNo],
    );
    expect((await on.stores.starts.due(10)).map(({ caseNo }) => caseNo)).toEqual([first.caseNo, second.caseNo]);
    expect(await on.stores.starts.oldest()).toBeDefined();
  });
});
