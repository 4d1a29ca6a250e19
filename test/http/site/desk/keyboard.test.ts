import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { PAGE_KEYS } from '../../../../src/http/site/desk/keyboard';
import { PROJECT_ROOT } from '../../../../src/paths';
import { launchChromium } from '../../../support/chromium';
import { assigned } from '../../support/harness';
import { complaintsOf, type Page } from '../inspect';
import { browsing } from './browsing';
import { createDesk, type Desk } from './support';

/** The desk by the keyboard: keys of the table, the sheet that lists them, and the palette. */

let desk: Desk;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Cases that anna handles; the second is the one whose promise breaks first. */
const cases: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  desk = await createDesk();
  for (const text of ['发票抬头开错。', '说明书少一页。', '包装盒有点脏，希望说明一下。']) {
    const { caseNo } = await desk.harness.open({ text });
    await assigned(desk.harness, caseNo, 'anna');
    await desk.harness.decide(caseNo, 'accept', 'anna');
    cases.push(caseNo);
  }
  context = await browsing({ desk, browser }, 'anna');
});
beforeEach(async () => {
  page = await context.newPage();
});
afterEach(() => page.close());
afterAll(async () => {
  await browser.close();
  await desk.close();
});

const goto = (path: string) => page.goto(`${desk.base}${path}`);
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
/** The case in whose row the focus is. */
const rowNow = () => page.evaluate(`document.activeElement.closest('.row')?.dataset.case ?? null`);

test('every key that a template gives a button stands in the table', () => {
  const folder = join(PROJECT_ROOT, 'templates', 'pages', 'desk');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.hbs'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/data-(?:key|alt)="(\w+)"/g)])
    .map(([, code]) => code);
  expect(found.length).toBeGreaterThan(2);
  expect(PAGE_KEYS).toEqual(expect.arrayContaining(found));
});

test('Y takes the suggestion of a case whose grade is to be confirmed', async () => {
  const { caseNo } = await desk.harness.open({ text: '热水器漏电，我被电到了。' });
  await goto(`/desk/cases/${caseNo}`);
  await press('KeyY');
  await page.waitForURL(`${desk.base}/desk/cases/${caseNo}?done=grade`);
  expect((await desk.harness.stores.cases.get(caseNo))?.state).toMatchObject({ grade: 'major', gradeConfirmed: true });
});

test('Alt I puts into the empty fields of phone entry what was found in the text, while somebody types, and over nothing', async () => {
  await goto('/desk/phone?number=13711112222');
  await page.fill('#call-product-orderNo', 'WX-1');
  await page.fill('#call-text', '洗衣机漏水，型号 XQG100-BH14，订单号 20261103-556677。要求退货退款。');
  await page.waitForSelector('#beside [data-alt="KeyI"]');
  await press('Alt+KeyI');
  expect(page.url()).toContain('/desk/phone?number=13711112222');
  const value = (field: string) => page.inputValue(`#call-${field}`);
  expect(await value('product-model')).toBe('XQG100-BH14');
  expect(await value('wantedRemedy')).toBe('要求退货退款');
  expect(await value('product-orderNo')).toBe('WX-1');
  // What is filled in is offered no more.
  await page.waitForSelector('#found', { state: 'detached' });
});

test('on a list J and K and, from a row, the arrows move between rows, X ticks, Enter opens', async () => {
  await goto('/desk/cases?owner=me');
  const order = await page.evaluate(`[...document.querySelectorAll('.row')].map((row) => row.dataset.case)`);
  const [first, second] = order as string[];
  await press('ArrowDown');
  expect(await rowNow()).toBeNull();
  await press('KeyJ');
  expect(await rowNow()).toBe(first);
  await press('ArrowDown');
  expect(await rowNow()).toBe(second);
  await press('KeyX');
  expect(await page.isChecked(`#row-${second} input`)).toBe(true);
  await press('KeyK', 'ArrowDown', 'Enter');
  await page.waitForURL(`${desk.base}/desk/cases/${second}`);
});

test('Shift and X ticks all rows from the one that was ticked last', async () => {
  await goto('/desk/cases?owner=me');
  await press('KeyJ', 'KeyX', 'KeyJ', 'KeyJ', 'Shift+KeyX');
  const ticked = await page.evaluate(`[...document.querySelectorAll('[name="picked"]')].map((one) => one.checked)`);
  expect(ticked).toEqual([true, true, true]);
});

test('on a case: the neighbours of my list, all decisions, promises, entries of the story and the pane have keys', async () => {
  await goto('/desk/cases?owner=me');
  const order = (await page.evaluate(
    `[...document.querySelectorAll('.row')].map((row) => row.dataset.case)`,
  )) as string[];
  await goto(`/desk/cases/${order[1]}`);
  await press('BracketRight');
  await page.waitForURL(`${desk.base}/desk/cases/${order[2]}`);
  await press('BracketLeft');
  await page.waitForURL(`${desk.base}/desk/cases/${order[1]}`);
  await press('BracketLeft');
  await page.waitForURL(`${desk.base}/desk/cases/${order[0]}`);
  const focused = () => page.evaluate(`document.activeElement.closest('.chips, #story, .menu')?.className ?? null`);
  await press('KeyO');
  expect(await focused()).toBe('chips');
  await press('Alt+ArrowDown');
  expect(await focused()).toBe('tl');
  expect(await page.isVisible('.dock-a .menu-box')).toBe(false);
  await press('Period');
  expect(await page.isVisible('.dock-a .menu-box')).toBe(true);
  await press('Escape');
  expect(await page.isVisible('.list')).toBe(true);
  await press('Control+KeyB');
  expect(await page.isVisible('.list')).toBe(false);
  await press('Control+KeyB');
  expect(await page.isVisible('.list')).toBe(true);
  await press('KeyC');
  await page.waitForURL(`${desk.base}/desk/phone`);
});

test('in a form a number chooses, unless one types, and Ctrl Enter sends it once', async () => {
  const { caseNo } = await desk.harness.open({ text: '包装盒有点脏，希望说明一下。' });
  await assigned(desk.harness, caseNo, 'anna');
  await desk.harness.decide(caseNo, 'accept', 'anna');
  await goto(`/desk/cases/${caseNo}?do=respond`);
  const names = (await page.evaluate(
    `[...document.querySelectorAll('form.df input[type="radio"]')].map(({ name, value }) => [name, value])`,
  )) as [string, string][];
  const name = names[0]?.[0] ?? '';
  const values = names.filter(([one]) => one === name).map(([, value]) => value);
  const chosen = () => page.evaluate(`document.querySelector('form.df input[name="${name}"]:checked')?.value ?? null`);
  await page.evaluate('document.activeElement.blur()');
  await press('Digit2');
  expect(await chosen()).toBe(values[1]);
  await press('Digit1');
  expect(await chosen()).toBe(values[0]);
  await page.fill('form.df textarea', '已打电话说明。2');
  await page.focus('form.df textarea');
  await press('Digit2');
  expect(await chosen()).toBe(values[0]);
  await press('Enter');
  expect(page.url()).toContain('do=respond');
  await press('Control+Enter');
  await page.waitForURL(/done=respond/);
  const story = await desk.harness.stores.ledger.events(caseNo);
  expect(story.filter(({ type }) => type === 'responded')).toHaveLength(1);
});

test('G and a letter goes to a place; the letter alone, or in a field, does not', async () => {
  await goto('/desk');
  await press('KeyD');
  await press('Slash');
  await page.keyboard.type('gc');
  expect(await page.inputValue('.find-form input')).toBe('gc');
  expect(page.url()).toBe(`${desk.base}/desk`);
  await page.evaluate('document.activeElement.blur()');
  await press('KeyG', 'KeyC');
  await page.waitForURL(`${desk.base}/desk/cases`);
  await press('KeyG', 'KeyP');
  await page.waitForURL(`${desk.base}/desk/phone`);
});

test('? opens the sheet with the keys of this page alone; Esc closes it, and the focus is where it was', async () => {
  const shown = () =>
    page.evaluate(`[...document.querySelectorAll('#keys [data-does]')].filter((one) => one.checkVisibility())
      .map((one) => [...one.querySelectorAll('kbd')].map((key) => key.textContent).join(' '))`);
  await goto(`/desk/cases/${cases[0]}`);
  await press('Shift+Slash');
  await page.waitForSelector('#keys[open]');
  const ofCase = await shown();
  expect(ofCase).toEqual(expect.arrayContaining(['N', 'H', 'Ctrl K', '?', 'G C']));
  for (const other of ['J ↓', 'X', 'T', 'Alt M', 'G W']) expect(ofCase).not.toContain(other);
  // While it is open, letters do nothing beneath it.
  await press('KeyN', 'Escape');
  await page.waitForSelector('#keys', { state: 'hidden' });
  expect(page.url()).not.toContain('do=');

  await goto('/desk');
  await press('KeyJ');
  const before = await rowNow();
  await press('Shift+Slash');
  expect(await shown()).toEqual(expect.arrayContaining(['J ↓', 'K ↑', 'Enter', 'T']));
  expect(await shown()).not.toContain('X');
  await press('Escape');
  expect(await rowNow()).toBe(before);
});

test('keys of single letters can be switched off, and stay off in this browser', async () => {
  const own = await browsing({ desk, browser }, 'anna');
  page = await own.newPage();
  await goto('/desk');
  await press('Shift+Slash');
  await page.uncheck('[data-letters]');
  await goto('/desk');
  await press('KeyJ', 'KeyG', 'KeyC', 'Shift+Slash');
  expect(await rowNow()).toBeNull();
  expect(page.url()).toBe(`${desk.base}/desk`);
  expect(await page.isVisible('#keys')).toBe(false);
  // The way back does not need the key.
  await page.click('summary.me');
  await page.click('[data-sheet]');
  await page.check('[data-letters]');
  await press('Escape', 'KeyG', 'KeyC');
  await page.waitForURL(`${desk.base}/desk/cases`);
  await own.close();
});

test('the palette goes to places, views and decisions of this case, opens a number and searches words', async () => {
  const anna = await desk.signedIn('anna');
  await anna.get('/desk/cases');
  await anna.post('/desk/views', { words: 'grade=major', name: '重大的', shared: 'nobody' });
  const complaints = complaintsOf(page);
  const open = async (path: string, text: string): Promise<void> => {
    await goto(path);
    await press('Control+KeyK');
    await page.waitForSelector('#palette[open] a[href="/desk"]');
    await page.keyboard.type(text);
  };
  await open('/desk', '重大的');
  await press('Enter');
  await page.waitForURL(/\/desk\/cases\?grade=major$/);
  await open(`/desk/cases/${cases[0]}`, '协助');
  await press('Enter');
  await page.waitForURL(/do=requestHelp/);
  await open('/desk', '');
  const second = await page.getAttribute('#palette [data-palette] a >> nth=1', 'href');
  await press('ArrowDown', 'ArrowDown', 'Enter');
  await page.waitForURL(`${desk.base}${second}`);
  await open('/desk', cases[1] ?? '');
  await press('Enter');
  await page.waitForURL(`${desk.base}/desk/cases/${cases[1]}`);
  await open('/desk', '抬头');
  await press('Enter');
  await page.waitForURL(/\/desk\/cases\?q=/);
  expect(complaints).toEqual([]);
});

test('while an input method composes, its keys are its own', async () => {
  await goto(`/desk/cases/${cases[0]}`);
  for (const how of ['isComposing: true', 'keyCode: 229']) {
    for (const key of [`code: 'KeyN', key: 'n'`, `code: 'KeyK', key: 'k', ctrlKey: true`, `code: 'Slash', key: '?'`]) {
      await page.evaluate(
        `document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ${key}, ${how} }))`,
      );
    }
  }
  expect(await page.isVisible('dialog')).toBe(false);
  expect(page.url()).toBe(`${desk.base}/desk/cases/${cases[0]}`);
  // And the same key of the keyboard acts, whatever letter the input method makes of it.
  await page.evaluate(
    `document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, code: 'KeyN', key: 'Process' }))`,
  );
  await page.waitForURL(/do=note/);
});
