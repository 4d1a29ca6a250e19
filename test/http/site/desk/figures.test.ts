import { measured } from './measured';
import { createDesk, type Desk } from './support';

/** The dashboard as those meet it who lead, and an agent. */
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
  await measured(desk);
});
afterAll(() => desk.close());

const page = async (who: string, path: string): Promise<string> => {
  const { status, html } = await (await desk.signedIn(who)).get(path);
  expect(status).toBe(200);
  return html;
};
/** The addresses in a page that contain this, as they are in HTML. */
const linksIn = (html: string, part: string): string[] =>
  [...html.matchAll(/href="([^"]+)"/g)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='))
    .filter((href) => href.includes(part));

test('every number leads to exactly its cases, and prints its definition', async () => {
  const board = await page('mona', '/desk/figures');
  expect(board).toContain('由人定级的投诉里，第一次定的等级到现在没有改过的占多少。');
  const others = linksIn(board, '/desk/figures/gradeKept/cases?').find((href) => href.includes('hit=no')) ?? '';
  const told = /另外 (\d+) 件/.exec(board.slice(board.indexOf('定级一次准')))?.[1];
  const cases = await page('mona', others);
  expect(linksIn(cases, '/desk/cases/C26')).toHaveLength(Number(told));
});

test('causes stand from the largest on, up to the line at 80 %', async () => {
  const board = await page('sara', '/desk/figures');
  const rows = [
    ...board.slice(board.indexOf('<h2>原因</h2>')).matchAll(/<tr><td class="num">(\d+)<\/td><td>(.*?)<\/td>/g),
  ];
  expect(rows[0]?.[2]).toBe('<b>安装</b>');
  expect(rows[8]?.[2]).not.toContain('<b>');
});

test('one figure by two dimensions, keeping what it is confined to; what cannot be asked is said', async () => {
  const html = await page('sara', '/desk/figures/resolvedGeneral?by=cause&by2=channel&team=after-sales');
  expect(html).toContain('<th scope="col">原因</th><th scope="col">渠道</th>');
  expect(html).toContain('太少，不排');
  const [first = ''] = linksIn(html, '/desk/figures/resolvedGeneral/cases?').filter((href) => href.includes('cause='));
  expect(first).toContain('team=after-sales');
  expect(await page('sara', '/desk/figures/resolvedGeneral?by=mood')).toContain('须是一个或两个不同的维度');
  expect(await page('sara', '/desk/figures?from=2026-11-02&to=2026-11-01')).toContain('不能早于 from');
});

test('an agent is shown what they have done themselves', async () => {
  const html = await page('anna', '/desk/figures');
  expect(html).toContain('我的指标');
  expect((await (await desk.signedIn('anna')).get('/desk/figures/happiness')).status).toBe(404);
  expect((await (await desk.signedIn('quinn')).get('/desk/figures')).status).toBe(404);
});

test('a page of figures can be saved as a file, which says what the page says; what is not understood leads back', async () => {
  const board = await page('mona', '/desk/figures');
  const files = linksIn(board, '/desk/figures/export?');
  expect(files.map((href) => new URL(href, 'http://desk').searchParams.get('format'))).toEqual(['csv', 'xlsx']);
  const mona = await desk.signedIn('mona');
  const file = await mona.get(files[0] ?? '');
  expect([file.status, file.html.includes('"定级一次准","%",95,')]).toEqual([200, true]);
  const of = linksIn(await page('mona', '/desk/figures/gradeKept?by=cause'), '/desk/figures/gradeKept/export?');
  expect(of).toHaveLength(2);
  expect(of[0]).toContain('by=cause');
  expect((await mona.get('/desk/figures/export?format=pdf')).location).toBe('/desk/figures');
});
