import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Frame, Page as Tab } from 'playwright-core';
import { chatSnippetOf } from '../../../src/http/site/desk/site-form';
import { launchBlockingChromium, launchChromium } from '../../support/chromium';
import { waitUntil } from '../../support/processes';
import { browsing } from './desk/browsing';
import { createDesk, type Desk } from './desk/support';
import { complaintsOf, inspect } from './inspect';

/**
 * The chat in two browsers: a customer in a page of another site whose policy names our address and nothing else, in one
 * that takes no cookies of frames, and an agent at the desk.
 */

const WORDS = '包装盒有点脏，希望说明一下。';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
let folder: string;
let customers: BrowserContext;
let browser: Browser;
let desk: Desk;
let house: Server;
let site: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redress-chromium-'));
  [customers, browser] = await Promise.all([launchBlockingChromium(join(folder, 'own')), launchChromium()]);
  house = createServer((req, res) => {
    const ours = desk.base;
    const policy = `default-src 'none'; script-src ${ours}; frame-src ${ours}; style-src 'self'; img-src data:; require-trusted-types-for 'script'`;
    const lang = req.url === '/en' ? 'en' : 'zh-CN';
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy });
    res.end(
      `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>青禾</title><link rel="icon" href="data:,"></head><body><h1>青禾电器</h1><p><a href="#a">洗衣机</a></p>${chatSnippetOf(ours, lang)}</body></html>`,
    );
  });
  house.listen(0, '127.0.0.1');
  await once(house, 'listening');
  // localhost and 127.0.0.1 are two sites to a browser.
  site = `http://localhost:${(house.address() as AddressInfo).port}`;
  desk = await createDesk({}, { embedSites: [site] });
});
afterAll(async () => {
  await customers.close();
  await browser.close();
  house.closeAllConnections();
  await new Promise((done) => house.close(done));
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

const opened = async (page: Tab): Promise<Frame> => {
  await page.click('body > button');
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  if (!frame) throw new Error('the frame is gone');
  await frame.waitForSelector('#chat');
  return frame;
};
const linesOf = (frame: Frame | Tab): Promise<string[]> => frame.locator('.line-t').allTextContents();
const timesIn = async (frame: Frame | Tab, words: string): Promise<number> =>
  (await linesOf(frame)).filter((line) => line.includes(words)).length;
const shows = (frame: Frame | Tab, words: string) =>
  waitUntil(async () => (await timesIn(frame, words)) > 0, `“${words}” is there`);
async function say(frame: Frame, words: string): Promise<void> {
  await frame.fill('#text', words);
  await frame.click('#say button');
}

test('in the page of another site, with an agent at the desk, over a restart: each message once', async () => {
  const page = await customers.newPage();
  await page.setViewportSize({ width: 360, height: 740 });
  const complaints = complaintsOf(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(site);
  // Nothing of ours but the script before the button is pressed.
  expect(asked.filter((url) => url.startsWith(desk.base))).toEqual([`${desk.base}/public/embed-chat.js`]);
  let frame = await opened(page);
  expect(await page.evaluate('document.activeElement.tagName')).toBe('IFRAME');
  expect(await frame.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  await say(frame, WORDS);
  await shows(frame, '是什么产品或服务');
  // Enter ends a line, and sends nothing; Ctrl+Enter sends.
  await frame.fill('#text', '净水器');
  await frame.press('#text', 'Enter');
  expect(await timesIn(frame, '净水器')).toBe(0);
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/embed/chat**', async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.continue();
  });
  await frame.press('#text', 'Control+Enter');
  // What is chosen is sent at once, or as soon as what is being sent has arrived.
  await frame.setInputFiles('#files', { name: '划痕.png', mimeType: 'image/png', buffer: PNG });
  await frame.press('#text', 'Control+Enter');
  letGo();
  await shows(frame, '订单号是多少');
  await shows(frame, '文件：划痕.png');
  await page.unroute('**/embed/chat**');
  expect(await timesIn(frame, '净水器')).toBe(1);
  // Whatever page an agent has open, it says that somebody waits as soon as they do.
  const agents = await browsing({ desk, browser }, 'anna');
  const agent = await agents.newPage();
  const follows = agent.waitForResponse((response) => response.url().includes('/desk/changes'));
  await agent.goto(`${desk.base}/desk`);
  await follows;
  await frame.click('button[value=person]');
  await shows(frame, '已转人工');
  await agent.waitForSelector('#chats-wait');
  expect(await agent.title()).toMatch(/^\(1\) /);
  await agent.click('#chats-wait a');
  await agent.click('.chats a');
  await agent.waitForSelector('#summary dd');
  expect(await agent.textContent('#summary')).toContain('净水器');
  await agent.click('form[action$="/take"] button');
  await agent.waitForSelector('#say');
  await shows(frame, 'Name of anna来了');
  await agent.fill('#text', '您好，我看到了。');
  await agent.press('#text', 'Control+Enter');
  await shows(frame, '您好，我看到了。');
  // What the agent types stays while the customer goes on.
  await agent.waitForSelector('.line-person');
  await agent.fill('#text', '正在写的');
  await say(frame, '盒子是湿的');
  await shows(agent, '盒子是湿的');
  expect(await agent.inputValue('#text')).toBe('正在写的');

  // The server goes; what is sent meanwhile arrives once it is back, and what the agent says as well.
  await desk.down();
  await say(frame, '还在吗');
  await frame.waitForSelector('#unsent:not([hidden])');
  await desk.up();
  await shows(frame, '还在吗');
  await shows(agent, '还在吗');
  await agent.fill('#text', '在的。');
  await agent.press('#text', 'Control+Enter');
  await shows(frame, '在的。');

  // The customer's page is loaded anew: the chat goes on where it was.
  await page.reload();
  frame = await opened(page);
  await shows(frame, '在的。');
  await say(frame, '谢谢');
  await shows(agent, '谢谢');
  for (const where of [frame, agent]) {
    for (const words of [WORDS, '文件：划痕.png', '您好，我看到了。', '盒子是湿的', '还在吗', '在的。', '谢谢'])
      expect([words, await timesIn(where, words)]).toEqual([words, 1]);
  }

  // With the panel closed the button tells of what is new.
  await frame.press('#text', 'Escape');
  await waitUntil(() => page.locator('body > button').isVisible(), 'the panel is closed');
  await agent.waitForSelector('#say');
  await agent.fill('#text', '再见。');
  await agent.press('#text', 'Control+Enter');
  await waitUntil(
    async () => (await page.textContent('body > button'))?.includes('1 句新的') === true,
    'the button tells of the answer',
  );
  expect(
    complaints.filter(
      (text) => !/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_INCOMPLETE|\/chat/.test(text),
    ),
  ).toEqual([]);
  await agents.close();
  await page.close();
});

test.each(['zh-CN', 'en'] as const)('%s: accessible at every step, in both themes and three widths', async (lang) => {
  const context = await browser.newContext({ locale: lang });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${desk.base}/chat?lang=${lang}`);
  await inspect(page, `chat-start-${lang}`);
  const press = async (choice: string): Promise<void> => {
    const before = await page.locator('.line').count();
    await page.click(`button[value=${choice}]`);
    await waitUntil(async () => (await page.locator('.line').count()) > before, `${choice} was pressed`);
  };
  await press('file');
  for (const words of [WORDS, '净水器', 'QH-1', '换一个', '林女士', '138 0000 5621']) {
    const before = await page.locator('.line').count();
    await page.fill('#text', words);
    await page.click('#say button');
    await waitUntil(async () => (await page.locator('.line').count()) > before + 1, `${words} was sent`);
  }
  await inspect(page, `chat-confirm-${lang}`);
  await press('send');
  await page.waitForSelector('.chat-filed');
  await inspect(page, `chat-filed-${lang}`);
  await page.evaluate('sessionStorage.clear()');
  await page.goto(`${desk.base}/embed/chat?site=${encodeURIComponent(site)}&theme=auto&lang=${lang}`);
  await inspect(page, `chat-framed-${lang}`);

  await page.goto(`${desk.base}/chat?lang=${lang}`);
  await page.fill('#text', WORDS);
  await page.click('#say button');
  await page.waitForSelector('button[value=skip]');
  await press('person');
  await inspect(page, `chat-waiting-${lang}`);
  const agents = await browsing({ desk, browser }, 'sara', lang);
  const agent = await agents.newPage();
  await agent.goto(`${desk.base}/desk`);
  await agent.waitForSelector('#chats-wait');
  await inspect(agent, `desk-chats-wait-${lang}`);
  await agent.goto(`${desk.base}/desk/chats`);
  await inspect(agent, `desk-chats-${lang}`);
  await agent.click('.chats a');
  await agent.waitForSelector('form[action$="/take"] button');
  await agent.click('form[action$="/take"] button');
  await agent.waitForSelector('#say');
  await agent.click('details.former summary');
  await inspect(agent, `desk-chat-${lang}`);
  expect(complaints.filter((text) => !/\b(?:409|422)\b/.test(text))).toEqual([]);
  await agents.close();
  await context.close();
});
