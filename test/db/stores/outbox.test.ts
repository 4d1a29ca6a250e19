import { newCaseNo, oneLife, openTestStores, type TestStores } from '../support';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

const events = oneLife();
const fill = async (cases: number): Promise<number> => {
  for (let n = 0; n < cases; n++) await on.stores.ledger.append(newCaseNo(), events);
  return on.stores.outbox.depth();
};
const nextAt = (ms: number): string => new Date(Date.now() + ms).toISOString();

it('never hands one mail to two relays', async () => {
  const planned = await fill(4);
  const relays = [on.stores, on.another(), on.another(), on.another()];
  const claimed: number[] = [];
  await Promise.all(
    relays.map(async ({ outbox }) => {
      // Empty means "locked by others or done"; all have to be claimed by somebody in the end.
      for (let idle = 0; idle < 5;) {
        const rows = await outbox.claim(3, 60_000);
        idle = rows.length === 0 ? idle + 1 : 0;
        claimed.push(...rows.map(({ id }) => id));
      }
    }),
  );
  expect(new Set(claimed).size).toBe(claimed.length);
  expect(claimed).toHaveLength(planned);
});

it('passes over what another relay is claiming at this very moment', async () => {
  const planned = await fill(1);
  const busy = await on.database.pool.connect();
  await busy.query('begin; select from outbox order by next_attempt_at, id limit 3 for update');
  try {
    expect(await on.stores.outbox.claim(planned, 60_000)).toHaveLength(planned - 3);
  } finally {
    await busy.query('rollback');
    busy.release();
  }
});

it('gives a mail back when the relay that had it died, and counts that as "may have been sent"', async () => {
  const planned = await fill(1);
  const first = await on.stores.outbox.claim(100, 0);
  expect(first).toHaveLength(planned);
  const again = await on.stores.outbox.claim(100, 60_000);
  expect(again.map(({ id, messageId }) => [id, messageId])).toEqual(first.map(({ id, messageId }) => [id, messageId]));
  expect(new Set(again.map(({ ambiguous, attempts }) => `${ambiguous} ${attempts}`))).toEqual(new Set(['1 2']));
  expect(await on.stores.outbox.claim(100, 60_000)).toEqual([]);
});

it('keeps to the recipients that were fixed first', async () => {
  await fill(1);
  const [row] = await on.stores.outbox.claim(1, 60_000);
  if (!row) throw new Error('nothing planned');
  expect(await on.stores.outbox.fixRecipients(row.id, ['a@x.cn'])).toEqual(['a@x.cn']);
  expect(await on.stores.outbox.fixRecipients(row.id, ['b@x.cn'])).toEqual(['a@x.cn']);
});

it('waits as long as it was told, and ends as sent or failed', async () => {
  await fill(1);
  const rows = await on.stores.outbox.claim(4, 60_000);
  const [later, now, bad, vague] = rows.map(({ id }) => id);
  if (!later || !now || !bad || !vague) throw new Error('too few planned');
  await on.stores.outbox.retry(later, 'ECONNREFUSED', nextAt(3_600_000));
  await on.stores.outbox.retry(now, '451', nextAt(-1_000));
  await on.stores.outbox.failed(bad, '550');
  await on.stores.outbox.ambiguous(vague, 'ECONNRESET', nextAt(-1_000));

  const next = await on.stores.outbox.claim(100, 60_000);
  const ids = next.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([now, vague]));
  expect(ids).not.toEqual(expect.arrayContaining([later]));
  expect(ids).not.toEqual(expect.arrayContaining([bad]));
  expect(next.find(({ id }) => id === vague)).toMatchObject({ ambiguous: 1, attempts: 2, error: 'ECONNRESET' });

  await on.stores.outbox.sent(now);
  // A relay that was thought dead speaks late.
  await on.stores.outbox.failed(now, '550');
  await on.stores.outbox.retry(now, '451', nextAt(-1_000));
  const caseNo = rows[0]?.caseNo ?? '';
  const states = new Map((await on.stores.outbox.list(caseNo)).map(({ id, state }) => [id, state]));
  expect([states.get(now), states.get(bad), states.get(later)]).toEqual(['sent', 'failed', 'planned']);
  expect(await on.stores.outbox.depth()).toBe(states.size - 2);
});

it('knows since when a mail has failed one time after the other, and forgets it when the mail is only put off', async () => {
  await fill(1);
  const claimed = async () => {
    const [row] = await on.stores.outbox.claim(1, 60_000);
    if (!row) throw new Error('nothing is due');
    return row;
  };
  const { id, failingSince } = await claimed();
  expect(failingSince).toBeUndefined();
  const before = Date.now();
  // Due long ago, so that the same one is claimed again.
  const ago = '2026-01-01T00:00:00.000Z';
  await on.stores.outbox.retry(id, 'fault_TypeError', ago);
  const second = await claimed();
  expect(Date.parse(second.failingSince ?? '')).toBeGreaterThanOrEqual(before);
  await on.stores.outbox.retry(id, 'fault_TypeError', ago);
  expect(await claimed()).toMatchObject({ id, failingSince: second.failingSince });
  await on.stores.outbox.putOff(id, 'quiet', ago);
  expect(await claimed()).toMatchObject({ id, error: 'quiet' });
  expect((await on.stores.outbox.list(second.caseNo)).find((row) => row.id === id)).not.toHaveProperty('failingSince');
});
