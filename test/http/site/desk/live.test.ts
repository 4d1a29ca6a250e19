import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium } from '../../../support/chromium';
import { assigned } from '../../support/harness';
import { complaintsOf, type Page } from '../inspect';
import { browsing } from './browsing';
import { createDesk, type Desk } from './support';

/** Pages that are open while something happens: what changes on them by itself, and what stays as it is. */

let desk: Desk;
let browser: Browser;
let annas: BrowserContext;
let saras: BrowserContext;
beforeAll(async () => {
  browser = await launchChromium();
  desk = await createDesk();
  annas = await browsing({ desk, browser }, 'anna');
  saras = await browsing({ desk, browser }, 'sara');
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

/** A case that anna handles. */
async function handled(text: string): Promise<string> {
  const { caseNo } = await desk.harness.open({ text });
  await assigned(desk.harness, caseNo, 'anna');
  await desk.harness.decide(caseNo, 'accept', 'anna');
  return caseNo;
}

/** Opens a page, and waits until it hears of changes. */
async function opened(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1440, height: 500 });
  const listening = page.waitForResponse((response) => response.url().includes('/desk/changes'));
  await page.goto(`${desk.base}${path}`);
  await listening;
  return page;
}

/** Waits until the story of the case that the page shows holds this. */
const told = (page: Page, text: string): Promise<unknown> => page.waitForSelector(`#story:has-text("${text}")`);

const rows = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('.row[data-case]')].map((row) => row.dataset.case)`);

test('two browsers on one case: what one decides stands in the story of the other, whose draft, open folds, focus and place stay', async () => {
  const caseNo = await handled('热水器漏电保护反复跳闸。');
  for (const text of ['第一次电话没有人接。', '第二次电话没有人接。', '客户说晚上在家。']) {
    await desk.harness.decide(caseNo, 'note', 'anna', { text });
  }
  const anna = await opened(annas, `/desk/cases/${caseNo}?do=requestHelp`);
  const complaints = complaintsOf(anna);
  await anna.click('#story details:not([open]) > summary');
  await anna.fill('#dock textarea', '写到一半');
  await anna.evaluate(`(() => {
    const draft = document.querySelector('#dock textarea');
    draft.focus();
    draft.setSelectionRange(2, 3);
    document.querySelector('.scroll').scrollTop = 40;
  })()`);
  const kept = `(() => {
    const draft = document.activeElement;
    return {
      draft: draft.value,
      selected: [draft.selectionStart, draft.selectionEnd],
      folds: document.querySelectorAll('#story details[open]').length,
      scrolled: document.querySelector('.scroll').scrollTop,
      address: location.search,
    };
  })()`;
  const before = await anna.evaluate(kept);
  expect(before).toEqual({ draft: '写到一半', selected: [2, 3], folds: 1, scrolled: 40, address: '?do=requestHelp' });

  const sara = await opened(saras, `/desk/cases/${caseNo}?do=note`);
  await sara.fill('#dock textarea', '配件明天到，我已催过仓库。');
  await sara.click('#dock button[type=submit]');
  await sara.waitForURL(/done=note/);

  await told(anna, '配件明天到，我已催过仓库。');
  expect(await anna.evaluate(kept)).toEqual(before);
  expect(complaints).toEqual([]);
  await anna.close();
  await sara.close();
});

test('two browsers on one case show each other in its head, and who writes; nothing moves', async () => {
  const caseNo = await handled('遥控器少了一个，希望补寄。');
  const anna = await opened(annas, `/desk/cases/${caseNo}`);
  const complaints = complaintsOf(anna);
  const place = `JSON.stringify(['h1', '#main', '#dock'].map((one) => document.querySelector(one).getBoundingClientRect().top))`;
  const before = await anna.evaluate(place);
  expect(await anna.textContent('#here')).toBe('');
  const sara = await opened(saras, `/desk/cases/${caseNo}?do=requestHelp`);
  await anna.waitForSelector('#here:has-text("Name of sara正在看")');
  await sara.waitForSelector('#here:has-text("Name of anna正在看")');
  await sara.fill('#dock textarea', '遥控器还有货吗');
  await anna.waitForSelector('#here:has-text("Name of sara正在写")');
  // What another change brings up to date says it as well.
  await desk.harness.decide(caseNo, 'note', 'anna', { text: '客户上午在家。' });
  await told(anna, '客户上午在家。');
  expect(await anna.textContent('#here .pe')).toBe('NName of sara正在写');
  expect(await anna.evaluate(place)).toBe(before);
  // Whoever leaves the form, even half done, only looks.
  await sara.click('#dock .send a');
  await anna.waitForSelector('#here:has-text("Name of sara正在看")');
  expect(complaints).toEqual([]);
  await sara.close();
  await anna.close();
});

test('files are chosen, dropped on the page and pasted into one form, each can be left out, and all are sent together', async () => {
  const caseNo = await handled('门板有划痕，希望换一块。');
  const page = await opened(annas, `/desk/cases/${caseNo}?do=addEvidence`);
  const complaints = complaintsOf(page);
  const buffer = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  await page.setInputFiles('#dock input[type=file]', { name: 'chosen.png', mimeType: 'image/png', buffer });
  const transfer = (names: string): string => `(() => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob('${buffer.toString('base64')}'), (one) => one.charCodeAt(0));
    for (const name of ${names}) data.items.add(new File([bytes, name], name, { type: 'image/png' }));
    return data;
  })()`;
  await page.evaluate(`(() => {
    const data = ${transfer("['dropped.png', 'unwanted.png']")};
    const over = new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector('#story').dispatchEvent(over);
    document.querySelector('#story').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: ${transfer("['image.png']")}, bubbles: true, cancelable: true }));
  })()`);
  await page.waitForSelector('[data-chosen] li:nth-child(4)');
  await page.click('[data-chosen] button[aria-label="去掉 unwanted.png"]');
  await page.fill('#dock textarea', '三张照片');
  await page.click('#dock button[type=submit]');
  await page.waitForURL(/done=addEvidence/);
  const names = (await desk.harness.stores.evidence.list(caseNo)).map(({ fileName }) => fileName).toSorted();
  expect(names).toEqual(['chosen.png', 'dropped.png', expect.stringMatching(/^截图-\d{6}\.png$/)]);
  expect(complaints).toEqual([]);
  await page.close();
});

test('My day says that a case was given to the reader, in a line and in the title; the rows move when they ask for it', async () => {
  const day = await opened(annas, '/desk');
  const [before, title] = [await rows(day), await day.title()];
  const { caseNo } = await desk.harness.open({ text: '新来的一件。' });
  await assigned(desk.harness, caseNo, 'anna');

  await day.waitForSelector('#news:not([hidden])');
  expect(await day.textContent('#news span')).toBe('列表有变化：新 1 件');
  expect(await day.title()).toBe(`(1) ${title}`);
  expect(await rows(day)).toEqual(before);
  // What somebody is told stands beside the list at once, which moves nothing.
  const mail = (await desk.harness.stores.outbox.list(caseNo)).find((row) => row.mail === 'assigned');
  await desk.harness.stores.notices.tell(mail?.id ?? 0, ['anna']);
  await day.waitForSelector(`#recent a[href^="/desk/cases/${caseNo}"]`);
  expect(await rows(day)).toEqual(before);
  await desk.harness.stores.notices.readUpTo('anna', '2100-01-01T00:00:00.000Z');
  await day.click('#news button');
  await day.waitForSelector(`#row-${caseNo}`);
  expect(await day.isVisible('#news')).toBe(false);
  expect(await day.title()).toBe(title);
  await day.close();
});

test('a list says that a case has left it; what is ticked stays ticked, as it is now', async () => {
  const [ticked, leaving] = [await handled('勾选的一件。'), await handled('要离开的一件。')];
  const list = await opened(annas, '/desk/cases?owner=me');
  await list.check(`#row-${ticked} input`);
  const before = await list.inputValue(`#row-${ticked} input`);
  await desk.harness.decide(ticked, 'note', 'anna', { text: '改了一点。' });
  await list.waitForSelector(`#row-${ticked} input:not([value="${before}"])`);
  expect(await list.isChecked(`#row-${ticked} input`)).toBe(true);

  const rowsBefore = await rows(list);
  await desk.harness.decide(leaving, 'reassign', 'sara', { owner: 'mona', reason: '她休假。' });
  await list.waitForSelector('#news:not([hidden])');
  expect(await list.textContent('#news span')).toBe('列表有变化：离开 1 件');
  expect(await rows(list)).toEqual(rowsBefore);
  await list.close();
});

test('a page that was cut off comes back by itself, and shows what happened meanwhile', async () => {
  const caseNo = await handled('中间发生的一件。');
  const page = await opened(annas, `/desk/cases/${caseNo}`);
  let tries = 0;
  await page.route('**/desk/changes?**', (route) => {
    tries += 1;
    return route.abort();
  });
  const tried = page.waitForRequest((request) => request.url().includes('/desk/changes'));
  desk.cut();
  await tried;
  await desk.harness.decide(caseNo, 'note', 'anna', { text: '断线的时候写的。' });
  await page.unroute('**/desk/changes?**');
  expect(tries).toBeGreaterThan(0);
  await told(page, '断线的时候写的。');
  // And hears again of what comes after.
  await desk.harness.decide(caseNo, 'note', 'anna', { text: '之后写的。' });
  await told(page, '之后写的。');
  await page.close();
});
