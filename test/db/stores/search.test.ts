import { randomUUID } from 'node:crypto';
import { writeMissingDocs, type CaseListItem, type CaseQuery, type NewComplaint, type Scope } from '../../../src/db';
import { event } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { append } from '../../../src/domain/process/append';
import { newComplaint, openedCase, openTestStores, sha256, type TestStores } from '../support';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

const ALL: Scope = { kind: 'all' };
const AGENT = { kind: 'staff', id: 'u-agent', role: 'agent', team: 'after-sales' } as const;

const textOf = (body: string) => ({ textId: randomUUID(), sha256: sha256(body), body });

async function file(change: Partial<NewComplaint> & { body?: string } = {}, owner?: string): Promise<string> {
  const { body, ...rest } = change;
  const input = newComplaint({ ...rest, ...(body === undefined ? {} : { text: textOf(body) }) });
  await on.stores.complaints.accept(input);
  const owned = owner === undefined ? {} : { owner: { id: owner, role: 'agent', team: 'after-sales' } };
  await on.stores.ledger.append(input.caseNo, openedCase(input.caseNo, { receivedAt: input.receivedAt, ...owned }));
  return input.caseNo;
}

/** A note is stored first, as `Taking` does; then the ledger has it, unless the decision is refused. */
async function note(caseNo: string, body: string, taken = true): Promise<void> {
  const text = textOf(body);
  await on.stores.texts.put([{ ...text, caseNo, kind: 'note.text' }]);
  if (!taken) return;
  const state = (await on.stores.cases.get(caseNo))?.state;
  const at = state?.lastAt ?? '';
  const { textId, sha256: hash } = text;
  const said = event('noted', { text: { textId, sha256: hash } });
  const { events } = append(state, caseNo, [said], { at, actor: AGENT }, HOUSE_POLICY);
  await on.stores.ledger.append(caseNo, events);
}

async function search(q: string, query: Partial<CaseQuery> = {}): Promise<CaseListItem[]> {
  return (await on.stores.cases.list({ sort: 'due', limit: 50, scope: ALL, q, ...query })).items;
}
const found = async (q: string, query: Partial<CaseQuery> = {}): Promise<string[]> =>
  (await search(q, query)).map(({ caseNo }) => caseNo);

/** Where the case was found: of what kind, and the text with its marks in brackets. */
const marked = ({ hit }: CaseListItem): string | undefined => {
  if (!hit) return undefined;
  const { text, marks, kind } = hit;
  const pieces = marks
    .toReversed()
    .reduce((rest, [from, to]) => `${rest.slice(0, from)}[${rest.slice(from, to)}]${rest.slice(to)}`, text);
  return `${kind ?? hit.in}: ${pieces}`;
};

it('finds two Chinese characters in what the customer said and in what we wrote, and says where', async () => {
  const caseNo = await file({
    body: '電鍋昨天冒煙了，\n嚇到孩子。',
    product: { name: '电压力锅 Pro', orderNo: 'QH-20251112-0386' },
  });
  await file({ body: '快递丢件' });
  await note(caseNo, '已请质检看限压阀。');
  for (const [q, where] of [
    ['冒烟', 'complaint: 電鍋昨天[冒煙]了， 嚇到孩子。'],
    ['冒煙', 'complaint: 電鍋昨天[冒煙]了， 嚇到孩子。'],
    ['限压', 'note.text: 已请质检看[限压]阀。'],
    ['限壓閥', 'note.text: 已请质检看[限压阀]。'],
    ['压力锅', 'subject: 电[压力锅] Pro'],
    ['20251112', 'number: QH-[20251112]-0386'],
    ['qh202511', 'number: [QH-202511]12-0386'],
    // Each word wherever in the case it stands.
    ['限压阀 冒烟 pro', 'note.text: 已请质检看[限压阀]。'],
  ] as const) {
    const items = await search(q);
    expect({ q, found: items.map((item) => item.caseNo) }).toEqual({ q, found: [caseNo] });
    expect({ q, where: marked(items[0] as CaseListItem) }).toEqual({ q, where });
  }
  for (const q of ['烟冒', '冒烟 丢件', '压阀看', '🍚', '38600'])
    expect({ q, found: await found(q) }).toEqual({ q, found: [] });
});

it('is narrowed by the filters, sorted as the list is, and counted', async () => {
  const old = await file({ body: '冒烟', receivedAt: '2026-11-20T01:00:00.000Z' });
  const late = await file({ body: '又冒烟', receivedAt: '2026-11-21T01:00:00.000Z' }, 'u-agent');
  await file({ body: '无关' });
  expect(await found('冒烟', { sort: 'received' })).toEqual([old, late]);
  expect(await found('冒烟', { sort: '-received' })).toEqual([late, old]);
  expect(await found('冒烟', { owner: 'u-agent' })).toEqual([late]);
  const first = await on.stores.cases.list({ sort: 'received', limit: 1, scope: ALL, q: '冒烟' });
  expect(first).toMatchObject({ total: 2, items: [{ caseNo: old }] });
  const second = await on.stores.cases.list({ sort: 'received', limit: 1, scope: ALL, q: '冒烟', cursor: first.next });
  expect(second.items.map(({ caseNo }) => caseNo)).toEqual([late]);
  expect(second.next).toBeUndefined();
  const marks = {
    inAnHour: '2026-11-22T00:00:00.000Z',
    dayBegan: '2026-11-21T16:00:00.000Z',
    dayEnds: '2026-11-22T16:00:00.000Z',
  };
  expect(await on.stores.cases.counts({ scope: ALL, q: '冒烟' }, marks)).toMatchObject({ open: 2 });
});

it('does not find a text of a decision that was refused', async () => {
  const caseNo = await file();
  await note(caseNo, '这句没有写进案件', false);
  expect(await found('没有写进')).toEqual([]);
  await on.stores.ledger.rebuild(caseNo);
  expect(await found('没有写进')).toEqual([]);
  await note(caseNo, '这句写进了案件');
  expect(await found('写进了案')).toEqual([caseNo]);
});

it('by a part of a phone number finds what one may call, by the whole number also what a team mate handles', async () => {
  const mine = await file({ customer: { name: '甲', phone: '138 1234 5621' } }, 'u-agent');
  const theirs = await file({ customer: { name: '乙', phone: '+86 13812345621', email: 'Yi@example.com' } }, 'u-other');
  expect(await found('12345621', { scope: AGENT })).toEqual([mine]);
  expect((await found('13812345621', { scope: AGENT })).toSorted()).toEqual([mine, theirs].toSorted());
  expect(await found('example', { scope: AGENT })).toEqual([]);
  const [item] = await search('yi@EXAMPLE.com', { scope: AGENT });
  expect(item?.caseNo).toBe(theirs);
  // What they see masked is not shown by the way of the search.
  expect(item?.hit).toBeUndefined();
  const [own] = (await search('3456', { scope: AGENT })).map(marked);
  expect(own).toBe('contact: 138 12[34 56]21');
  expect((await found('12345621', { scope: { ...AGENT, role: 'supervisor' } })).toSorted()).toEqual(
    [mine, theirs].toSorted(),
  );
});

it('finds by the index what is older than the newest rows', async () => {
  const caseNo = await file({ body: '压力锅冒烟，QX7731', receivedAt: '2026-01-01T00:00:00.000Z' });
  const newer = await file({ body: '无关' });
  await on.database.pool.query(
    `insert into search_docs (case_no, source, at, norm, grams, shown)
     select $1, 'x' || n, '2026-11-22T02:00:00Z', 'x', '{}', true from generate_series(1, 20000) n`,
    [newer],
  );
  for (const q of ['冒烟', 'qx7731', '冒烟 压力', caseNo.slice(2, 12)]) {
    expect({ q, found: await found(q) }).toEqual({ q, found: [caseNo] });
  }
  // One character has no gram: only the newest are looked through.
  expect(await found('锅')).toEqual([]);
});

it('is written anew by a rebuild, and by the migration for cases from before', async () => {
  const caseNo = await file({
    body: '压力锅冒烟',
    customer: { name: '王小明', phone: '138 1234 5621' },
    product: { name: '锅' },
  });
  await note(caseNo, '已请质检看。');
  const rows = async () =>
    (await on.database.pool.query('select * from search_docs order by case_no, source')).rows as object[];
  const before = await rows();
  expect(before).toHaveLength(5);
  await on.stores.ledger.rebuild(caseNo);
  expect(await rows()).toEqual(before);

  // All of it is missing; then a single text, as after a server of the former release.
  for (const lost of ['true', `source = (select text_id::text from texts where kind = 'note.text')`]) {
    await on.database.pool.query(`delete from search_docs where ${lost}`);
    await writeMissingDocs(on.database.db);
    expect(await rows()).toEqual(before);
  }
  expect(fold(caseNo, await on.stores.ledger.events(caseNo))?.seq).toBeGreaterThan(0);
});

it('takes wildcards, quotes and endless words for what they are', async () => {
  await file({ body: '100%没问题' });
  expect(await found('100%没')).toHaveLength(1);
  for (const q of ['1%没', '100_没', "' or 1=1 --", '\\', '%%', '[%]', 'a '.repeat(50), '没 '.repeat(50)]) {
    expect({ q, found: await found(q) }).toEqual({ q, found: [] });
  }
});
