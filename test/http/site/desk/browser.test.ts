import type { Browser, BrowserContext } from 'playwright-core';
import type { Language } from '../../../../src/domain/basics/types';
import { launchChromium } from '../../../support/chromium';
import { assigned } from '../../support/harness';
import { complaintsOf, inspect } from '../inspect';
import { createDesk, PASSWORD, type Desk } from './support';

/** The desk in a real browser: what axe and a narrow screen say about each page, in both languages and both themes. */

let desk: Desk;
let browser: Browser;
/** A case that anna handles, with a story and a file. */
let own: string;

beforeAll(async () => {
  browser = await launchChromium();
  desk = await createDesk();
  const { harness } = desk;
  own = (await harness.open({ text: '发票抬头开错，家里等着报销。希望重开一张寄来。' })).caseNo;
  await assigned(harness, own, 'anna');
  await harness.decide(own, 'accept', 'anna');
  await harness.decide(own, 'requestHelp', 'anna', { department: 'quality', question: '抬头能改吗？' });
  await harness.decide(own, 'note', 'anna', { text: '客户下午不在家' });
  await desk.signedIn('anna');
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

/** A browser in which anna has signed in by the form. */
async function annas(language: Language): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: language });
  await context.addCookies([{ name: 'redress-look', value: `${language}.`, url: desk.base }]);
  const page = await context.newPage();
  await page.goto(`${desk.base}/desk`);
  await page.fill('#name', 'anna.name');
  await page.fill('#password', PASSWORD);
  await page.press('#password', 'Enter');
  await page.waitForURL(`${desk.base}/desk`);
  await page.close();
  return context;
}

const PAGES: [name: string, path: () => string][] = [
  ['day', () => '/desk'],
  ['cases', () => '/desk/cases?open=true&grade=general'],
  ['cases-none', () => '/desk/cases?q=nothing-like-this'],
  ['case', () => `/desk/cases/${own}`],
  ['case-form', () => `/desk/cases/${own}?do=propose`],
  ['case-help', () => `/desk/cases/${own}?do=requestHelp`],
  ['account', () => '/desk/account'],
  ['nowhere', () => '/desk/nowhere'],
];

describe.each(['zh-CN', 'en'] as const)('%s', (language) => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await annas(language);
  });
  afterAll(() => context.close());

  test.each(PAGES)('%s: accessible, no sideways scroll, nothing that the policy refuses', async (name, path) => {
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${desk.base}${path()}`);
    await inspect(page, `desk-${name}-${language}`);
    expect(complaints.filter((text) => !/\b(?:404|422)\b/.test(text))).toEqual([]);
    await page.close();
  });

  test('before the desk: signing in, and a link that sets a password', async () => {
    const stranger = await browser.newContext({ locale: language });
    const page = await stranger.newPage();
    const { url } = await desk.harness.cases.signIn.giveLink(
      'quinn',
      { name: 'quinn.name' },
      { kind: 'staff', id: 'adam', role: 'admin', team: 'after-sales' },
    );
    for (const [name, path] of [
      ['sign-in', '/desk/sign-in'],
      ['password', new URL(url).pathname],
    ] as const) {
      await page.goto(`${desk.base}${path}?lang=${language}`);
      expect(await page.getAttribute('html', 'lang')).toBe(language);
      await inspect(page, `desk-${name}-${language}`);
    }
    await stranger.close();
  });
});

test('by the keyboard alone: the next decision is opened by its key, filled in and sent, and Enter in it sends nothing', async () => {
  const context = await annas('zh-CN');
  const page = await context.newPage();
  await page.goto(`${desk.base}/desk/cases/${own}`);
  await page.keyboard.press('n');
  await page.waitForURL(/do=note/);
  await page.focus('#dock textarea');
  await page.keyboard.type('第一行');
  await page.keyboard.press('Enter');
  await page.keyboard.type('第二行，用键盘写的');
  expect(page.url()).toContain('do=note');
  await page.keyboard.press('Tab');
  await page.focus('#dock button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/done=note/);
  expect(await page.textContent('#main')).toContain('第二行，用键盘写的');
  await context.close();
});
