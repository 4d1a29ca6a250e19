import { suggestGrade } from '../../../../src/text/suggest';
import { writeConfirmed } from '../../../cases/learning/confirmed';
import { harmless } from '../../../text/own-cases';
import { createDesk, type Desk } from './support';

/** The page that says how good suggestions are, as those who lead meet it. */
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const page = async (who: string): Promise<string> => (await (await desk.signedIn(who)).get('/desk/reading')).html;

test('says plainly that nothing is known yet, and how many cases it takes', async () => {
  const html = await page('sara');
  expect(html).toContain('最近 90 天还没有由人定级的投诉。');
  expect(html).toContain('至少要有 200 件');
  expect(html).not.toContain('现在就学');
});

test('says how many suggestions people kept, what they changed, and what is used of what was learnt', async () => {
  const { stores } = desk.harness;
  const cases = [0, 1, 2, 3].map((n) => {
    const text = harmless('充电宝', n);
    const { grade, category } = suggestGrade({ text, language: 'zh-CN' });
    const one = { caseNo: `C261122-${n}`, customer: `c${n}`, language: 'zh-CN' as const, text, category };
    return { ...one, grade: n === 0 ? ('major' as const) : grade };
  });
  await writeConfirmed(stores, cases, Date.now() - 86_400_000);
  const read = { rules: 50, own: 60 };
  const figures = { learnt: 300, heldOut: 80, majors: 10, majorsRead: { rules: 7, own: 8 }, labels: [] };
  await stores.ownModels.keep({
    version: 'abcd1234',
    madeAt: new Date().toISOString(),
    used: ['important', 'logistics'],
    figures: { ...figures, grade: read, category: { rules: 40, own: 40 } },
    file: Buffer.from('weights'),
  });
  const html = await page('sara');
  expect(html).toContain('<dt>严重程度照建议定</dt><dd>75%（4 件中 3 件）</dd>');
  expect(html).toContain('<dt>人定为重大的，建议也是重大</dt><dd>0%（1 件中 0 件）</dd>');
  expect(html).toContain('严重程度：一般 → 重大');
  expect(html).toContain('新投诉在这几项上按本部门的做法读：重要、物流');
  expect(html).toContain('63% → 75%');
  expect(html).toContain('abcd1234');
});

test('admins have it learn now; agents do not see the page', async () => {
  expect((await (await desk.signedIn('anna')).get('/desk/reading')).status).toBe(404);
  const adam = await desk.signedIn('adam');
  expect((await adam.get('/desk/reading')).html).toContain('现在就学');
  const { location } = await adam.post('/desk/reading/train');
  expect([location, desk.harness.engine.learns]).toEqual(['/desk/reading?done=started', 1]);
  expect((await adam.get(location ?? '')).html).toContain('开始学了');
  desk.harness.engine.mode = 'away';
  expect((await adam.post('/desk/reading/train')).status).toBe(503);
  desk.harness.engine.mode = 'up';
});
