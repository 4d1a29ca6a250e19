import type { Browser } from 'playwright-core';
import type { Language } from '../../../../src/domain/basics/types';
import { launchChromium } from '../../../support/chromium';
import { assigned } from '../../support/harness';
import { inspect, type Page } from '../inspect';
import { browsing } from './browsing';
import { createDesk, type Desk } from './support';

/** What the pages of a case look like while several work on it: axe and a narrow screen, in both languages and themes. */

let desk: Desk;
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  desk = await createDesk();
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

async function annasCase(): Promise<string> {
  const { caseNo } = await desk.harness.open({ text: '包装盒有点脏，希望说明一下。' });
  await assigned(desk.harness, caseNo, 'anna');
  await desk.harness.decide(caseNo, 'accept', 'anna');
  return caseNo;
}

/** Fills in the request for help and sends it. */
async function askForHelp(page: Page, question: string): Promise<void> {
  await page.selectOption('#requestHelp-department', 'quality');
  await page.fill('#requestHelp-question', question);
  await page.click('#dock button[type=submit]');
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test.each(['zh-CN', 'en'] as const)(
  '%s: others at the case, a form that was overtaken, undo, several files',
  async (language: Language) => {
    const caseNo = await annasCase();
    const [annas, saras] = [
      await browsing({ desk, browser }, 'anna', language),
      await browsing({ desk, browser }, 'sara', language),
    ];
    const [anna, sara] = [await annas.newPage(), await saras.newPage()];
    const address = `${desk.base}/desk/cases/${caseNo}`;
    await anna.goto(`${address}?do=requestHelp`);
    await sara.goto(`${address}?do=requestHelp`);
    await anna.fill('#requestHelp-question', '还有新的包装盒吗？');
    await sara.waitForSelector('#here .pe-w');
    await inspect(sara, `desk-together-${language}`);

    await askForHelp(sara, '我已经问了仓库，下午答复');
    await sara.waitForURL(/done=requestHelp/);
    await sara.waitForSelector('.undo button');
    if (language === 'en') await inspect(sara, `desk-undo-${language}`);
    await askForHelp(anna, '还有新的包装盒吗？');
    await anna.waitForSelector('.since');
    expect(await anna.inputValue('#requestHelp-question')).toBe('还有新的包装盒吗？');
    await inspect(anna, `desk-overtaken-${language}`);
    await anna.click('#dock button[type=submit]');
    await anna.waitForURL(/done=requestHelp/);
    await anna.click('.undo button');
    await anna.waitForURL(/undone=requestHelp/);

    await anna.goto(`${address}?do=addEvidence`);
    await anna.setInputFiles('#dock input[type=file]', [
      { name: 'front.png', mimeType: 'image/png', buffer: PNG },
      { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) },
    ]);
    await inspect(anna, `desk-files-${language}`);
    await anna.click('#dock button[type=submit]');
    await anna.waitForSelector('#dock .tell');
    await inspect(anna, `desk-files-partly-${language}`);
    await Promise.all([annas.close(), saras.close()]);
  },
);
