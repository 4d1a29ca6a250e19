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
