import type { Browser } from 'playwright-core';
import { launchChromium } from '../../../support/chromium';
import { waitUntil } from '../../../support/processes';
import { assigned } from '../../support/harness';
import { complaintsOf, inspect } from '../inspect';
import { browsing } from './browsing';
import { createDesk, type Desk } from './support';

/** A call at somebody's extension, on their desk: who it may be, the form that is opened by a key, and the recording. */

let desk: Desk;
let browser: Browser;
let hookId: string;
beforeAll(async () => {
  browser = await launchChromium();
  desk = await createDesk();
  const { cases, stores } = desk.harness;
  const admin = { kind: 'staff', id: 'adam', role: 'admin', team: 'after-sales' } as const;
  hookId = (await cases.inboundHooks.create({ name: '呼叫中心' }, admin)).hook.id;
  await stores.users.change([{ id: 'anna', change: { extension: '801' } }]);
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

let calls = 0;
const NUMBER = '13800005621';
const hear = (callId: string, event: 'ringing' | 'answered' | 'ended', more: object = {}) =>
  desk.harness.cases.calls.hear(hookId, { event, callId, extension: '801', from: NUMBER, to: '400-000-0000', ...more });
const id = (): string => `call-${++calls}`;
const anna = { kind: 'staff', id: 'anna', role: 'agent', team: 'after-sales' } as const;
afterEach(async () => {
  for (const call of await desk.harness.cases.calls.own(anna)) await desk.harness.cases.calls.putAway(call.id, anna);
});

const SAID = {
  text: '包装盒有点脏，希望说明一下。',
  'customer.name': '周女士',
  'customer.phone': NUMBER,
  channel: 'phone',
  language: 'zh-CN',
};

test('it stands on every page of the agent, with the open cases of the caller that they may see, and nobody else’s', async () => {
  const customer = { name: '周女士', phone: NUMBER };
  const hers = await desk.harness.open({ text: '配件晚到。', customer });
  await assigned(desk.harness, hers.caseNo, 'anna');
  const other = await desk.harness.open({ text: '说明书少一页。', customer });
  await assigned(desk.harness, other.caseNo, 'arno');
  await hear(id(), 'ringing');
  const visitor = await desk.signedIn('anna');
  for (const page of ['/desk', '/desk/cases', '/desk/account']) {
    const { html } = await visitor.get(page);
    const shown = html.slice(html.indexOf('id="calls"'), html.indexOf('id="changes"'));
    expect(shown).toContain(NUMBER);
    expect(shown).toContain('周女士');
    expect(shown).toContain(hers.caseNo);
    expect(shown).not.toContain(other.caseNo);
    expect(shown).toMatch(
      /href="\/desk\/phone\?number(?:=|&#x3D;)13800005621&amp;call(?:=|&#x3D;)[0-9a-f-]{36}" data-alt="KeyC"/,
    );
  }
  for (const who of ['arno', 'sara', 'adam']) {
    expect((await (await desk.signedIn(who)).get('/desk')).html).not.toContain('class="call-h"');
  }
});

test('a withheld number is said, and the form is empty', async () => {
  await hear(id(), 'ringing', { from: 'anonymous' });
  const visitor = await desk.signedIn('anna');
  const { html } = await visitor.get('/desk');
  expect(html).toContain('号码未显示');
  expect(html).not.toContain('anonymous');
});

test('filed from the call the case has its recording; what was put away, or filed, is not shown any more', async () => {
  const callId = id();
  await hear(callId, 'ringing');
  await hear(callId, 'answered');
  const visitor = await desk.signedIn('anna');
  const { html } = await visitor.get('/desk');
  const href = /href="(\/desk\/phone\?[^"]*call[^"]*)"/
    .exec(html)?.[1]
    ?.replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&');
  const form = await visitor.get(href ?? '');
  expect(form.html).toMatch(/name="customer\.phone"[^>]* value="13800005621"/);
  // It would lie over the form in which it is written down.
  expect(form.html).not.toContain('class="call-h"');
  const call = visitor.value('call') ?? '';
  expect(call).toMatch(/^[0-9a-f-]{36}$/);
  const nonce = visitor.value('nonce') ?? '';
  const read = await visitor.post('/desk/phone', { ...SAID, nonce, call, step: 'read' });
  expect(read.html).toContain(`name="call" value="${call}"`);
  const filed = await visitor.post('/desk/phone', { ...SAID, nonce, call, step: 'file' });
  const caseNo = /data-copy="(C\d{6}-\w{6})"/.exec(filed.html)?.[1] ?? '';
  expect(filed.html).not.toContain('class="call-h"');
  await hear(callId, 'ended', { recordingUrl: 'https://rec.example/1?a=1&b=2' });
  await waitUntil(async () => (await desk.harness.stores.cases.get(caseNo)) !== undefined, 'the case is there');
  const admin = await desk.signedIn('adam');
  const page = await admin.get(`/desk/cases/${caseNo}`);
  expect(page.html.replaceAll('&#x3D;', '=')).toContain(
    'href="https://rec.example/1?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"',
  );

  const away = id();
  await hear(away, 'ringing');
  const PUT_AWAY = /\/desk\/calls\/([0-9a-f-]{36})\/away.*?name="to" value="([^"]*)"/;
  const [, note, to = ''] = PUT_AWAY.exec((await visitor.get('/desk/account')).html) ?? [];
  const put = await visitor.post(`/desk/calls/${note}/away`, { to });
  expect(put.location).toBe('/desk/account');
  expect((await visitor.get('/desk')).html).not.toContain('class="call-h"');
});

test('added to an open case, the call is found there', async () => {
  const { caseNo } = await desk.harness.open({ text: '配件晚到。', customer: { name: '周女士', phone: NUMBER } });
  await assigned(desk.harness, caseNo, 'anna');
  const callId = id();
  await hear(callId, 'ringing');
  await hear(callId, 'answered');
  const [call] = await desk.harness.cases.calls.own(anna);
  const visitor = await desk.signedIn('anna');
  await visitor.get(`/desk/phone?number=${NUMBER}&call=${call?.id}`);
  const nonce = visitor.value('nonce') ?? '';
  const added = await visitor.post('/desk/phone', { ...SAID, nonce, call: call?.id ?? '', into: caseNo });
  expect(added.status).toBe(303);
  expect(await desk.harness.stores.calls.ofCase(caseNo)).toEqual([expect.objectContaining({ callId })]);
});

test.each(['zh-CN', 'en'] as const)(
  '%s: an open page shows the call as it comes and takes it away; a key opens the form while somebody types',
  async (language) => {
    const context = await browsing({ desk, browser }, 'anna', language);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const listening = page.waitForResponse((response) => response.url().includes('/desk/changes'));
    await page.goto(`${desk.base}/desk/account`);
    await listening;
    expect(await page.locator('.call').count()).toBe(0);
    const callId = id();
    await hear(callId, 'ringing');
    await page.waitForSelector('.call-r');
    await inspect(page, `call-${language}`);
    await hear(callId, 'ended');
    await page.waitForSelector('.call', { state: 'detached' });
    await hear(id(), 'ringing');
    await page.waitForSelector('.call-r');
    await page.focus('input[type=search]');
    await page.keyboard.press('Alt+c');
    await page.waitForURL(/\/desk\/phone\?number=13800005621&call=/);
    expect(await page.inputValue('[name="customer.phone"]')).toBe(NUMBER);
    // Another call comes while this one is written down: put away there, it leads back to this page.
    await hear(id(), 'ringing', { from: '13900005622' });
    await page.waitForSelector('.call-r');
    expect(await page.locator('.call').count()).toBe(1);
    await page.locator('.call button').click();
    await page.waitForSelector('.call', { state: 'detached' });
    expect(page.url()).toMatch(/\/desk\/phone\?number=13800005621&call=/);
    expect(complaints).toEqual([]);
    await context.close();
  },
);
