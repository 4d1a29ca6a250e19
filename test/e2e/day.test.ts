import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Language } from '../../src/domain/basics/types';
import { launchChromium } from '../support/chromium';
import { waitUntil } from '../support/processes';
import { PATIENCE_MS, Stack } from './stack';

/**
 * A day of each role in the browser alone, over the whole product as `npm start` runs it: nobody opens the API, and the
 * customer has a telephone.
 */
const PASSWORD = 'three blue kettles whistle';
const STAFF = ['agent', 'supervisor', 'manager', 'u-quality', 'u-audit'] as const;
type Who = (typeof STAFF)[number] | 'admin';

let stack: Stack;
let browser: Browser;
const open: BrowserContext[] = [];

beforeAll(async () => {
  stack = await Stack.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((context) => context.close()));
});

const at = (path: string): string => `${stack.addresses.api}${path}`;

async function pageIn(language: Language, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ locale: language, ...options });
  open.push(context);
  await context.addCookies([{ name: 'redress-look', value: `${language}.`, url: stack.addresses.api }]);
  return context.newPage();
}

/** Sends the form whose button this is, and waits for the page that answers. */
async function send(page: Page, button: string, answer: RegExp): Promise<void> {
  await page.click(button);
  await page.waitForURL(answer);
}

async function signedIn(who: Who, language: Language): Promise<Page> {
  const page = await pageIn(language);
  await page.goto(at('/desk'));
  await page.fill('#name', `${who}.name`);
  await page.fill('#password', PASSWORD);
  await page.press('#password', 'Enter');
  await page.waitForURL(at('/desk'));
  return page;
}

/** Sets a password by a link that stands on a page or in the terminal. */
async function useLink(page: Page, link: string, name?: string): Promise<void> {
  await page.goto(link);
  if (name !== undefined) await page.fill('#name', name);
  await page.fill('#password', PASSWORD);
  await page.fill('#again', PASSWORD);
  await send(page, 'main button[type=submit]', /\/desk$/);
}

/** Takes a decision by its form in the case. @param fill what is typed and chosen */
async function decide(page: Page, caseNo: string, decision: string, fill?: () => Promise<unknown>): Promise<void> {
  const form = '#dock form.df';
  await waitUntil(
    async () => {
      await page.goto(at(`/desk/cases/${caseNo}?do=${decision}`));
      return (await page.locator(form).count()) > 0;
    },
    `${decision} can be taken in ${caseNo}`,
    PATIENCE_MS,
  );
  await fill?.();
  await send(page, `${form} button[type=submit]`, new RegExp(`done=${decision}`));
}

/** The customer complains on their telephone. */
async function complain(page: Page, text: string, name: string): Promise<{ caseNo: string; progress: string }> {
  await page.goto(at('/complain'));
  await page.fill('#text', text);
  await page.fill('#name', name);
  await page.fill('#phone', '13800005621');
  await send(page, 'main .send button', /\/complain\/C\d{6}-\w{6}\?/);
  const url = new URL(page.url());
  const caseNo = url.pathname.split('/').at(-1) ?? '';
  return { caseNo, progress: at(`/p/${caseNo}?code=${url.searchParams.get('code')}`) };
}

/** What a place of a page says to who looks at it: without what is there for screen readers alone. */
const shownIn = (page: Page, place: string): Promise<string> =>
  page.locator(place).evaluate((shown) => {
    const copy = shown.cloneNode(true) as typeof shown;
    for (const heard of copy.querySelectorAll('.vh')) heard.remove();
    return copy.textContent ?? '';
  });

const telephone = (language: Language): Promise<Page> =>
  pageIn(language, { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true });

test('the first admin comes in by the printed link and invites the others, who set their passwords', async () => {
  const admin = await pageIn('zh-CN');
  const printed = /http\S+\/first\/\S+/.exec(stack.output)?.[0] ?? '';
  await useLink(admin, printed, 'admin.name');
  for (const who of STAFF) {
    await admin.goto(at(`/desk/people?person=${who}`));
    await admin.fill('main input[name=name]', `${who}.name`);
    await send(admin, 'main form[action*=people] button[type=submit]', /\/desk\/people\/link$/);
    const link = /http\S+?\/password\/[\w-]+/.exec(await admin.content())?.[0] ?? '';
    const theirs = await pageIn('zh-CN');
    await useLink(theirs, link);
  }
  // The printed link was for once.
  const again = await pageIn('zh-CN');
  expect((await again.goto(printed))?.status()).toBe(404);
});

describe.each([
  ['zh-CN', { words: '包装盒有点脏，希望说明一下。', asked: '请您办', accept: '接受方案', over: '已办结' }],
  ['en', { words: 'The box was a little dirty.', asked: 'Asked of you', accept: 'Accept', over: 'Closed' }],
] as const)('%s', (language, say) => {
  test('a complaint from the telephone of its customer to their marks, and on again, by four people, read by an auditor', async () => {
    const customer = await telephone(language);
    const { caseNo, progress } = await complain(customer, say.words, '林晓梅');

    const agent = await signedIn('agent', language);
    await waitUntil(
      async () => {
        await agent.goto(at('/desk'));
        return (await agent.locator(`main a[href*="${caseNo}"]`).count()) > 0;
      },
      'My day has the case',
      PATIENCE_MS,
    );
    await decide(agent, caseNo, 'grade', async () => {
      await agent.check('input[name=grade][value=general]');
      await agent.check('input[name=category][value=logistics]');
    });
    await decide(agent, caseNo, 'accept');
    await decide(agent, caseNo, 'respond', async () => {
      await agent.check('input[name=via][value=phone]');
      await agent.fill('#respond-text', '已致电客户。');
    });
    await decide(agent, caseNo, 'requestHelp', async () => {
      await agent.selectOption('#requestHelp-department', 'quality');
      await agent.fill('#requestHelp-question', '还有新的包装盒吗？');
    });

    // A colleague of another department: one page, one button, one answer.
    const colleague = await signedIn('u-quality', language);
    expect(await colleague.textContent('#main')).toContain(say.asked);
    await colleague.click(`main a[href*="${caseNo}"][href*="do=answerHelp"]`);
    await colleague.fill('#answerHelp-answer', '有，今天寄。');
    await send(colleague, '#dock form.df button[type=submit]', /done=answerHelp/);

    // What goes beyond what an agent may promise waits for whoever may.
    const [amount, lead] = language === 'en' ? (['6000', 'manager'] as const) : (['900', 'supervisor'] as const);
    await decide(agent, caseNo, 'propose', async () => {
      await agent.selectOption('#propose-remedies-0-kind', 'compensation');
      await agent.fill('#propose-remedies-0-amount', amount);
      await agent.fill('#propose-solution', '补偿，并寄新的包装盒。');
    });
    const approver = await signedIn(lead, language);
    await approver.goto(at(`/desk/waiting?case=${caseNo}&do=approve`));
    await approver.click('main form.df button[type=submit]');
    await waitUntil(
      async () => {
        await approver.goto(at('/desk/waiting'));
        return (await approver.locator(`main a[href*="${caseNo}"]`).count()) === 0;
      },
      'nothing waits for them any more',
      PATIENCE_MS,
    );

    await customer.goto(progress);
    await customer.click(`button:has-text("${say.accept}")`);
    await customer.waitForURL(/\/a\//);
    await decide(agent, caseNo, 'carryOut', () => agent.fill('#carryOut-proof', '转账回单'));
    await decide(agent, caseNo, 'resolve', async () => {
      await agent.check('input[name=outcome][value=upheld]');
      await agent.selectOption('#resolve-cause', 'transport_packing');
      await agent.fill('#resolve-summary', '已补偿并寄出。');
    });

    await customer.goto(progress);
    await customer.click('a[href*="/s/"]');
    for (const mark of ['speed', 'solution', 'attitude', 'total']) {
      await customer.check(`input[name=${mark}][value="5"]`, { force: true });
    }
    await customer.click('main form button[type=submit]');
    await customer.waitForSelector('main form', { state: 'detached' });
    await decide(agent, caseNo, 'recordRevisit', async () => {
      await agent.check('input[name=satisfied][value=true]');
      await agent.check('input[name=method][value=phone]');
      await agent.fill('#recordRevisit-report', '客户满意。');
    });
    await waitUntil(
      async () => {
        await customer.goto(progress);
        return (await customer.locator('#reopen').count()) > 0;
      },
      'the customer may go on',
      PATIENCE_MS,
    );
    if (!(await customer.locator('#reason').isVisible())) await customer.click('#reopen > summary');
    await customer.fill('#reason', '又脏了。');
    await customer.click('#reopen button[type=submit]');
    await stack.reaches(caseNo, 'is taken up again', ({ round }) => round === 2);

    // An auditor finds it, reads all of it, is offered nothing to decide, and stands among those who looked.
    const auditor = await signedIn('u-audit', language);
    await auditor.goto(at(`/desk/cases?q=${caseNo}`));
    await auditor.waitForURL(new RegExp(`/desk/cases/${caseNo}`));
    expect(await shownIn(auditor, '#main')).toContain(say.words);
    expect(await auditor.locator('a[href*="do="], form[action*="/decisions/"]').count()).toBe(0);
    await auditor.goto(at(`/desk/cases/${caseNo}/looks`));
    expect(await auditor.textContent('#main')).toMatch(/韩梅[^]*李娜/u);
  });
});

test('two desks go on when their server is killed, and hear of what happens afterwards', async () => {
  const customer = await telephone('zh-CN');
  // The same words would be taken for a form that was sent twice.
  const { caseNo } = await complain(customer, '快递盒压扁了，希望换一个。', '周先生');
  const [agent, supervisor] = [await signedIn('agent', 'zh-CN'), await signedIn('supervisor', 'zh-CN')];
  for (const page of [agent, supervisor]) {
    await page.goto(at(`/desk/cases/${caseNo}?do=note`));
    await page.fill('#note-text', '写到一半');
  }
  const killedAt = new Date();
  await stack.kill('server');
  await stack.ready('server', killedAt);
  await supervisor.fill('#note-text', '重启以后写的备注');
  await send(supervisor, '#dock form.df button[type=submit]', /done=note/);
  await agent.waitForSelector('text=重启以后写的备注', { state: 'attached' });
  expect(await agent.inputValue('#note-text')).toBe('写到一半');
});
