import { createFactKeeping } from '../../../src/cases/figures/keeping';
import { FIGURE_IDS, FIGURES, type Dimension, type FigureId } from '../../../src/domain/facts/figures';
import { houseOf, importedCase, plainPoints, type Ledger, type Point } from '../../domain/facts/house';
import { newCaseNo, newComplaint, openTestStores, type TestStores } from '../support';

/** Later than all that happens in the house. */
const NOW = '2027-03-01T00:00:00.000Z';
const CASES = 150;
const DAYS = { from: '2026-10-20', to: '2026-11-25' };

let on: TestStores;
let ledgers: Ledger[];
const points = new Map<FigureId, Point[]>();
const keeping = () =>
  createFactKeeping({ facts: on.stores.facts, log: { warn: (fields) => expect(fields).toBeUndefined() } });

async function caughtUp(): Promise<void> {
  const { look } = keeping();
  while ((await look()) > 0);
  expect(await on.stores.facts.behind()).toBe(0);
}

beforeAll(async () => {
  on = await openTestStores();
  const made = await houseOf(CASES, 20_261_128, newCaseNo);
  ledgers = [...made, importedCase(newCaseNo(), '2026-11-02T03:00:00.000Z')];
  for (const { caseNo, events, product } of ledgers) {
    if (product !== null) await on.stores.complaints.accept(newComplaint({ caseNo, product: { name: product } }));
    // In pieces, as a case grows.
    await on.stores.ledger.append(caseNo, events.slice(0, 5));
    if (events.length > 5) await on.stores.ledger.append(caseNo, events);
  }
  await caughtUp();
  for (const ledger of ledgers) {
    for (const [id, found] of Object.entries(plainPoints(ledger, NOW)) as [FigureId, Point[]][]) {
      points.set(id, [...(points.get(id) ?? []), ...found]);
    }
  }
}, 120_000);
afterAll(() => on.close());

/** The median as Postgres gives it. */
function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

const isNumber = (id: FigureId): boolean => FIGURES[id].kind === 'median' || FIGURES[id].kind === 'sum';

function plain(id: FigureId, counted: readonly Point[]) {
  const values = counted.map(({ value }) => value);
  return {
    n: counted.length,
    hits: counted.filter(({ hit }) => hit).length,
    total: isNumber(id) ? values.reduce((sum, value) => sum + value, 0) : 0,
    median: isNumber(id) ? medianOf(values) : null,
  };
}

const within = (id: FigureId, { from, to } = DAYS): Point[] =>
  (points.get(id) ?? []).filter(({ day }) => day >= from && day <= to);

test('the house has all that happens to cases', () => {
  const types = new Set(ledgers.flatMap(({ events }) => events.map(({ type }) => type)));
  expect([...types]).toEqual(
    expect.arrayContaining([
      'reopened',
      'roundOpened',
      'merged',
      'policyMoved',
      'paused',
      'promiseBreached',
      'imported',
    ]),
  );
  // Each figure has something to count, of both kinds where it is a share.
  const found = FIGURE_IDS.filter((id) => within(id).length < 2);
  expect(found).toEqual([]);
  const oneSided = FIGURE_IDS.filter(
    (id) => FIGURES[id].kind === 'share' && new Set(within(id).map(({ hit }) => hit)).size < 2,
  );
  expect(oneSided).toEqual([]);
});

test.each(FIGURE_IDS)('%s: SQL over the facts and loops over the ledgers say the same', async (id) => {
  const { figures } = on.stores;
  const scope = { now: NOW };
  // As a whole, and day by day over the change of clocks.
  const spans = [DAYS, ...[30, 31].map((d) => `2026-10-${d}`), ...[1, 2].map((d) => `2026-11-0${d}`)].map((span) =>
    typeof span === 'string' ? { from: span, to: span } : span,
  );
  expect(await figures.inSpans(id, scope, spans)).toEqual(spans.map((span) => plain(id, within(id, span))));

  // By one dimension and by two.
  for (const dimensions of [['person'], ['grade', 'hour'], ['day', 'part']] as const) {
    const groups = new Map<string, Point[]>();
    for (const point of within(id)) {
      const key = JSON.stringify(dimensions.map((dimension) => point[dimension]));
      groups.set(key, [...(groups.get(key) ?? []), point]);
    }
    const told = await figures.by(id, scope, DAYS, dimensions as readonly Dimension[]);
    expect(new Map(told.map(({ keys, ...counted }) => [JSON.stringify(keys), counted]))).toEqual(
      new Map([...groups].map(([key, counted]) => [key, plain(id, counted)])),
    );
  }

  // And each number leads to its cases.
  const rows = await figures.rows(id, scope, DAYS, { hit: true, most: 10_000 });
  expect(rows.map(({ caseNo, day }) => `${day} ${caseNo}`).toSorted()).toEqual(
    within(id)
      .filter(({ hit }) => hit)
      .map(({ caseNo, day }) => `${day} ${caseNo}`)
      .toSorted(),
  );
});

test('a check tells facts that are not as the ledger says; those that wait are not told, and a rebuild puts them right', async () => {
  const { caseNo, events } = ledgers.find(({ events: all }) => all.some(({ type }) => type === 'carriedOut')) as Ledger;
  const { ledger, facts } = on.stores;
  const differences = async (): Promise<string[]> => (await ledger.verify(caseNo)).differences;
  expect(await differences()).toEqual([]);
  await on.database.pool.query(`update fact_redress set amount = amount + 1 where case_no = $1`, [caseNo]);
  await on.database.pool.query(`delete from fact_spans where case_no = $1 and name = 'grade'`, [caseNo]);
  expect((await differences()).map((each) => each.split(/[.:]/, 2).join('.')).toSorted()).toEqual(
    expect.arrayContaining(['facts.redress', 'facts.spans']),
  );
  await ledger.rebuild(caseNo);
  expect(await differences()).toEqual([]);

  const last = events.at(-1)?.at ?? '';
  const said = { via: 'link', text: { textId: '00000000-0000-4000-8000-000000000009', sha256: 'a'.repeat(64) } };
  const more = {
    seq: events.length + 1,
    type: 'customerWrote',
    at: last,
    actor: { kind: 'customer' },
    data: said,
  } as const;
  await ledger.append(caseNo, [more]);
  expect(await differences()).toEqual([]);
  expect(await facts.behind()).toBe(1);
  // A worker of a former release would not have said that they are due.
  await on.database.pool.query('delete from facts_due');
  expect(await differences()).not.toEqual([]);
  await caughtUp();
  expect(await differences()).toEqual([]);
});
