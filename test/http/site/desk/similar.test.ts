import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const TEXT = '包装盒有点脏，希望说明一下。';

/** Opens a case about no product that is named. */
async function open(phone: string): Promise<string> {
  return (await desk.harness.open({ text: TEXT, customer: { name: '赵敏', phone }, product: undefined })).caseNo;
}

test('many of the same matter stand above the case, each with its state, and one key fills in the merge', async () => {
  const mine = await open('13900001001');
  await assigned(desk.harness, mine, 'anna');
  await desk.harness.decide(mine, 'accept', 'anna');
  const anna = await desk.signedIn('anna');
  const page = async () => (await anna.get(`/desk/cases/${mine}`)).html;
  expect(await page()).not.toContain('相似投诉');
  const [one] = [await open('13900001002'), await open('13900001003')];
  expect(await page()).not.toContain('本周相似投诉');
  await open('13900001004');
  const html = await page();
  expect(html).toContain('本周相似投诉3件');
  expect(html).toContain(`href="/desk/cases/${one}"`);
  const merge = `/desk/cases/${mine}?do=merge&into=${one}`;
  expect(html.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')).toContain(`href="${merge}#dock"`);
  const form = (await anna.get(merge)).html.replaceAll('&#x3D;', '=');
  expect(form).toContain(`value="${one}"`);
  // An earlier state of the case is shown without what others say now.
  const past = await anna.get(`/desk/cases/${mine}?at=2`);
  expect(past.status).toBe(200);
  expect(past.html).not.toContain('相似投诉');
});

test('those ticked are joined, the form of the lead says who would get the same, and who has not got it may get it later', async () => {
  const { harness } = desk;
  const all: string[] = [];
  for (const [n, name] of ['林一一', '林二二', '林三三', '林四四'].entries()) {
    const customer = { name, phone: `1390000200${n}`, email: `lin${n}@example.com` };
    all.push((await harness.open({ text: '赠品少了一个，请补寄。', customer, product: undefined })).caseNo);
  }
  const [lead = '', second = '', third = '', fourth = ''] = all;
  const ready = async (caseNo: string) => {
    await assigned(harness, caseNo, 'anna');
    await harness.decide(caseNo, 'accept', 'anna');
  };
  for (const caseNo of [lead, second, third]) await ready(caseNo);
  const anna = await desk.signedIn('anna');
  const page = await anna.get(`/desk/cases/${lead}`);
  expect(page.html).toContain('勾选的与本案合为一组');
  expect(page.html.match(/name="members" value="[^"]+" checked/g)).toHaveLength(3);
  expect((await anna.post(`/desk/cases/${lead}/group`, { members: [] })).status).toBe(422);
  await anna.get(`/desk/cases/${lead}`);
  const joined = await anna.post(`/desk/cases/${lead}/group`, { members: [second, third] });
  expect(joined.location).toBe(`/desk/cases/${lead}?joined=3#group`);
  // The fourth comes in later, and joins from its own page.
  expect((await anna.get(`/desk/cases/${fourth}`)).html).toContain(`加入 ${lead} 那一组`);
  await anna.post(`/desk/cases/${lead}/group`, { members: fourth });
  const member = (await anna.get(`/desk/cases/${fourth}`)).html;
  expect(member).toContain('本案在一组 4 件说同一件事的投诉里');
  expect(member).toContain(`href="/desk/cases/${lead}"`);
  expect((await anna.get(`/desk/cases?group=${lead}`)).html).toContain('同组投诉');

  const form = (await anna.get(`/desk/cases/${lead}?do=propose`)).html;
  expect(form).toContain('同组另外 2 件也这样办');
  expect(form).toContain('不能提出方案');
  const fields = {
    nonce: anna.value('nonce') ?? '',
    seq: anna.value('seq') ?? '',
    'remedies.0.kind': 'apology',
    solution: '林一一您好，赠品明天补寄。',
    inGroup: 'true',
    also: [second, third, fourth],
  };
  const done = await anna.post(`/desk/cases/${lead}/decisions/propose`, fields);
  expect(done.location).toBe(`/desk/cases/${lead}?done=propose&group=2.0.1`);
  expect((await anna.get(done.location ?? '')).html).toContain('已完成：提出方案。同组其他案件：已办 2 件，1 件没有办');
  for (const caseNo of [second, third]) expect((await harness.stores.cases.get(caseNo))?.state.proposals).toBe(1);

  await ready(fourth);
  const again = (await anna.get(`/desk/cases/${lead}`)).html;
  expect(again).toContain('其余 1 件也这样办');
  const decision = anna.value('decision') ?? '';
  const rest = await anna.post(`/desk/cases/${lead}/group/decide`, { decision });
  expect(rest.location).toBe(`/desk/cases/${lead}?group=3.0.0#group`);
  expect((await harness.stores.cases.get(fourth))?.state.proposals).toBe(1);
  await anna.get(`/desk/cases/${lead}`);
  expect((await anna.post(`/desk/cases/${lead}/group/leave`, { member: lead })).location).toBe(
    `/desk/cases/${lead}?left=1#group`,
  );
  expect((await anna.get(`/desk/cases/${fourth}`)).html).not.toContain('说同一件事的投诉里');
});
