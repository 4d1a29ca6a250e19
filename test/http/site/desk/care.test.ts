import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

/** The care list on the desk. */
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

test('who is to call sees the number once they ask for it, and it is noted that they looked', async () => {
  const { harness } = desk;
  const { caseNo } = await harness.open({ customer: { name: '赵女士', phone: '13800007777' } });
  await assigned(harness, caseNo, 'anna');
  const { pool } = harness.database;
  const closed = await pool.query<{ customerId: string; at: Date }>(
    `update cases set stage = 'archived', archived_at = updated_at where case_no = $1
     returning customer_id as "customerId", updated_at as at`,
    [caseNo],
  );
  const { customerId = '', at = new Date(0) } = closed.rows[0] ?? {};
  const since = at.toISOString();
  const tipsBy = new Date(at.getTime() + 86_400_000).toISOString();
  await harness.stores.care.enter({
    customerId,
    caseNo,
    since,
    tipsBy,
    reasons: [{ rule: 'major', caseNo, at: since }],
  });

  const anna = await desk.signedIn('anna');
  const list = (await anna.get('/desk/care')).html;
  expect(list).toContain('138****7777');
  expect(list).not.toContain('13800007777');
  const page = /href="(\/desk\/care\/[0-9a-f-]{36})"/.exec(list)?.[1] ?? '';
  expect((await anna.get(page)).html).not.toContain('13800007777');
  const looks = async (): Promise<number> =>
    (
      await pool.query(`select 1 from case_reads where case_no = $1 and kind = 'contact' and user_id = 'anna'`, [
        caseNo,
      ])
    ).rowCount ?? 0;
  // Those of half an hour are one: when the case was made and assigned, it was shown as well.
  await pool.query('delete from case_reads where case_no = $1', [caseNo]);
  const shown = await anna.post(`${page}/contact`, {});
  expect([shown.status, shown.html.includes('13800007777'), shown.html.includes('打过电话了')]).toEqual([
    200,
    true,
    true,
  ]);
  expect(await looks()).toBe(1);

  // A day that no year has is said beside its field; the leap day is somebody's birthday.
  const fault = await anna.post(page, { act: 'birthday', birthday: '02-30' });
  expect([fault.status, fault.html.includes('没有这一天')]).toEqual([422, true]);
  await anna.get(page);
  expect((await anna.post(page, { act: 'birthday', birthday: '02-29' })).location).toBe(`${page}?done=birthday`);
});
