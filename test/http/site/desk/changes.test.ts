import { assigned } from '../../support/harness';
import { waitUntil } from '../../../support/processes';
import { createDesk, type Desk } from './support';

let desk: Desk;
const open: AbortController[] = [];
beforeAll(async () => {
  desk = await createDesk();
});
afterEach(() => {
  for (const one of open.splice(0)) one.abort();
});
afterAll(() => desk.close());

/** What a page of this person is told, as it grows. */
async function follow(userId: string, query: string) {
  const visitor = await desk.signedIn(userId);
  const ending = new AbortController();
  open.push(ending);
  const response = await fetch(`${desk.base}/desk/changes?${query}`, {
    headers: { cookie: visitor.cookie() },
    redirect: 'manual',
    signal: ending.signal,
  });
  const told = { status: response.status, type: response.headers.get('content-type'), text: '', isOver: false };
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const part of response.body ?? []) told.text += decoder.decode(part as Uint8Array);
  };
  void read()
    .catch(() => undefined)
    .finally(() => {
      told.isOver = true;
    });
  await waitUntil(async () => told.text !== '', 'the stream begins');
  return told;
}

const note = (caseNo: string, by: string, text: string) => desk.harness.decide(caseNo, 'note', by, { text });
const changedIn = (caseNo: string): string => `event: changed\ndata: ${caseNo}\n\n`;

test('a page hears of changes in the cases that it shows, and of no others', async () => {
  const [shown, another] = [(await desk.harness.open()).caseNo, (await desk.harness.open()).caseNo];
  await assigned(desk.harness, shown, 'anna');
  await assigned(desk.harness, another, 'anna');
  const told = await follow('anna', `of=${shown}`);
  expect(told).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' });
  await note(another, 'anna', '另一件。');
  await note(shown, 'anna', '这一件。');
  await waitUntil(async () => told.text.includes(changedIn(shown)), 'the change is told');
  expect(told.text).not.toContain(another);
});

test('of a case that they may not see nobody hears, whatever they ask for', async () => {
  const { caseNo } = await desk.harness.open();
  await assigned(desk.harness, caseNo, 'arno');
  const [anna, arno] = [await follow('anna', `of=${caseNo}&also=led`), await follow('arno', `of=${caseNo}`)];
  await note(caseNo, 'arno', '北方的。');
  await waitUntil(async () => arno.text.includes(changedIn(caseNo)), 'whoever may see it hears of it');
  expect(anna.text).not.toContain(caseNo);
});

test('My day hears of the own cases, also of one that was just given to the reader', async () => {
  const told = await follow('anna', 'also=own');
  const { caseNo } = await desk.harness.open();
  await desk.harness.decide(caseNo, 'grade', 'sara', { grade: 'general', category: 'product_quality' });
  expect(told.text).not.toContain(caseNo);
  await desk.harness.decide(caseNo, 'assign', 'sara', { owner: 'anna' });
  await waitUntil(async () => told.text.includes(changedIn(caseNo)), 'the new case is told');
});

test('whoever leads hears of what comes to wait for an approval', async () => {
  const { caseNo } = await desk.harness.open();
  await assigned(desk.harness, caseNo, 'anna');
  await desk.harness.decide(caseNo, 'accept', 'anna');
  await desk.harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
  const [sara, anna] = [await follow('sara', 'also=led'), await follow('anna', 'also=led')];
  const remedies = [{ kind: 'compensation', amount: 900 }];
  await desk.harness.decide(caseNo, 'propose', 'anna', { solution: '赔偿。', remedies });
  await waitUntil(async () => sara.text.includes(changedIn(caseNo)), 'the offer is told');
  expect(anna.text).not.toContain(caseNo);
});

test('whoever is told something hears of it on every page, and nobody else', async () => {
  const { caseNo } = await desk.harness.open();
  await assigned(desk.harness, caseNo, 'anna');
  const [anna, sara] = [await follow('anna', ''), await follow('sara', `of=${caseNo}&also=led`)];
  const { outbox, notices } = desk.harness.stores;
  const [row] = (await outbox.list(caseNo)).filter(({ mail }) => mail === 'assigned');
  await notices.tell(row?.id ?? 0, ['anna']);
  await waitUntil(async () => anna.text.includes('event: noticed\n'), 'the notice is told');
  // The same once more is no news; the note that follows shows that nothing came before it.
  await notices.tell(row?.id ?? 0, ['anna']);
  await note(caseNo, 'anna', '之后的。');
  await waitUntil(async () => sara.text.includes(changedIn(caseNo)), 'the change after it is told');
  expect([anna.text.split('event: noticed').length - 1, sara.text.includes('noticed')]).toEqual([1, false]);
});

const presentIn = (text: string): unknown => {
  const all = [...text.matchAll(/event: present\ndata: (.*)\n\n/g)];
  return JSON.parse(all.at(-1)?.[1] ?? 'null');
};
const seen = (...people: [words: string, writes: boolean][]) => ({
  people: people.map(([words, writes]) => ({ initial: 'N', words, writes })),
  more: null,
});

test('two people on one case are told of each other, and who of them writes; others and the customer are told nothing', async () => {
  const { caseNo, accessCode } = await desk.harness.open();
  await assigned(desk.harness, caseNo, 'anna');
  const form = `${caseNo}/requestHelp`;
  const [sara, anna] = [await follow('sara', `of=${caseNo}&at=${caseNo}`), await follow('anna', `at=${form}`)];
  const list = await follow('sven', `of=${caseNo}&also=led`);
  await waitUntil(async () => sara.text.includes('Name of anna'), 'sara is told');
  expect(presentIn(sara.text)).toEqual(seen(['Name of anna正在看', false]));
  await waitUntil(async () => anna.text.includes('Name of sara'), 'anna is told');

  const visitor = await desk.signedIn('anna');
  await visitor.get(`/desk/cases/${caseNo}?do=requestHelp`);
  await visitor.post('/desk/drafts', { draft: form, question: '抬头能改吗' });
  await waitUntil(async () => sara.text.includes('正在写'), 'sara is told that anna writes');
  expect(presentIn(sara.text)).toEqual(seen(['Name of anna正在写', true]));
  const { html } = await (await desk.signedIn('sara')).get(`/desk/cases/${caseNo}`);
  expect(html).toMatch(/id="here" role="status"><span class="pe pe-w">.*Name of anna正在写/);

  await visitor.post('/desk/drafts', { draft: form, empty: 'true', again: '/desk' });
  await waitUntil(async () => JSON.stringify(presentIn(sara.text)).includes('正在看'), 'she has stopped');
  expect(list.text).not.toContain('present');
  const customers = await fetch(`${desk.base}/p/${caseNo}?code=${accessCode}`);
  expect(await customers.text()).not.toContain('Name of sara');
});

test('whoever may not see a case is not told who is there, nor are others told of them; nor of whoever may see it no more', async () => {
  const { caseNo } = await desk.harness.open();
  await assigned(desk.harness, caseNo, 'arno');
  const sara = await follow('sara', `at=${caseNo}`);
  const [anna, arno] = [await follow('anna', `at=${caseNo}`), await follow('arno', `at=${caseNo}`)];
  await waitUntil(async () => sara.text.includes('Name of arno'), 'who may see it is told of');
  expect(presentIn(sara.text)).toEqual(seen(['Name of arno正在看', false]));
  expect(anna.text).not.toContain('present');
  const times = () => arno.text.split('event: present').length;
  const before = times();
  await desk.harness.decide(caseNo, 'reassign', 'sara', { owner: 'anna', reason: '换人。' });
  await waitUntil(async () => isEmpty(sara.text), 'he is gone');
  await follow('mona', `at=${caseNo}`);
  await waitUntil(async () => sara.text.includes('Name of mona'), 'another one is told of');
  expect(times()).toBe(before);
});
const isEmpty = (text: string): boolean => JSON.stringify(presentIn(text)) === '{"people":[],"more":null}';

test('when the connection to Postgres breaks, pages are told to look again, and hear of what comes after', async () => {
  const { caseNo } = await desk.harness.open();
  await assigned(desk.harness, caseNo, 'anna');
  const told = await follow('anna', `of=${caseNo}`);
  const cut = await desk.harness.database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'redress-changes' and datname = current_database()",
  );
  expect(cut.rowCount).toBe(1);
  await waitUntil(async () => told.text.includes('event: missed\n'), 'it is told that changes may have been missed');
  await note(caseNo, 'anna', '之后的。');
  await waitUntil(async () => told.text.includes(changedIn(caseNo)), 'the change after it is told');
});

test('a reader who goes is no failed request', async () => {
  const told = await follow('anna', 'also=own');
  open.at(-1)?.abort();
  await waitUntil(async () => told.isOver, 'the reader has gone');
  const lines = () => desk.harness.logged.filter((line) => line.includes('/desk/changes'));
  await waitUntil(async () => lines().length > 0, 'the request is logged as over');
  expect(lines().every((line) => line.includes('"status":200'))).toBe(true);
});

test('what is asked for is read with care, and nobody gets anything without a session', async () => {
  const odd = await follow('anna', `of=${encodeURIComponent("x,,C1,'; drop table cases;")}&also=everything`);
  expect(odd.status).toBe(200);
  const stranger = await fetch(`${desk.base}/desk/changes?also=own`, { redirect: 'manual' });
  expect(stranger.status).toBe(303);
});

// The last test: afterwards nobody is told anything.
test('a server that stops ends the streams, so that it need not wait for them', async () => {
  const told = await follow('sara', 'also=led');
  await desk.harness.cases.following.stop();
  await waitUntil(async () => told.isOver, 'the stream has ended');
  const late = await fetch(`${desk.base}/desk/changes?also=own`, {
    headers: { cookie: (await desk.signedIn('sara')).cookie() },
  });
  await late.text();
  expect(late.status).toBe(200);
});
