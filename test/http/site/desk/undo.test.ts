import { assigned } from '../../support/harness';
import { createDesk, type Desk, type Visitor } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

async function annasCase(): Promise<string> {
  const { caseNo } = await desk.harness.open({ text: '包装盒有点脏，希望说明一下。' });
  await assigned(desk.harness, caseNo, 'anna');
  await desk.harness.decide(caseNo, 'accept', 'anna');
  return caseNo;
}

/** Takes a decision by its form, and opens the page that follows. */
async function take(visitor: Visitor, caseNo: string, decision: string, fields: Record<string, string>) {
  await visitor.get(`/desk/cases/${caseNo}?do=${decision}`);
  const carried = Object.fromEntries(['nonce', 'seq', 'draft'].map((name) => [name, visitor.value(name) ?? '']));
  const done = await visitor.post(`/desk/cases/${caseNo}/decisions/${decision}`, { ...carried, ...fields });
  expect([done.status, done.location]).toEqual([303, `/desk/cases/${caseNo}?done=${decision}`]);
  return visitor.get(done.location ?? '');
}

const help = { department: 'quality', question: '还有新的包装盒吗？' };
const offered = (html: string): boolean => html.includes('action="/desk/cases/') && html.includes('/undo"');

test('what was just decided by mistake is taken back by a button in place, once, and the ledger has both', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  const page = await take(anna, caseNo, 'requestHelp', help);
  expect(page.html).toMatch(
    /<form class="tell undo"[^>]*data-until="[^"]+".*已请求协助.*，可在 10 秒内撤销.*撤销<\/button>/s,
  );
  const form = { decision: anna.value('decision') ?? '', csrf: anna.value('csrf') ?? '' };
  const undone = await anna.post(`/desk/cases/${caseNo}/undo`, form);
  expect([undone.status, undone.location]).toEqual([303, `/desk/cases/${caseNo}?undone=requestHelp`]);
  const again = await anna.post(`/desk/cases/${caseNo}/undo`, form);
  expect([again.status, again.location]).toEqual([303, `/desk/cases/${caseNo}?undone=requestHelp`]);
  const after = await anna.get(undone.location ?? '');
  expect(after.html).toContain('已撤销：请求协助');
  expect(offered(after.html)).toBe(false);
  expect((await desk.harness.stores.cases.get(caseNo))?.state.helpTasks).toMatchObject([{ open: false }]);
  const types = (await desk.harness.stores.ledger.events(caseNo)).map(({ type }) => type);
  expect(types.filter((type) => type.startsWith('help'))).toEqual(['helpRequested', 'helpWithdrawn']);
});

test('somebody else cannot take it back, nor is it possible once something has followed; the page says so', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  expect(offered((await take(anna, caseNo, 'requestHelp', help)).html)).toBe(true);
  const decision = anna.value('decision') ?? '';
  const sara = await desk.signedIn('sara');
  expect(offered((await sara.get(`/desk/cases/${caseNo}?done=requestHelp`)).html)).toBe(false);
  const others = await sara.post(`/desk/cases/${caseNo}/undo`, { decision });
  expect(others.status).toBe(409);
  await desk.harness.decide(caseNo, 'note', 'sara', { text: '看过了' });
  await anna.get(`/desk/cases/${caseNo}`);
  const late = await anna.post(`/desk/cases/${caseNo}/undo`, { decision });
  expect(late.status).toBe(409);
  expect(late.html).toContain('只能在 10 秒内撤销自己刚做的决定');
  const arno = await desk.signedIn('arno');
  expect((await arno.post(`/desk/cases/${caseNo}/undo`, { decision })).status).toBe(404);
  expect((await desk.harness.stores.cases.get(caseNo))?.state.helpTasks).toMatchObject([{ open: true }]);
});

test('of a decision that cannot be taken back nothing is offered', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  expect(offered((await take(anna, caseNo, 'note', { text: '只是备注' })).html)).toBe(false);
});
