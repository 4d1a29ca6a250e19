import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Frame } from 'playwright-core';
import { snippetOf } from '../../../../src/http/site/desk/site-form';
import { launchBlockingChromium, launchChromium } from '../../../support/chromium';
import { waitUntil } from '../../../support/processes';
import { complaintsOf, inspect, type Page } from '../inspect';
import { CASE_NO, CODE, fakeCases, fakeIntake, progressView } from './fake-cases';
import { serve, type Served } from './serve';

/**
 * The complaint form in a page of another site, in a browser that takes no cookies of a frame and keeps its storage apart.
 * That page has a policy that names our address and nothing else.
 */

const WORDS = '包装盒有点脏，希望说明一下。';

let folder: string;
let context: BrowserContext;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redress-chromium-'));
  context = await launchBlockingChromium(join(folder, 'own'));
});
afterAll(async () => {
  await context.close();
  await rm(folder, { recursive: true, force: true });
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  // The first one stays: without any the browser would end.
  for (const page of context.pages().slice(1)) await page.close();
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Another site: what it shows at `/` and at `/about` can be changed. */
interface House {
  url: string;
  show(page: { html: string; policy?: string }): void;
}

/** @param name localhost and 127.0.0.1 are two sites to a browser */
async function house(name: 'localhost' | '127.0.0.1' = 'localhost'): Promise<House> {
  let shown = { html: '', policy: "default-src 'none'" };
  const server: Server = createServer((req, res) => {
    if (req.url === '/site.css') {
      res.writeHead(200, { 'Content-Type': 'text/css' });
      return res.end('body { margin: 0; font: 16px sans-serif } .tall { height: 700px } main { margin: 0 auto }');
    }
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': shown.policy });
    res.end(shown.html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return {
    url: `http://${name}:${(server.address() as AddressInfo).port}`,
    show: ({ html, policy }) => {
      shown = { html, policy: policy ?? "default-src 'none'" };
    },
  };
}

const pageWith = (inside: string, lang = 'zh-CN'): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>青禾电器</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/site.css"></head><body><header><a href="#top">青禾电器</a></header><main><div class="tall">联系我们</div>\n${inside}\n<div class="tall">页脚</div></main></body></html>`;
/** A policy that lets in what is ours, and nothing inline. */
const policyFor = (ours: string): string =>
  `default-src 'none'; script-src ${ours}; frame-src ${ours}; style-src 'self'; img-src data:; require-trusted-types-for 'script'`;

/** A site whose page has the form, as the desk says to put it there. */
async function started({
  lang = 'zh-CN',
  attributes = '',
  perMinute,
}: { lang?: 'zh-CN' | 'en'; attributes?: string; perMinute?: number } = {}) {
  const site = await house();
  const fake = fakeIntake();
  const served: Served = await serve(fakeCases({ progress: progressView('receive') }).cases, {
    intake: fake.intake,
    embedSites: [site.url],
    ...(perMinute !== undefined && { complaintsPerMinute: perMinute }),
  });
  closing.push(() => served.close());
  const snippet = snippetOf(served.url, lang).replace(' async', `${attributes} async`);
  site.show({ html: pageWith(snippet, lang), policy: policyFor(served.url) });
  return { ...fake, served, site, snippet };
}

/** The frame, once the form has shown itself: until then it has no height. */
async function frameOf(page: Page): Promise<Frame> {
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  if (!frame) throw new Error('the frame is gone');
  return frame;
}
const heightOf = async (page: Page): Promise<number> =>
  (await page.locator('iframe').first().boundingBox())?.height ?? 0;
/** How much of the page in the frame does not fit into it, downwards and sideways. */
const beyond = (frame: Frame): Promise<number[]> =>
  frame.evaluate(
    '[document.body.scrollHeight - window.innerHeight, document.documentElement.scrollWidth - window.innerWidth]',
  );
const fits = (frame: Frame) =>
  waitUntil(async () => (await beyond(frame)).every((pixels) => pixels <= 0), 'the frame is as large as its page');
/** Where something in the frame stands in the window. */
async function topOf(page: Page, frame: Frame, selector: string): Promise<number> {
  const around = (await page.evaluate("document.querySelector('iframe').getBoundingClientRect().top")) as number;
  const inside = (await frame.evaluate(`document.querySelector('${selector}').getBoundingClientRect().top`)) as number;
  return around + inside;
}
const seen = (page: Page, frame: Frame, selector: string) =>
  waitUntil(async () => {
    const top = await topOf(page, frame, selector);
    return top >= 0 && top < (page.viewportSize()?.height ?? 0);
  }, `${selector} is seen`);
const activeIn = (frame: Frame) => frame.evaluate('document.activeElement.id');

test('the browser is one that takes no cookies of a frame, and the page’s own remain', async () => {
  const { served, site } = await started();
  const page = await context.newPage();
  await page.goto(site.url);
  const frame = await frameOf(page);
  const write = "(document.cookie = 'a=1; SameSite=None; Secure', document.cookie)";
  expect(await frame.evaluate(write)).toBe('');
  await page.goto(`${served.url}/complain`);
  expect(await page.evaluate(write)).toBe('a=1');
});

test.each([
  ['zh-CN', 1440],
  ['zh-CN', 360],
  ['en', 1024],
  ['en', 360],
] as const)('%s, %d px: faults, files and the receipt, without leaving the page', async (lang, width) => {
  const { site, filed, attached } = await started({ lang });
  const page = await context.newPage();
  await page.setViewportSize({ width, height: 800 });
  const complaints = complaintsOf(page);
  await page.goto(site.url);
  const frame = await frameOf(page);
  await fits(frame);
  expect(await page.locator('main > a').isVisible()).toBe(false);
  expect(await page.locator('iframe').getAttribute('title')).toBe(lang === 'en' ? 'Complaint form' : '投诉表单');
  expect(await page.evaluate('window.scrollY')).toBe(0);

  await frame.fill('#text', WORDS);
  await frame.fill('#phone', '138 0000 5621');
  await frame.click('button[type=submit]');
  await frame.waitForSelector('#errors');
  await waitUntil(async () => (await activeIn(frame)) === 'errors', 'the faults have the focus');
  await seen(page, frame, '#errors');
  await fits(frame);
  expect(await frame.inputValue('#text')).toBe(WORDS);
  await frame.click('.errs a[href="#name"]');
  expect(await activeIn(frame)).toBe('name');
  await seen(page, frame, '#name');

  await frame.fill('#name', '周女士');
  await frame.setInputFiles('#files', [{ name: '铭牌.txt', mimeType: 'text/plain', buffer: Buffer.from('QH-7') }]);
  await frame.click('button[type=submit]');
  await frame.waitForURL(/\/embed\/complaint\/C/);
  expect(await frame.textContent('main')).toContain(CASE_NO);
  await seen(page, frame, 'h1');
  await fits(frame);
  expect(page.url()).toBe(`${site.url}/`);
  expect(filed).toEqual([
    expect.objectContaining({
      source: new URL(site.url).host,
      body: expect.objectContaining({ channel: 'web', language: lang, text: WORDS }),
    }),
  ]);
  expect(attached).toEqual([{ fileName: '铭牌.txt', content: 'QH-7' }]);

  const [progress] = await Promise.all([context.waitForEvent('page'), frame.click('.send a')]);
  await progress.waitForLoadState();
  expect(progress.url()).toContain(`/p/${CASE_NO}?code=${CODE}`);
  expect(await progress.evaluate('window.opener')).toBeNull();

  // After a reload of the page around, the form leads back to its receipt.
  await page.reload();
  const again = await frameOf(page);
  await again.click('[data-receipt-note] a');
  await again.waitForURL(/\/embed\/complaint\/C/);
  expect(complaints.filter((text) => !/\b(?:422)\b/.test(text))).toEqual([]);
});

test('a half-written complaint outlives a reload of the page around, and a change of language', async () => {
  const { site } = await started();
  const page = await context.newPage();
  await page.goto(site.url);
  const frame = await frameOf(page);
  await frame.fill('#text', WORDS);
  await frame.check('input[value=refund]');
  await page.reload();
  const again = await frameOf(page);
  expect([await again.inputValue('#text'), await again.isChecked('input[value=refund]')]).toEqual([WORDS, true]);
  expect(await again.isVisible('[data-draft-note]')).toBe(true);
  await again.click('.framed-top a');
  await again.waitForSelector('html[lang=en]');
  expect(await again.inputValue('#text')).toBe(WORDS);
  await again.click('[data-draft-note] button');
  expect(await again.inputValue('#text')).toBe('');
});

test('what was refused unread is still there afterwards', async () => {
  const { site, filed } = await started({ perMinute: 1 });
  const page = await context.newPage();
  await page.goto(site.url);
  const frame = await frameOf(page);
  await frame.fill('#text', WORDS);
  await frame.click('button[type=submit]');
  await frame.waitForSelector('#errors');
  await frame.fill('#name', '周女士');
  await frame.fill('#phone', '13800005621');
  await frame.click('button[type=submit]');
  await frame.waitForSelector('h1:has-text("试得太频繁了")');
  await fits(frame);
  await frame.click('.way a');
  await frame.waitForSelector('form');
  expect(await frame.inputValue('#text')).toBe(WORDS);
  await page.reload();
  const again = await frameOf(page);
  expect([await again.inputValue('#text'), await again.inputValue('#phone')]).toEqual([WORDS, '13800005621']);
  expect(filed).toEqual([]);
});

test('what the page around fills in is no draft: it neither takes the place of one nor goes with it', async () => {
  const { site, served } = await started({ attributes: ' data-order="QH-1" data-product="洗衣机"' });
  const page = await context.newPage();
  await page.goto(site.url);
  const frame = await frameOf(page);
  const values = async (of: Frame) => [await of.inputValue('#order'), await of.inputValue('#product')];
  expect(await values(frame)).toEqual(['QH-1', '洗衣机']);
  expect(await frame.isVisible('[data-draft-note]')).toBe(false);
  await frame.fill('#text', WORDS);
  // The page is now about another order: what was written stays with the one that it was written about.
  const other = snippetOf(served.url, 'zh-CN').replace(' async', ' data-order="QH-2" async');
  site.show({ html: pageWith(other), policy: policyFor(served.url) });
  await page.goto(site.url);
  const again = await frameOf(page);
  expect(await again.inputValue('#text')).toBe(WORDS);
  expect(await values(again)).toEqual(['QH-1', '洗衣机']);
  await again.click('[data-draft-note] button');
  expect(await again.inputValue('#text')).toBe('');
  expect((await values(again))[0]).toBe('QH-2');
  await page.reload();
  expect(await (await frameOf(page)).isVisible('[data-draft-note]')).toBe(false);
});

test('keys alone: from the page into the form, through it, and it is sent; what has the focus is seen', async () => {
  const { site, filed } = await started();
  const page = await context.newPage();
  await page.setViewportSize({ width: 1024, height: 700 });
  await page.goto(site.url);
  const frame = await frameOf(page);
  await page.focus('header a');
  const reach = async (id: string) => {
    for (let pressed = 0; pressed < 30; pressed++) {
      await page.keyboard.press('Tab');
      if (
        (await frame.evaluate(
          "document.hasFocus() ? document.activeElement.id || document.activeElement.type : ''",
        )) === id
      )
        return;
    }
    throw new Error(`no key leads to ${id}`);
  };
  await reach('text');
  await page.keyboard.insertText(WORDS);
  await reach('name');
  await page.keyboard.insertText('周女士');
  await reach('phone');
  await page.keyboard.insertText('13800005621');
  await reach('submit');
  await seen(page, frame, 'button[type=submit]');
  await page.keyboard.press('Enter');
  await frame.waitForURL(/\/embed\/complaint\/C/);
  expect(filed).toHaveLength(1);
});

test('in a page of a site that is not allowed nothing shows, and the link is there', async () => {
  const { served, snippet, site } = await started();
  const evil = await house();
  evil.show({ html: pageWith(snippet), policy: policyFor(served.url) });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(evil.url);
  await waitUntil(() => Promise.resolve(complaints.some((text) => /frame-ancestors/.test(text))), 'it is refused');
  expect(await page.locator('main > a').isVisible()).toBe(true);
  expect(await heightOf(page)).toBe(0);

  // Nor in a page of an allowed site that itself stands in a page of another one.
  complaints.length = 0;
  evil.show({
    html: pageWith(`<iframe src="${site.url}/" title="x"></iframe>`),
    policy: `default-src 'none'; frame-src ${site.url}`,
  });
  await page.goto(evil.url);
  await waitUntil(() => Promise.resolve(complaints.some((text) => /frame-ancestors/.test(text))), 'it is refused');
  const inner = page.frames().find((frame) => frame.url() === `${site.url}/`);
  expect(await inner?.locator('main > a').isVisible()).toBe(true);

  // Nor any other page of ours, in any page.
  complaints.length = 0;
  site.show({
    html: pageWith(`<iframe src="${served.url}/complain" title="x"></iframe>`),
    policy: policyFor(served.url),
  });
  await page.goto(site.url);
  await waitUntil(() => Promise.resolve(complaints.some((text) => /frame-ancestors/.test(text))), 'it is refused');
});

test('only the form itself says how tall it is', async () => {
  const { site, served, snippet } = await started();
  const other = await house('127.0.0.1');
  const say = "parent.postMessage({ redress: 'form', height: 7, at: 0 }, '*')";
  other.show({ html: `<!doctype html><title>x</title>` });
  site.show({
    html: pageWith(`${snippet}\n<iframe class="other" src="${other.url}/" title="x"></iframe>`),
    policy: `${policyFor(served.url)} ; frame-src ${served.url} ${other.url}`.replace(/frame-src [^;]*;/, ''),
  });
  const page = await context.newPage();
  await page.goto(site.url);
  const frame = await frameOf(page);
  await fits(frame);
  const height = await heightOf(page);
  expect(height).toBeGreaterThan(500);
  const heard: unknown[] = [];
  await page.exposeFunction('hears', (from: string) => heard.push(from));
  await page.evaluate("addEventListener('message', ({ origin }) => hears(origin))");
  await page
    .frames()
    .find((one) => one.url() === `${other.url}/`)
    ?.evaluate(say);
  await page.evaluate(say);
  await waitUntil(() => Promise.resolve([other.url, site.url].every((from) => heard.includes(from))), 'both are heard');
  expect(await heightOf(page)).toBe(height);
  // The form itself may. Browsers lay frames out that are seen.
  await page.locator('iframe').first().scrollIntoViewIfNeeded();
  await frame.evaluate("document.querySelector('form').remove()");
  await waitUntil(async () => (await heightOf(page)) < height, 'it is shorter');
});

test('where the script may not run, or does not, the link is the way', async () => {
  const { site, snippet } = await started();
  site.show({ html: pageWith(snippet), policy: "default-src 'none'; style-src 'self'" });
  const page = await context.newPage();
  await page.goto(site.url);
  await page.click('main > a');
  expect(await page.isVisible('form[action="/complain"]')).toBe(true);
  const browser = await launchChromium();
  try {
    const scriptless = await browser.newContext({ javaScriptEnabled: false });
    const plain = await scriptless.newPage();
    await plain.goto(site.url);
    expect(await plain.locator('iframe').count()).toBe(0);
    await plain.click('main > a');
    expect(await plain.isVisible('form[action="/complain"]')).toBe(true);
  } finally {
    await browser.close();
  }
});

test('where the browser keeps nothing at all the form works, and asks before what was typed is lost', async () => {
  const { site, filed } = await started();
  const strict = await launchBlockingChromium(join(folder, 'nothing'), 'nothing');
  try {
    const page = await strict.newPage();
    await page.goto(site.url);
    const frame = await frameOf(page);
    expect(await frame.evaluate("(() => { try { return localStorage.length } catch { return 'none' } })()")).toBe(
      'none',
    );
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await frame.click('#text');
    await page.keyboard.insertText(WORDS);
    await page.evaluate('setTimeout(() => location.reload())');
    await waitUntil(() => Promise.resolve(asked.length > 0), 'the browser asks');
    expect(asked).toEqual(['beforeunload']);
    expect(await frame.inputValue('#text')).toBe(WORDS);
    await frame.fill('#name', '周女士');
    await frame.fill('#phone', '13800005621');
    await frame.click('button[type=submit]');
    await frame.waitForURL(/\/embed\/complaint\/C/);
    expect([filed.length, asked.length]).toEqual([1, 1]);
  } finally {
    await strict.close();
  }
});

test.each(['zh-CN', 'en'] as const)('%s: accessible in both themes and at every width', async (lang) => {
  const { served, site } = await started();
  const browser = await launchChromium();
  try {
    const page = await (await browser.newContext()).newPage();
    const complaints = complaintsOf(page);
    const at = (behind: string, query = ''): string =>
      `${served.url}/embed/complaint${behind}?site=${encodeURIComponent(site.url)}&theme=auto&lang=${lang}${query}`;
    await page.goto(at('', '&order=QH-1'));
    await inspect(page, `embed-form-${lang}`);
    await page.click('button[type=submit]');
    await page.waitForSelector('#errors');
    await inspect(page, `embed-errors-${lang}`);
    await page.goto(at(`/${CASE_NO}`, `&code=${CODE}&kept=1&not=type`));
    await inspect(page, `embed-receipt-${lang}`);
    await page.goto(at(`/${CASE_NO}`, '&code=X'));
    await inspect(page, `embed-message-${lang}`);
    expect(complaints.filter((text) => !/\b(?:404|422)\b/.test(text))).toEqual([]);
  } finally {
    await browser.close();
  }
});
