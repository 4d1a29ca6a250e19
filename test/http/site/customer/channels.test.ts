import { hoursRows } from '../../../../src/render/lengths';
import { CASE_NO, CODE, fakeCases, fakeIntake, progressView } from './fake-cases';
import { serve, type Served } from './serve';

const open: Served[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function text(path: string, given: Parameters<typeof fakeIntake>[0] = {}, contact?: string): Promise<string> {
  const fake = fakeCases({ progress: progressView('resolve') });
  const options = { intake: fakeIntake(given).intake, ...(contact !== undefined && { contact }) };
  const served = await serve(fake.cases, options);
  open.push(served);
  const answer = await fetch(`${served.url}${path}`);
  expect(answer.status).toBe(200);
  return answer.text();
}

const [WORK, NONE] = [
  [
    { from: '09:00', to: '12:00' },
    { from: '13:00', to: '18:00' },
  ],
  [],
];
const WEEK = {
  mon: WORK,
  tue: WORK,
  wed: WORK,
  thu: WORK,
  fri: WORK,
  sat: [{ from: '10:00', to: '16:00' }],
  sun: NONE,
};

test('the times are those of the policy in force, the hours those of its calendar', async () => {
  const page = await text('/channels?lang=zh-CN', { hours: { hours: WEEK } });
  for (const said of ['15 分钟内', '5 分钟内', '24 小时内', '48 小时内', '办结后 15 天内', '400-000-0000', '12315']) {
    expect(page).toContain(said);
  }
  expect(page).toContain('周一至周五 09:00–12:00、13:00–18:00');
  expect(page).toContain('周六 10:00–16:00');
  expect(page).not.toContain('周日');
  const english = await text('/channels?lang=en');
  for (const said of ['within 15 minutes', 'within 48 hours', 'up to 15 days after', '12315']) {
    expect(english).toContain(said);
  }
  expect(english).not.toContain('Working hours');
});

test('days that have the same hours but lie apart are told apart', () => {
  const week = { ...WEEK, wed: NONE, sat: WORK, sun: WORK };
  expect(hoursRows(week, 'en')).toEqual([
    { days: 'Mon–Tue', hours: '09:00–12:00, 13:00–18:00' },
    { days: 'Thu–Sun', hours: '09:00–12:00, 13:00–18:00' },
  ]);
});

test('a mail address is not called a telephone, and the page opens while Postgres is away', async () => {
  const page = await text('/channels?lang=zh-CN', { away: true }, 'help@qinghe.example');
  expect(page).toContain('<dt>联系我们</dt><dd>help@qinghe.example</dd>');
  expect(page).not.toContain('<dt>电话</dt>');
  expect(page).not.toContain('时限</h2>');
  expect(page).toContain('12315');
});

test.each(['/complain', `/complain/${CASE_NO}?code=${CODE}`, `/p/${CASE_NO}?code=${CODE}`])(
  '%s leads to it',
  async (path) => {
    const main = (await text(path)).split('<footer')[0];
    expect(main).toContain('href="/channels?lang=zh-CN"');
  },
);
