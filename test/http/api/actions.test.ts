import { randomUUID } from 'node:crypto';
import { HOUR } from '../../../src/domain/basics/milliseconds';
import { pdfText } from '../../support/pdf-text';
import { ago, enterFacts, startedAction } from '../support/action-row';
import { createDesk, type Desk } from '../site/desk/support';
import { assigned, type Harness } from '../support/harness';

let desk: Desk;
let harness: Harness;
/** A case of anna's, who plans the action that quinn owns; one of arno's team. */
let own: string;
let others: string;
let id: string;

const call = (method: string, path: string, as: string, body?: object) =>
  harness.call(method, `/api/corrective-actions${path}`, { as, body });
const act = (as: string, body: object) => call('POST', `/${id}/acts`, as, body);

const facts = (cause: string, many: number, daysAgo: number, product?: string): Promise<void> =>
  enterFacts(harness.database.pool, { cause, many, daysAgo, ...(product !== undefined && { product }) });

beforeAll(async () => {
  desk = await createDesk();
  ({ harness } = desk);
  own = (await harness.open({ text: '包装盒有点脏，我是王小明，电话 138 1234 5621，希望说明一下。' })).caseNo;
  await assigned(harness, own, 'anna');
  await harness.decide(own, 'accept', 'anna');
  const planned = await harness.decide(own, 'planAction', 'anna', {
    kind: 'urgent',
    owner: 'quinn',
    cause: 'design',
    description: '换更厚的外箱。王小明的箱子先补发。',
  });
  if (planned.status !== 200) throw new Error(planned.text);
  id = `${own}-A1`;
  others = (await harness.open({ customer: { name: '李华', phone: '13900001111' } })).caseNo;
  await assigned(harness, others, 'arno');
  await harness.stores.actions.save(startedAction(own));
  await facts('design', 12, 45);
  await facts('customer_use', 288, 45);
  await facts('design', 2, 10);
  await facts('customer_use', 198, 10);
  await facts('', 7, 5);
  await facts('design', 3, 10, '热水器');
});
afterAll(() => desk.close());

test('is read by whoever leads, its owner and who has a task in it, and by nobody complained of', async () => {
  // anna handles the case in which it was planned.
  for (const as of ['sara', 'mona', 'quinn', 'adam', 'anna'])
    expect((await call('GET', `/${id}`, as)).status).toBe(200);
  expect((await call('GET', `/${id}`, 'arno')).status).toBe(404);
  expect((await act('anna', { act: 'write', version: 0, plan: '我来写' })).status).toBe(403);
  expect((await call('GET', `/${own}-A9`, 'sara')).status).toBe(404);
  expect((await act('sara', { act: 'addTask', text: '量纸箱的厚度', owner: 'arno', dueOn: '2020-01-01' })).status).toBe(
    200,
  );
  const his = await call('GET', `/${id}`, 'arno');
  // He may not see the case, so he reads nothing out of it.
  expect(his.body).toMatchObject({ title: null, description: null, gathers: [], hidden: 1, may: [] });
  expect((await act('arno', { act: 'write', version: 0, plan: '我来写' })).status).toBe(403);
  await harness.database.pool.query(`update cases set against = array['sven'] where case_no = $1`, [own]);
  expect((await call('GET', `/${id}`, 'sven')).status).toBe(404);
  expect(JSON.stringify((await call('GET', '/board', 'sven')).body)).not.toContain(id);
  const refused = await act('sara', { act: 'addTask', text: '问问', owner: 'sven', dueOn: '2030-01-01' });
  expect(refused.status).toBe(422);
  await harness.database.pool.query(`update cases set against = '{}' where case_no = $1`, [own]);
});

test('the board has it where it stands, and is narrowed by owner, cause, product and what is late', async () => {
  const at = async (query: string, as = 'sara') => {
    const { columns } = (await call('GET', `/board${query}`, as)).body as {
      columns: { column: string; cards: { id: string; isLate: boolean }[] }[];
    };
    return columns.filter(({ cards }) => cards.some((card) => card.id === id)).map(({ column }) => column);
  };
  expect(await at('')).toEqual(['do']);
  expect(await at('?late=yes')).toEqual(['do']);
  expect(await at('?owner=me', 'quinn')).toEqual(['do']);
  expect(await at('?owner=me')).toEqual([]);
  expect(await at('?cause=supplier')).toEqual([]);
  expect(await at('?product=%E7%A9%BA%E8%B0%83')).toEqual([]);
  expect(await at('', 'anna')).toEqual([]);
  const [task] = ((await call('GET', `/${id}`, 'arno')).body as { tasks: { id: number; mayFinish: boolean }[] }).tasks;
  expect(task).toMatchObject({ isLate: true, mayFinish: true });
  expect((await act('anna', { act: 'finishTask', task: task?.id })).status).toBe(403);
  expect((await act('arno', { act: 'finishTask', task: task?.id, result: '3 毫米' })).status).toBe(200);
  expect((await act('arno', { act: 'finishTask', task: task?.id })).body).toMatchObject({ code: 'task_closed' });
  expect(await at('')).toEqual(['check']);
  expect(await at('?late=yes')).toEqual([]);
});

test('a task sent twice is one, and the sheet takes a change of the version that was read alone', async () => {
  const key = randomUUID();
  const task = { act: 'addTask', text: '换纸箱', owner: 'quinn', dueOn: '2031-01-31', key };
  await act('quinn', task);
  const twice = await act('quinn', task);
  const { tasks } = twice.body as { tasks: { id: number; text: string }[] };
  expect(tasks.filter(({ text }) => text === '换纸箱')).toHaveLength(1);
  expect(
    (await act('quinn', { act: 'dropTask', task: tasks.find(({ text }) => text === '换纸箱')?.id })).body,
  ).toMatchObject({
    tasks: [{ text: '量纸箱的厚度', result: '3 毫米' }],
  });
  expect((await act('quinn', { ...task, key: randomUUID(), owner: 'nobody' })).status).toBe(422);

  const written = await act('quinn', {
    act: 'write',
    version: 0,
    plan: '换 5 毫米的纸箱',
    problem: '王小明等客户的箱子破了',
  });
  expect(written.body).toMatchObject({ sheet: { version: 1, plan: '换 5 毫米的纸箱', changedBy: { id: 'quinn' } } });
  expect((await act('sara', { act: 'write', version: 0, plan: '别的' })).body).toMatchObject({ code: 'newer_version' });
  const changed = await act('sara', { act: 'write', version: 1, plan: '', prevention: '来料检验加一项' });
  expect(changed.body.sheet).toMatchObject({
    version: 2,
    problem: '王小明等客户的箱子破了',
    prevention: '来料检验加一项',
  });
  expect(changed.body.sheet).not.toHaveProperty('plan');
  expect((await act('quinn', { act: 'write', version: 1, plan: '旧的' })).body).toMatchObject({
    code: 'newer_version',
  });
});

test('complaints of the cause are told for each 1,000 before and after, with how sure that is', async () => {
  const all = (await call('GET', `/${id}`, 'sara')).body;
  expect(all.effect).toMatchObject({
    before: { hits: 12, of: 300, rate: 40 },
    after: { hits: 5, of: 203 },
    unknown: 7,
    told: 'unclear',
  });
  const narrowed = await act('sara', { act: 'write', version: 2, product: '空调' });
  expect(narrowed.body.effect).toMatchObject({
    before: { hits: 12, of: 300, rate: 40, low: 23, high: 68.6 },
    after: { hits: 2, of: 200, rate: 10 },
    ratio: 0.25,
    told: 'fewer',
  });
  expect((await act('sara', { act: 'write', version: 3, product: '电饭煲' })).body.effect).toMatchObject({
    ratio: null,
    told: 'early',
  });
  await act('sara', { act: 'write', version: 4, product: '空调' });
});

test('gathers cases, of which those that a reader may not see are counted only, and tells them once when it ends', async () => {
  expect((await act('quinn', { act: 'gather', caseNo: others })).status).toBe(422);
  const gathered = await act('sara', { act: 'gather', caseNo: others.toLowerCase() });
  expect(gathered.body).toMatchObject({ cases: 2, hidden: 0 });
  await act('sara', { act: 'gather', caseNo: others });
  const seen = (await call('GET', `/${id}`, 'quinn')).body;
  expect(seen).toMatchObject({ cases: 2, hidden: 1 });
  expect(JSON.stringify(seen)).not.toContain(others);
  const notes = async () =>
    (
      (await harness.call('GET', `/api/cases/${others}`, { as: 'sara' })).body.case as { notes: { text: string }[] }
    ).notes.map(({ text }) => text);
  expect(await notes()).toEqual([expect.stringContaining(`并入纠正措施 ${id}`)]);
  expect((await act('sara', { act: 'tell' })).body).toMatchObject({ code: 'action_open' });

  const ended = startedAction(own, { revision: 9, status: 'ended' });
  await harness.stores.actions.save({ ...ended, state: { ...ended.state, status: 'ended', endedAt: ago(HOUR) } });
  expect((await act('sara', { act: 'gather', caseNo: others })).body).toMatchObject({ code: 'action_ended' });
  expect((await call('GET', `/${id}`, 'sara')).body).toMatchObject({
    column: 'act',
    toTell: 1,
    may: ['change', 'tell'],
  });
  expect((await act('sara', { act: 'tell' })).body).toMatchObject({ toTell: 0, may: ['change'] });
  await act('sara', { act: 'tell' });
  expect((await notes()).filter((text) => text.includes('已结束'))).toHaveLength(1);
});

test('its 8D report is a PDF in both languages, without who the customer is, and says what is not filled in', async () => {
  const report = async (query: string, as = 'sara') => {
    const answer = await fetch(`${harness.base}/api/corrective-actions/${id}/report${query}`, {
      headers: { authorization: `Bearer ${harness.tokens[as] ?? ''}` },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/pdf');
    return pdfText(Buffer.from(await answer.arrayBuffer()))
      .pages.join('')
      .replaceAll(/\s/g, '');
  };
  const chinese = await report('');
  for (const words of [
    'D1小组',
    '换更厚的外箱',
    'D8致谢（未填写）',
    own,
    '量纸箱的厚度',
    '来料检验加一项',
    '12',
    '40‰',
  ]) {
    expect(chinese).toContain(words);
  }
  for (const who of ['王小明', '13812345621']) expect(chinese).not.toContain(who);
  const english = await report('?lang=en', 'quinn');
  expect(english).toContain('D8Recognition(notfilledin)');
  expect(english).not.toContain(others);
  expect((await call('GET', `/${own}-A9/report`, 'sara')).status).toBe(404);
});

test('its page on the desk shows the same, takes what is written, and keeps what was typed when that is refused', async () => {
  const sara = await desk.signedIn('sara');
  const here = `/desk/actions/${id}`;
  expect((await sara.get('/desk/actions')).html).toContain(here);
  const shown = (await sara.get(here)).html;
  for (const words of ['换更厚的外箱', '量纸箱的厚度', 'C', '23–68.6', own, others]) expect(shown).toContain(words);
  const version = /name="version" value="(\d+)"/.exec(shown)?.[1] ?? '';
  const saved = await sara.post(here, { act: 'write', version, recognition: '感谢质量部<b>', product: '空调' });
  expect(saved.location).toBe(`${here}?done=write`);
  expect((await sara.get(here)).html).toContain('感谢质量部&lt;b&gt;');
  const late = await sara.post(here, { act: 'write', version, recognition: '我打了很久的字' });
  expect([late.status, late.html.includes('我打了很久的字'), late.html.includes('别人刚改过')]).toEqual([
    409,
    true,
    true,
  ]);
  const wrong = await sara.post(here, {
    act: 'addTask',
    text: '通知供应商',
    owner: 'anna',
    dueOn: '2030-02-31',
    key: randomUUID(),
  });
  expect([wrong.status, wrong.html.includes('value="通知供应商"')]).toEqual([422, true]);
  const pdf = await sara.get(`${here}/report?lang=zh`);
  expect(pdf.status).toBe(200);
  const arno = await desk.signedIn('arno');
  const his = (await arno.get(here)).html;
  expect(his).not.toContain(`/desk/cases/${own}`);
  expect(his).not.toContain('name="version"');
  expect((await arno.get('/desk/actions?owner=me&late=yes')).status).toBe(200);
});
