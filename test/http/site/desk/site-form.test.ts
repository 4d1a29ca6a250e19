import { launchChromium } from '../../../support/chromium';
import { waitUntil } from '../../../support/processes';
import { complaintsOf, inspect } from '../inspect';
import { browsing } from './browsing';
import { createDesk, type Desk } from './support';

/** The page with what is put into a site of the house, and what a case says of the site that it came from. */

const SITE = 'https://www.house.example';
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk({}, { embedSites: [SITE] });
});
afterAll(() => desk.close());

const plain = (html: string): string =>
  html.replaceAll('&#x3D;', '=').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"');

test('an admin sees which sites are allowed, and copies the two lines in the language of the page', async () => {
  const admin = await desk.signedIn('adam');
  expect((await admin.get('/desk/channels')).html).toContain('href="/desk/site-form"');
  const { status, html } = await admin.get('/desk/site-form');
  expect(status).toBe(200);
  expect(html).toContain(SITE);
  for (const [lang, words] of [
    ['zh-CN', '提交投诉'],
    ['en', 'Make a complaint'],
  ]) {
    const lines = `<script src="${desk.base}/public/embed.js" data-lang="${lang}" async></script>\n<a href="${desk.base}/complain?lang=${lang}">${words}</a>`;
    // To be read, and to be copied.
    expect(plain(html).split(lines)).toHaveLength(3);
    const chat = `<script src="${desk.base}/public/embed-chat.js" data-lang="${lang}" async></script>`;
    expect(plain(html).split(chat)).toHaveLength(3);
  }
  expect(plain(html)).toContain(`script-src ${desk.base}; frame-src ${desk.base}`);
});

test('nobody below an admin has the page', async () => {
  const mona = await desk.signedIn('mona');
  expect((await mona.get('/desk')).html).not.toContain('/desk/site-form');
  expect((await mona.get('/desk/site-form')).status).toBe(404);
});

test('a case says from which site it came', async () => {
  const { cases, stores } = desk.harness;
  const { filed } = await cases.complaints.file(
    {
      channel: 'web',
      language: 'zh-CN',
      customer: { name: '周女士', phone: '13800005621' },
      text: '包装盒有点脏，希望说明一下。',
    },
    { source: 'www.house.example' },
  );
  await waitUntil(async () => (await stores.cases.get(filed.caseNo)) !== undefined, 'the case is there');
  const admin = await desk.signedIn('adam');
  expect((await admin.get(`/desk/cases/${filed.caseNo}`)).html).toContain('网页 · www.house.example');
});

test('accessible in both languages, themes and at every width; a press copies the two lines', async () => {
  const browser = await launchChromium();
  try {
    for (const language of ['zh-CN', 'en'] as const) {
      const context = await browsing({ desk, browser }, 'adam', language);
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${desk.base}/desk/site-form`);
      await inspect(page, `site-form-${language}`);
      await page.locator('[data-copied]').last().click();
      await page.waitForSelector(`[data-copied]:text("${language === 'en' ? 'Copied' : '已复制'}")`);
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
        await page.locator('textarea').last().inputValue(),
      );
      expect(complaints).toEqual([]);
      await context.close();
    }
  } finally {
    await browser.close();
  }
});
