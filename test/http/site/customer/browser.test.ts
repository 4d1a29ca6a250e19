import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Language } from '../../../../src/domain/basics/types';
import { PROJECT_ROOT } from '../../../../src/paths';
import { launchChromium } from '../../../support/chromium';
import { waitUntil } from '../../../support/processes';
import {
  ARTICLE,
  CASE_NO,
  CODE,
  fakeCases,
  fakeIntake,
  FILES,
  offer,
  PICTURE,
  progressView,
  proposalView,
  resultText,
  surveyView,
  TOKEN,
} from './fake-cases';
import { complaintsOf, inspect } from '../inspect';
import { serve } from './serve';

const README = join(PROJECT_ROOT, 'README.md');

/** Real pages in a real browser: what axe and a narrow screen say about each, in both languages and both themes. */

const PAGES: [name: string, path: string, given: (language: Language) => Parameters<typeof fakeCases>[0]][] = [
  ['find', '/p', () => ({})],
  ['lost', '/p/lost', () => ({})],
  ['lost-sent', '/p/lost/sent', () => ({})],
  ['unknown', `/a/${'b'.repeat(43)}`, () => ({})],
  [
    'progress-offer',
    `/p/${CASE_NO}?code=${CODE}`,
    (language) => ({
      progress: progressView('resolve', {
        offer: offer(language),
        respondedAt: '2026-11-22T09:38:00.000Z',
        resolveBy: '2026-11-26T12:00:00.000Z',
        chase: { left: 2 },
      }),
    }),
  ],
  [
    'progress-looking',
    `/p/${CASE_NO}?code=${CODE}&done=chase`,
    () => ({
      progress: progressView('resolve', {
        answerBy: '2026-11-25T08:08:00.000Z',
        resolveBy: '2026-11-26T12:00:00.000Z',
        chase: { left: 1, nextAt: '2026-11-25T07:10:00.000Z' },
        write: { left: 2 },
        files: FILES,
        messages: [
          { at: '2026-11-25T05:00:00.000Z', from: 'customer', text: '第二个滤芯也装不上。' },
          {
            at: '2026-11-25T05:30:00.000Z',
            from: 'house',
            by: '李娜',
            byWords: { zh: '李娜', en: 'Li Na' },
            text: '请看一下贴纸上的型号。',
          },
        ],
      }),
    }),
  ],
  [
    'progress-done',
    `/p/${CASE_NO}?code=${CODE}`,
    (language) => ({
      progress: progressView('archived', {
        outcome: 'upheld',
        result: resultText(language),
        reopen: { until: '2026-12-10T01:00:00.000Z' },
      }),
    }),
  ],
  [
    'progress-feedback',
    `/p/${CASE_NO}?code=${CODE}`,
    (language) => ({
      progress: progressView('feedback', {
        outcome: 'upheld',
        result: resultText(language),
        survey: { token: TOKEN, url: `/s/${TOKEN}`, until: '2026-12-01T06:00:00.000Z' },
        revisitBy: '2026-12-01T06:00:00.000Z',
        chase: { left: 0 },
        reopen: {},
        agreed: { ...offer(language), at: '2026-11-23T05:00:00.000Z', carriedOutAt: '2026-11-25T02:00:00.000Z' },
      }),
    }),
  ],
  [
    'progress-late',
    `/p/${CASE_NO}?code=${CODE}`,
    () => ({
      progress: progressView('grade', { answerBy: '2026-11-25T06:00:00.000Z', chase: { left: 2 } }),
    }),
  ],
  ['proposal', `/a/${TOKEN}`, (language) => ({ proposal: proposalView('open', language) })],
  ['proposal-decline', `/a/${TOKEN}?decline=1`, (language) => ({ proposal: proposalView('open', language) })],
  ['proposal-accepted', `/a/${TOKEN}`, (language) => ({ proposal: proposalView('accepted', language) })],
  ['survey', `/s/${TOKEN}`, (language) => ({ survey: surveyView('open', language) })],
  ['survey-answered', `/s/${TOKEN}`, (language) => ({ survey: surveyView('answered', language) })],
  ['complain', '/complain', () => ({})],
  ['channels', '/channels', () => ({})],
  ['help', '/help', () => ({})],
  ['help-none', '/help?q=nothing', () => ({})],
  ['help-article', `/help/${ARTICLE}`, () => ({})],
  [
    'receipt',
    `/complain/${CASE_NO}?code=${CODE}&kept=2`,
    () => ({
      progress: progressView('assign', {
        answerBy: '2026-11-25T06:41:00.000Z',
        resolveBy: '2026-11-26T06:26:00.000Z',
        files: FILES.slice(0, 2),
      }),
    }),
  ],
  [
    'receipt-missing',
    `/complain/${CASE_NO}?code=${CODE}&kept=1&not=type,large`,
    () => ({
      progress: progressView('receive', {
        handler: undefined,
        handlerWords: undefined,
        resolveBy: '2026-11-27T06:26:00.000Z',
      }),
    }),
  ],
];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each(PAGES)('%s', (name, path, given) => {
  test.each(['zh-CN', 'en'] as const)('%s: accessible, no sideways scroll, no script needed', async (language) => {
    const served = await serve(fakeCases(given(language)).cases);
    try {
      const context = await browser.newContext();
      let page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${served.url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      await inspect(page, `${name}-${language}`);
      expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
      await context.close();
    } finally {
      await served.close();
    }
  });
});

describe('a complaint written in the browser', () => {
  test.each(['zh-CN', 'en'] as const)('%s: faults are told and the input kept; then a receipt', async (language) => {
    const { intake, filed, attached } = fakeIntake();
    const { cases } = fakeCases({ progress: progressView('receive', { handler: undefined, handlerWords: undefined }) });
    const served = await serve(cases, { intake });
    try {
      const context = await browser.newContext({ javaScriptEnabled: true });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${served.url}/complain?lang=${language}`);
      const words = '上周四收到的洗衣机，用到第三次就从底部漏水。\n第二行';
      await page.fill('#text', words);
      await page.fill('#phone', '1380000562');
      await page.check('input[value=replacement]');
      await page.click('button[type=submit]');
      expect(await page.title()).toMatch(language === 'en' ? /^Error: / : /^错误：/);
      expect(await page.evaluate('document.activeElement.id')).toBe('errors');
      await inspect(page, `complain-errors-${language}`);
      const linked = await page.$$eval('.errs a', (links) => links.map((link) => link.getAttribute('href')));
      expect(linked).toEqual(['#name', '#phone']);
      await page.click('.errs a[href="#name"]');
      expect(await page.inputValue('#text')).toBe(words);
      expect(await page.isChecked('input[value=replacement]')).toBe(true);

      await page.fill('#name', '周女士');
      await page.fill('#phone', '138 0000 5621');
      await page.setInputFiles('#files', [{ name: '铭牌.txt', mimeType: 'text/plain', buffer: Buffer.from('QH-7') }]);
      await page.click('button[type=submit]');
      expect(page.url()).toContain(`/complain/${CASE_NO}?code=${CODE}`);
      expect(await page.textContent('main')).toContain(CASE_NO);
      expect(filed).toHaveLength(1);
      expect(filed[0]?.body).toMatchObject({
        channel: 'web',
        language,
        customer: { name: '周女士', phone: '13800005621' },
        text: words,
        wantedRemedy: language === 'en' ? 'Replacement' : '更换',
      });
      expect(attached).toEqual([{ fileName: '铭牌.txt', content: 'QH-7' }]);
      // 404: browsers ask every site for an icon.
      expect(complaints.filter((text) => !/\b(?:404|422)\b/.test(text))).toEqual([]);
      await context.close();
    } finally {
      await served.close();
    }
  });
});

test('a half-written complaint outlives a reload, a closed tab and a change of language, and is gone once it is filed', async () => {
  const { intake } = fakeIntake();
  const served = await serve(fakeCases({ progress: progressView('grade') }).cases, { intake });
  try {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    let page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${served.url}/complain?lang=zh-CN`);
    await page.fill('#text', '洗衣机漏水');
    await page.fill('#name', '周女士');
    await page.check('input[value=refund]');
    expect(await page.textContent('[data-count]')).toBe('5 / 8000');
    await page.reload();
    expect(await page.inputValue('#text')).toBe('洗衣机漏水');
    expect(await page.textContent('[data-count]')).toBe('5 / 8000');
    await page.close();
    const again = await context.newPage();
    complaints.push(...complaintsOf(again));
    await again.goto(`${served.url}/complain?lang=zh-CN`);
    expect(await again.inputValue('#text')).toBe('洗衣机漏水');
    expect(await again.textContent('[data-draft-note]')).toMatch(/已恢复草稿，写于 \d+月\d+日 \d\d:\d\d。/);
    await inspect(again, 'complain-draft-zh-CN');
    await again.close();
    page = await context.newPage();
    complaints.push(...complaintsOf(page));
    await page.goto(`${served.url}/complain?lang=zh-CN`);
    await page.click('a.lang');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect([await page.inputValue('#name'), await page.isChecked('input[value=refund]')]).toEqual(['周女士', true]);
    // The receipt of another complaint leaves it alone; a form that was refused is still a draft.
    await page.goto(`${served.url}/complain/${CASE_NO}?code=${CODE}`);
    await page.goto(`${served.url}/complain?lang=en`);
    await page.click('button[type=submit]');
    await page.waitForSelector('#errors');
    await page.goto(`${served.url}/complain/${CASE_NO}?code=${CODE}`);
    await page.goto(`${served.url}/complain?lang=en`);
    expect(await page.inputValue('#name')).toBe('周女士');
    await page.click('[data-draft-note] button');
    expect([await page.inputValue('#name'), await page.isChecked('input[value=refund]')]).toEqual(['', false]);
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await page.fill('#text', 'The washing machine leaks');
    await page.fill('#name', 'Zhou');
    await page.fill('#email', 'zhou@example.com');
    await page.click('button[type=submit]');
    await page.waitForURL(/\/complain\/C/);
    // Asked again and again from here: a page that allows no eval lets nothing wait inside it (waitForFunction).
    const until = (script: string) => waitUntil(() => page.evaluate(script) as Promise<boolean>, script);
    await until('localStorage.length + sessionStorage.length === 0');
    await page.click('[data-copy]');
    await until("document.querySelector('[data-copy]').textContent === 'Copied'");
    const copied = (await page.evaluate('navigator.clipboard.readText()')) as string;
    expect(copied.replaceAll(/[^0-9A-Z-]/g, '')).toBe(`${CASE_NO}${CODE}`.replaceAll(/[^0-9A-Z-]/g, ''));
    await page.goto(`${served.url}/complain?lang=zh-CN`);
    expect(await page.inputValue('#text')).toBe('');
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
    await context.close();
  } finally {
    await served.close();
  }
});

test('pictures of the customer are shown small on the page, under its policy; what is no picture says its kind', async () => {
  const served = await serve(fakeCases({ progress: progressView('resolve', { files: FILES }) }).cases);
  try {
    const context = await browser.newContext({ locale: 'zh-CN', javaScriptEnabled: false });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${served.url}/p/${CASE_NO}?code=${CODE}`);
      const picture = page.locator('.own img');
      await picture.scrollIntoViewIfNeeded();
      const size = await picture.boundingBox();
      expect([size?.width, size?.height]).toEqual([64, 64]);
      expect(await page.locator('.own-th b').allTextContents()).toEqual(['图片', '录音', 'PDF 文件']);
    }
    expect(
      await (
        await page.request.get(new URL((await page.getAttribute('.own img', 'src')) ?? '', served.url).href)
      ).body(),
    ).toHaveLength(6_063);
    expect(complaints).toEqual([]);
    await context.close();
  } finally {
    await served.close();
  }
});

test.each(['zh-CN', 'en'] as const)(
  '%s: files of a form that is refused wait on its page with their pictures, and go with it when it is sent again',
  async (language) => {
    const fake = fakeIntake();
    const served = await serve(fakeCases({ progress: progressView('receive') }).cases, { intake: fake.intake });
    try {
      const context = await browser.newContext({ javaScriptEnabled: language === 'en' });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${served.url}/complain?lang=${language}`);
      await page.fill('#text', '包装盒有点脏，希望说明一下。');
      await page.fill('#phone', '13800005621');
      await page.setInputFiles('#files', [PICTURE, README]);
      await page.click('.send button');
      const picture = page.locator('.own img');
      await picture.scrollIntoViewIfNeeded();
      const box = await picture.boundingBox();
      expect([box?.width, box?.height]).toEqual([64, 64]);
      if (language === 'en') await inspect(page, `complain-waiting-${language}`);
      expect(await page.locator('.own input[name=waits]:checked').count()).toBe(2);
      await page.locator('.own label').nth(1).click();
      await page.fill('#name', '周女士');
      await page.click('.send button');
      await page.waitForURL(/\/complain\/C261122-9DFT2R\?.*kept=1/);
      expect(fake.attached.map(({ fileName }) => fileName)).toEqual(['icon-192.png']);
      expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
      await context.close();
    } finally {
      await served.close();
    }
  },
);
