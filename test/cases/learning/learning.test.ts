import { createLearning } from '../../../activities/learning';
import { createReader } from '../../../src/cases/learning/reader';
import { MINUTE } from '../../../src/domain/basics/milliseconds';
import { toInstant } from '../../../src/domain/time/duration';
import { learnOwn } from '../../../src/text/own/learn';
import { engineOf, suggestGrade } from '../../../src/text/suggest';
import { openTestStores, type TestStores } from '../../db/support';
import { confirmedCases, harmless, HOUSE_WORD, OTHER_CATEGORY } from '../../text/own-cases';
import { writeConfirmed } from './confirmed';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

const NOW = Date.parse('2026-11-22T01:00:00.000Z');
const decided = { grade: 'important', category: OTHER_CATEGORY } as const;
const asked = { text: harmless(HOUSE_WORD, 280), language: 'zh-CN' } as const;

function learning(clock = () => NOW, ended = new AbortController()) {
  return createLearning({ ownModels: on.stores.ownModels, clock, ended: ended.signal });
}

function reading(ownModels: Parameters<typeof createReader>[0]['ownModels'] = on.stores.ownModels) {
  const logged: string[] = [];
  const time = { ms: NOW };
  const note = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  return { read: createReader({ ownModels, log: { warn: note, info: note }, clock: () => time.ms }), time, logged };
}

test('what people confirmed is learnt, and read by within a minute, without a restart', async () => {
  const { read, time } = reading();
  expect((await read(asked)).engine).toBe(engineOf());
  await writeConfirmed(on.stores, confirmedCases(300, decided), NOW);

  const { version, used } = await learning().learnReading();
  expect(used).toEqual(['important', OTHER_CATEGORY]);
  time.ms += MINUTE - 1;
  expect((await read(asked)).engine).toBe(engineOf());
  time.ms += 1;
  expect(await read(asked)).toMatchObject({ ...decided, engine: `${engineOf()}+own@${version}` });

  // A newer one, which has learnt that people keep what the rules suggest.
  const other = await learnOwn(confirmedCases(300));
  if (!other) throw new Error('too few cases');
  await on.stores.ownModels.keep({ ...other, madeAt: toInstant(NOW + MINUTE) });
  time.ms += MINUTE;
  expect(await read(asked)).toEqual(suggestGrade(asked));
});

test('what nobody looked at teaches nothing', async () => {
  await writeConfirmed(on.stores, confirmedCases(300, decided), NOW, 'system');
  expect(await on.stores.ownModels.confirmed(1)).toEqual([]);
  expect(await learning().learnReading()).toEqual({});
  expect(await on.stores.ownModels.newest()).toBeUndefined();
});

test('pages of confirmed cases hold each once, the newest first', async () => {
  const cases = confirmedCases(9, decided);
  for (const [n, one] of cases.entries()) await writeConfirmed(on.stores, [one], NOW + (n >> 1));
  const { ownModels } = on.stores;
  const found = [];
  for (let last, page = await ownModels.confirmed(2); page.length > 0; page = await ownModels.confirmed(2, last)) {
    found.push(...page);
    last = page.at(-1);
  }
  expect(found.map(({ caseNo }) => caseNo)).toEqual(cases.map(({ caseNo }) => caseNo).reverse());
  expect(found.at(-1)).toMatchObject({ text: cases[0]?.text, customer: 'customer 0', ...decided });
});

test('a model that cannot be read is told of once, and the rules read on', async () => {
  const own = await learnOwn(confirmedCases(300, decided));
  if (!own) throw new Error('too few cases');
  const { ownModels } = on.stores;
  for (const file of [own.file.subarray(0, -1), Buffer.from('something else')]) {
    await ownModels.keep({ ...own, file, madeAt: toInstant(NOW) });
    const { read, time, logged } = reading();
    expect(await read(asked)).toEqual(suggestGrade(asked));
    time.ms += MINUTE;
    expect(await read(asked)).toEqual(suggestGrade(asked));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('the rules read on');
    // Another one is read by again.
    await ownModels.keep({ ...own, version: 'changed', file: own.file, madeAt: toInstant(NOW + 1) });
    time.ms += MINUTE;
    expect(await read(asked)).toEqual(suggestGrade(asked));
    expect(logged.at(-1)).toContain('not what they were');
    await on.database.pool.query('delete from own_models');
  }
});

test('while the database is away, what is known goes on', async () => {
  const own = await learnOwn(confirmedCases(300, decided));
  if (!own) throw new Error('too few cases');
  let isAway = true;
  const answer = <T>(value: T): Promise<T> => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(value));
  const { read, time } = reading({ newest: () => answer(own.version), file: () => answer(own.file) });
  expect(await read(asked)).toEqual(suggestGrade(asked));
  isAway = false;
  time.ms += MINUTE;
  expect(await read(asked)).toMatchObject(decided);
  isAway = true;
  time.ms += MINUTE;
  expect(await read(asked)).toMatchObject(decided);
});

test('weights of the latest five are kept; versions of the ledger stay known', async () => {
  const own = await learnOwn(confirmedCases(300, decided));
  if (!own) throw new Error('too few cases');
  const { ownModels } = on.stores;
  for (let n = 0; n < 7; n++) await ownModels.keep({ ...own, version: `v${n}`, madeAt: toInstant(NOW + n) });
  expect((await ownModels.list()).map(({ version }) => version)).toEqual(['v6', 'v5', 'v4', 'v3', 'v2', 'v1', 'v0']);
  expect(await ownModels.file('v1')).toBeUndefined();
  expect(await ownModels.file('v2')).toEqual(own.file);
});

test('a worker that ends leaves the learning to another', async () => {
  await writeConfirmed(on.stores, confirmedCases(3), NOW);
  const ended = new AbortController();
  ended.abort();
  await expect(learning(() => NOW, ended).learnReading()).rejects.toThrow('aborted');
});
