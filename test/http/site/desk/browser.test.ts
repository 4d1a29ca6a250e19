import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium } from '../../../support/chromium';
import { enterFacts, startedAction } from '../../support/action-row';
import { assigned } from '../../support/harness';
import { complaintsOf, inspect, type Page } from '../inspect';
import { browsing } from './browsing';
import { measured } from './measured';
import { reported } from './reported';
import { createDesk, type Desk } from './support';

/** The desk in a real browser: what axe and a narrow screen say about each page, in both languages and both themes. */

let desk: Desk;
let browser: Browser;
/** A case that anna handles, with a story and a file. */
let own: string;
/** A case whose grade is to be confirmed. */
let suggested: string;
/** A case in which an offer waits for sara's approval. */
let offered: string;
/** A case that leads a group, in which not everybody has what was decided. */
let leading: string;
/** Entries of the library: a draft, and one that is published. */
let entry: string;
let offeredEntry: string;
/** A suggestion that is to be decided. */
let idea: number;
/** A corrective action. */
let planned = '';
/** Somebody on the care list. */
let cared: string;
/** The page of a file of old complaints. */
let old: string;
/** Reports that are closed. */
let closed: { month: string; quarter: string };

/** Complaints of one matter, joined under one that anna handles. */
async function joined(): Promise<void> {
  const { harness } = desk;
  const all: string[] = [];
  for (const [n, name] of ['林晓彤', '欧阳修远', 'Alexandra Montgomery', '郭子仪', '沈括'].entries()) {
    const customer = { name, phone: `1380000234${n}`, email: `lin${n}@example.com` };
    all.push((await harness.open({ text: '赠品少了一个，请补寄。', customer, product: undefined })).caseNo);
  }
  const [lead = '', ...others] = all;
  leading = lead;
  for (const caseNo of all.slice(0, 4)) {
    await assigned(harness, caseNo, 'anna');
    await harness.decide(caseNo, 'accept', 'anna');
  }
  await harness.call('POST', `/api/cases/${lead}/group`, { as: 'anna', body: { members: others } });
  const decisionId = 'letter-to-all';
  await harness.decide(lead, 'write', 'anna', { text: '您好，赠品明天补寄。', decisionId });
  await harness.call('POST', `/api/cases/${lead}/group/decide`, {
    as: 'anna',
    body: { decisionId, members: others.slice(0, 2) },
  });
}

/** Others tell of the same as anna's customer, one of whom was told what helps; and the customer once more. */
async function toldAgain(): Promise<void> {
  const { harness } = desk;
  const said = [
    '公司名称在发票上写错了，财务不给报销，请重新开。',
    '电子发票的抬头开错，报销被退回来，希望尽快重开发票。',
    '发票抬头不对，家里等着报销，麻烦重开。',
  ];
  const others: string[] = [];
  for (const [n, text] of said.entries()) {
    const customer = { name: `客户${n + 1}`, phone: `1380000123${n}` };
    others.push((await harness.open({ text, customer, product: undefined })).caseNo);
  }
  const solved = others.at(-1) ?? '';
  const { pool } = harness.database;
  await pool.query(`update cases set outcome = 'upheld', resolved_at = received_at where case_no = $1`, [solved]);
  const body = '作废原发票，按营业执照上的全称重开，电子版当天发到客户邮箱。';
  const text = { textId: randomUUID(), caseNo: solved, kind: 'resolve.summary', sha256: 'a'.repeat(64), body };
  await harness.stores.texts.put([text]);
  await pool.query('update search_docs set shown = true where case_no = $1', [solved]);
}

/** What was learnt from a case like anna's, published; and a draft in which somebody can still be recognised. */
async function learnt(): Promise<void> {
  const { library } = desk.harness.cases;
  const staff = (id: string, role: 'agent' | 'supervisor' | 'manager') =>
    ({ kind: 'staff', id, role, team: 'after-sales' }) as const;
  const [anna, sara] = [staff('anna', 'agent'), staff('sara', 'supervisor')];
  const content = {
    language: 'zh-CN',
    title: '发票抬头开错',
    problem: '发票抬头开错，家里等着报销，希望重开一张寄来。',
    cause: '下单时抬头填成个人，系统没有核对。',
    solution: '作废原发票，按营业执照上的全称重开，电子版当天发出。',
    reply: '{客户}您好，{单号} 的发票已作废重开，电子版今天发给您。',
    category: 'other',
    question: '发票抬头开错了怎么办？',
    answer: '把正确的抬头和税号发给我们，原发票作废重开，电子版当天发出。',
    isPublic: true,
  } as const;
  const { id } = await library.create(content, anna);
  await library.submit(id, 1, anna);
  await library.publish(id, 1, sara);
  const problem = '王女士说发票抬头开错，打了 13812345678 没人接，住在北京市朝阳区建国路88号，订单〔订单号〕。';
  entry = (await library.create({ ...content, title: '发票寄错地址', problem }, anna)).id;
  offeredEntry = id;
}

/** An action of the group's first case, which has tasks and has made complaints fewer. */
async function acted(): Promise<void> {
  const { harness } = desk;
  const description = '发货前由仓库核对赠品清单。清单贴在箱外。';
  await harness.decide(leading, 'planAction', 'anna', { kind: 'urgent', owner: 'quinn', cause: 'design', description });
  planned = `${leading}-A1`;
  await harness.stores.actions.save(startedAction(leading));
  const { pool } = harness.database;
  for (const [cause, many, daysAgo] of [
    ['design', 24, 45],
    ['customer_use', 576, 45],
    ['design', 4, 10],
    ['customer_use', 396, 10],
  ] as const) {
    await enterFacts(pool, { cause, many, daysAgo });
  }
  const sara = { kind: 'staff', id: 'sara', role: 'supervisor', team: 'after-sales' } as const;
  const { actions } = harness.cases;
  const add = { act: 'addTask', owner: 'quinn', dueOn: '2026-01-31' } as const;
  const { tasks } = await actions.act(planned, { ...add, text: '把赠品清单加进出库单' }, sara);
  await actions.act(planned, { act: 'finishTask', task: tasks[0]?.id ?? 0, result: '出库单已改，从周一起用' }, sara);
  await actions.act(planned, { ...add, text: '培训仓库夜班' }, sara);
  await actions.act(planned, { act: 'gather', caseNo: own }, sara);
  const problem = '促销订单的赠品常常少一件，客户要再等一次快递。';
  await actions.act(planned, { act: 'write', version: 0, problem, prevention: '新促销上线前先核对清单' }, sara);
}

/** The customer complains at WeChat Pay as well, and wants money back. */
async function paidThere(caseNo: string): Promise<void> {
  const { platforms } = desk.harness.stores;
  const accountId = randomUUID();
  const keys = { publicKey: '-', privateKey: '-', apiKey: '-', secret: null, token: null, aesKey: null };
  const names = { serial: '5157F09EFDC096DE', publicKeyId: 'PUB_KEY_ID_0119000001092024', merchantId: '1900000109' };
  const settings = {
    name: '旗舰店',
    kind: 'wechatpay',
    url: 'https://api.mch.weixin.qq.com',
    language: 'zh-CN',
  } as const;
  await platforms.create({ id: accountId, createdBy: 'adam', ...settings, ...names, ...keys });
  await platforms.found(accountId, [{ complaintId: '200201820200101080076610000', listed: '-' }]);
  const [row] = await platforms.due(accountId, 1);
  const id = row?.id ?? '';
  await platforms.filed(id, caseNo);
  await platforms.looked(id, {
    phase: 'waiting',
    status: 'PENDING',
    transactionId: '4200000404201909069117582536',
    amount: 12_345,
    refundAmount: 5_000,
    isHelped: true,
    acts: ['complete', 'approveRefund', 'rejectRefund'],
    since: new Date(Date.now() - 23 * 3_600_000).toISOString(),
    dueAt: null,
  });
}

beforeAll(async () => {
  browser = await launchChromium();
  desk = await createDesk();
  const { harness } = desk;
  await measured(desk);
  closed = await reported(desk);
  own = (await harness.open({ text: '发票抬头开错，家里等着报销。希望重开一张寄来。' })).caseNo;
  await assigned(harness, own, 'anna');
  await harness.decide(own, 'accept', 'anna');
  await harness.decide(own, 'requestHelp', 'anna', { department: 'quality', question: '抬头能改吗？' });
  // Which went into a tracker.
  const { trackers } = harness.stores;
  const wanted = { name: '质量看板', kind: 'github', place: 'house/quality', token: 'github_pat_token' } as const;
  const { id: trackerId } = await harness.cases.trackers.create(wanted, {
    kind: 'staff',
    id: 'adam',
    role: 'admin',
    team: 'after-sales',
  });
  await trackers.hand({ caseNo: own, subject: 'h1', trackerId, by: 'anna' });
  const [ticket] = await trackers.ofCase(own);
  const there = { key: '#7', url: 'https://github.com/house/quality/issues/7' };
  await trackers.made(ticket?.id ?? '', { ref: '7', ...there });
  const said = { id: '1', author: '王工', at: '2026-11-27T08:00:00.000Z', text: '能改，要重新开一张，两天寄到。' };
  await trackers.mirror(ticket?.id ?? '', { ...there, status: 'open', assignee: '王工', changedAt: said.at }, [said]);
  await harness.decide(own, 'requestHelp', 'anna', { department: 'quality', question: '寄出去要几天？' });
  await harness.decide(own, 'note', 'anna', { text: '客户下午不在家' });
  // What the customer has said since makes a line of moods, and warns.
  for (const text of [
    '好的，我明天下午在家。',
    '怎么还没人联系我？再不处理我就去找媒体曝光，也会找律师。',
    '收到，谢谢你们。',
  ]) {
    await harness.decide(own, 'customerWrote', 'anna', { via: 'phone', text });
  }
  await paidThere(own);
  await toldAgain();
  await joined();
  await acted();
  await learnt();
  // It came by a mail that somebody may have forged.
  const check = { verdict: 'doubtful', spf: 'fail', dkim: 'none', dmarc: 'fail' };
  await harness.database.pool.query('update complaints set sender_check = $1 where case_no = $2', [check, own]);
  suggested = (
    await harness.open({
      text: '上周三买的热水器漏电，我被电到了，手臂发麻。打了五次电话一直没人接，客服还骂人。花了 12,800 元，今天说不修了。\n订单号 20261103-556677，电话 138 1234 5621。',
      product: { name: '热水器' },
      wantedRemedy: '退货退款，不然就打12315。',
    })
  ).caseNo;
  offered = (await harness.open({ text: '包装盒有点脏，希望说明一下，也请以后发货的时候多看一遍再寄出来，免得麻烦。' }))
    .caseNo;
  await assigned(harness, offered, 'anna');
  await harness.decide(offered, 'accept', 'anna');
  await harness.decide(offered, 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
  await harness.decide(offered, 'propose', 'anna', {
    solution: '换排水管，赔地板。',
    remedies: [{ kind: 'compensation', amount: 900 }],
  });
  // Of which she was told: a line on My day and among the notices.
  const told = (await harness.stores.outbox.list(offered)).find(({ mail }) => mail === 'assigned');
  await harness.stores.notices.tell(told?.id ?? 0, ['anna']);
  const anna = { kind: 'staff', id: 'anna', role: 'agent', team: 'after-sales' } as const;
  const sara = { ...anna, id: 'sara', role: 'supervisor' } as const;
  const { suggestions } = harness.cases;
  ({ id: idea } = await suggestions.add(
    { text: '说明书印大一点，老人看不清。', caseNo: own, source: 'customer' },
    anna,
  ));
  const { id: taken } = await suggestions.add({ text: '发票抬头在下单时就核对一次。', source: 'staff' }, anna);
  await suggestions.act(taken, { act: 'adopt', owner: 'quinn', dueOn: '2026-01-31' }, sara);
  const { caseNo: over } = await harness.open({ customer: { name: '赵女士', phone: '13800007777' } });
  await assigned(harness, over, 'anna');
  const { pool } = harness.database;
  await pool.query(`update cases set stage = 'archived', archived_at = updated_at where case_no = $1`, [over]);
  const customer = await pool.query<{ id: string }>('select customer_id as id from cases where case_no = $1', [over]);
  const since = new Date(Date.now() - 20 * 86_400_000).toISOString();
  const tipsBy = new Date(Date.now() + 10 * 86_400_000).toISOString();
  const why = { customerId: customer.rows[0]?.id ?? '', caseNo: over, since, tipsBy };
  await harness.stores.care.enter({ ...why, reasons: [{ rule: 'lowScore', caseNo: over, at: since }] });
  cared = (await harness.cases.care.list('calls', sara)).items[0]?.id ?? '';
  // A mail that somebody has to look at.
  const { inbound } = harness.stores;
  const message = {
    channel: 'mail',
    source: 'smtp',
    sourceKey: '1',
    sha256: 'a'.repeat(64),
    bytes: 2_048,
    envelope: {},
  };
  await inbound.keep({ ...message, arrivedAt: '2026-11-27T08:00:00.000Z' });
  const [kept] = await inbound.claim(1, 60_000, ['mail']);
  await inbound.end(kept?.id ?? 0, {
    outcome: 'quarantined',
    reason: 'bounce',
    title: '邮件系统 · 退信：无法投递',
    caseNo: own,
  });
  old = await oldComplaints();
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

/** Has adam upload a file of which one row goes in, one is open and one has a word that nobody knows. @returns its page */
async function oldComplaints(): Promise<string> {
  const adam = await desk.signedIn('adam');
  await adam.get('/desk/imports');
  const form = new FormData();
  form.append('csrf', adam.value('csrf') ?? '');
  const rows = [
    'T-1,2023-1-5,2023-1-9,包装盒有点脏,重要',
    'T-2,2023-1-5,,包装盒有点脏,重要',
    'T-3,2023-1-5,2023-1-9,包装盒有点脏,甲级',
  ];
  form.append('file', new Blob([['单号,受理时间,结案时间,投诉内容,等级', ...rows].join('\n')]), '2023 年投诉台账.csv');
  return (await adam.upload('/desk/imports', form)).location ?? '';
}

/** How good suggestions are in a department that has graded for a while. */
async function readFor(page: Page): Promise<void> {
  const words = [
    { word: '蓝鲸卡', count: 12 },
    { word: '一直没有人回', count: 5 },
  ];
  const model = {
    learnt: 1_801,
    heldOut: 454,
    majors: 99,
    majorsRead: { rules: 77, own: 84 },
    grade: { rules: 341, own: 364 },
    category: { rules: 349, own: 349 },
    labels: [],
  };
  desk.harness.cases.reading.figures = () =>
    Promise.resolve({
      from: '2026-08-24T01:00:00.000Z',
      to: '2026-11-22T01:00:00.000Z',
      confirmed: 812,
      grade: {
        agreed: 704,
        matrix: [
          { suggested: 'general', decided: 'general', count: 512 },
          { suggested: 'general', decided: 'important', count: 108 },
          { suggested: 'major', decided: 'major', count: 192 },
        ],
      },
      category: { agreed: 640, matrix: [{ suggested: 'other', decided: 'logistics', count: 172 }] },
      major: { decided: 205, suggested: 198, both: 192 },
      weeks: [0, 1, 2].map((week) => ({
        from: `2026-11-${15 - 7 * week < 10 ? '0' : ''}${Math.max(1, 15 - 7 * week)}T01:00:00.000Z`,
        confirmed: 60 + week,
        grade: 52,
        category: 48,
        majors: 12,
        majorsRead: 11,
      })),
      changed: [
        { kind: 'category', from: 'other', to: 'logistics', count: 172, words },
        { kind: 'grade', from: 'general', to: 'important', count: 108, words: [] },
      ],
      models: [
        {
          version: '8f31c2aa',
          madeAt: '2026-11-21T19:00:00.000Z',
          used: ['general', 'important', 'major'],
          figures: model,
        },
        { version: '51d09e7b', madeAt: '2026-11-20T19:00:00.000Z', used: [], figures: model },
      ],
      needed: 200,
    });
  await page.reload();
  for (const summary of await page.$$('main details > summary')) await summary.click();
}

/** A page, whose browser it is, and what is done on it before it is looked at. */
interface Looked {
  path: () => string;
  who?: 'sara' | 'adam';
  before?: (page: Page) => Promise<unknown>;
}

/** Types into phone entry what a caller says. */
async function takeDown(page: Page): Promise<void> {
  const said = '上周三买的洗衣机漏电，手会发麻。订单号 20261103-556677，型号 XQG100-BH14。要求退货退款。';
  await page.fill('#call-text', said);
  await page.waitForSelector('#found [data-put]');
  await page.fill('#call-customer-name', '王女士');
  // The suggestion comes by itself, and takes nothing from whoever types.
  await page.waitForSelector('#beside .grade-major');
  expect(await page.evaluate('document.activeElement.id')).toBe('call-customer-name');
}

const PAGES: Record<string, Looked> = {
  day: { path: () => '/desk' },
  cases: { path: () => '/desk/cases?open=true&grade=general' },
  'cases-none': { path: () => '/desk/cases?q=nothing-like-this' },
  'cases-found': { path: () => `/desk/cases?q=${encodeURIComponent('抬头')}` },
  'cases-ticked': {
    path: () => '/desk/cases?open=true',
    async before(page) {
      await page.check(`input[name=picked][value^="${own}."]`);
      await page.waitForSelector('[data-picked]:not([hidden])');
      await page.click('details.menu:has(.menu-views) > summary');
      await page.waitForSelector('.menu-views', { state: 'visible' });
    },
  },
  bulk: { path: () => '/desk/cases?open=true', who: 'sara', before: (page) => askInBulk(page) },
  'bulk-wrong': {
    path: () => '/desk/cases?open=true',
    who: 'sara',
    async before(page) {
      await askInBulk(page);
      await page.click('form.df button[type=submit]');
      await page.waitForSelector('.errs');
    },
  },
  'bulk-report': {
    path: () => '/desk/cases?open=true',
    who: 'sara',
    async before(page) {
      const { caseNo } = await desk.harness.open({ text: '说明书少一页。' });
      await assigned(desk.harness, caseNo, 'anna');
      await page.reload();
      await askInBulk(page, 'reassign', [own, caseNo]);
      await page.selectOption('form.df [name=owner]', 'arno');
      await page.fill('form.df textarea', '她休假。');
      // One goes on meanwhile, so that the report has a line.
      await desk.harness.decide(own, 'respond', 'anna', { via: 'phone', text: '刚打过电话。' });
      await page.click('form.df button[type=submit]');
      await page.waitForSelector('.report li');
    },
  },
  waiting: { path: () => '/desk/waiting', who: 'sara' },
  topics: { path: () => '/desk/topics', who: 'sara' },
  board: { path: () => '/desk/board', who: 'sara' },
  'board-plan': { path: () => '/desk/board/plan?from=anna', who: 'sara' },
  exports: { path: () => '/desk/exports', who: 'adam' },
  library: { path: () => '/desk/library' },
  'library-entry': {
    path: () => `/desk/library/${entry}`,
    async before(page) {
      await page.check('[name=identitiesRemoved]');
      await page.click('form[action$=submit] button');
      await page.waitForSelector('.errs');
    },
  },
  'library-training': { path: () => '/desk/library/training' },
  'library-form': { path: () => `/desk/library/${entry}/change` },
  'library-reply': { path: () => `/desk/cases/${own}?do=write&entry=${offeredEntry}` },
  'care-list': { path: () => '/desk/care', who: 'sara' },
  'care-one': { path: () => `/desk/care/${cared}`, who: 'sara' },
  actions: { path: () => '/desk/actions', who: 'sara' },
  action: { path: () => `/desk/actions/${planned}`, who: 'sara' },
  suggestions: { path: () => '/desk/suggestions', who: 'sara' },
  suggestion: { path: () => `/desk/suggestions/${idea}`, who: 'sara' },
  'waiting-form': { path: () => `/desk/waiting?case=${offered}&do=reject`, who: 'sara' },
  case: { path: () => `/desk/cases/${own}` },
  'case-suggested': { path: () => `/desk/cases/${suggested}` },
  'case-form': { path: () => `/desk/cases/${own}?do=propose` },
  'case-group': {
    path: () => `/desk/cases/${leading}?do=propose`,
    async before(page) {
      for (const summary of await page.$$('#group details > summary, .also details > summary')) await summary.click();
    },
  },
  'case-past': { path: () => `/desk/cases/${own}?at=5` },
  'case-file': { path: () => `/desk/cases/${own}?do=addEvidence` },
  'case-looks': { path: () => `/desk/cases/${own}/looks`, who: 'sara' },
  'case-help': { path: () => `/desk/cases/${own}?do=requestHelp` },
  phone: { path: () => `/desk/phone?number=${encodeURIComponent('138 1234 5621')}`, before: takeDown },
  'phone-wrong': {
    path: () => '/desk/phone',
    async before(page) {
      // A draft of an earlier call may stand there.
      await page.fill('#call-text', '');
      await page.click('button[value=read]');
      await page.waitForSelector('.errs');
    },
  },
  'phone-read': {
    path: () => '/desk/phone?number=13912345678',
    async before(page) {
      await takeDown(page);
      await page.click('button[value=read]');
      await page.waitForSelector('.read');
    },
  },
  'phone-filed': {
    path: () => '/desk/phone?number=13912345679',
    async before(page) {
      await takeDown(page);
      await page.click('button[value=read]');
      await page.click('button[value=file]');
      await page.waitForSelector('.filed');
    },
  },
  chats: { path: () => '/desk/chats' },
  'sheet-of-keys': {
    path: () => `/desk/cases/${own}`,
    async before(page) {
      await page.keyboard.press('Shift+Slash');
      await page.waitForSelector('#keys[open]');
    },
  },
  palette: {
    path: () => `/desk/cases/${own}`,
    async before(page) {
      await page.keyboard.press('Control+KeyK');
      await page.waitForSelector('#palette[open] a[href="/desk"]');
    },
  },
  'cases-columns': {
    path: () => '/desk/cases',
    async before(page) {
      await page.click('details.menu:has(.menu-look) > summary');
      await page.waitForSelector('.menu-look', { state: 'visible' });
    },
  },
  'cases-compact': {
    path: () => '/desk/cases',
    who: 'sara',
    async before(page) {
      await page.click('details.menu:has(.menu-look) > summary');
      await page.check('.menu-look [name=compact]');
      await page.click('.menu-look button');
      await page.waitForSelector('body.compact');
    },
  },
  notices: { path: () => '/desk/notices' },
  inbox: { path: () => '/desk/inbox', who: 'sara' },
  imports: { path: () => '/desk/imports', who: 'adam' },
  import: {
    path: () => old,
    who: 'adam',
    async before(page) {
      await page.fill('#system', '旧客服系统');
      await page.click('main .btn-p');
      await page.waitForSelector('#preview');
    },
  },
  'import-wrong': {
    path: () => old,
    who: 'adam',
    async before(page) {
      await page.fill('#system', '旧客服系统');
      await page.selectOption('[name="col-number"]', '');
      await page.click('main .btn-p');
      await page.waitForSelector('.err');
    },
  },
  go: { path: () => '/desk/go' },
  account: { path: () => '/desk/account' },
  'account-notices': { path: () => '/desk/account/notices' },
  'account-notices-wrong': {
    path: () => '/desk/account/notices',
    async before(page) {
      await page.check('input[value=hours]');
      await page.fill('input[type=time][name=to]', '22:00');
      await page.click('main button[type=submit]');
      await page.waitForSelector('.err');
    },
  },
  channels: { path: () => '/desk/channels', who: 'adam' },
  figures: { path: () => '/desk/figures', who: 'sara' },
  causes: { path: () => '/desk/causes', who: 'sara' },
  figure: { path: () => '/desk/figures/resolvedGeneral?by=cause,channel', who: 'sara' },
  'figure-cases': { path: () => '/desk/figures/gradeKept/cases?hit=no&grade=general', who: 'sara' },
  'figures-own': { path: () => '/desk/figures/satisfied?by=hour' },
  'figures-keeping': {
    path: () => '/desk/figures',
    who: 'sara',
    before: (page) => page.click('.fig-k summary'),
  },
  reports: {
    path: () => '/desk/figures/received?by=channel',
    who: 'adam',
    async before(page) {
      await page.click('.fig-k summary');
      await page.fill('.fig-k [name=name]', `各渠道 ${randomUUID()}`);
      await page.click('.fig-k button');
      await page.waitForURL(/done=saved/);
    },
  },
  report: { path: () => `/desk/reports/month/${closed.month}`, who: 'adam' },
  'report-quarter': {
    path: () => `/desk/reports/quarter/${closed.quarter}`,
    who: 'adam',
    async before(page) {
      await page.fill('#text', ' ');
      await page.evaluate('document.querySelector("form[action$=remark]").noValidate = true');
      await page.click('form[action$=remark] button');
      await page.waitForSelector('#text-e');
    },
  },
  'report-open': { path: () => `/desk/reports/month/${new Date().toISOString().slice(0, 7)}`, who: 'adam' },
  'account-reports': { path: () => '/desk/account/notices#reports', who: 'adam' },
  reading: { path: () => '/desk/reading', who: 'adam', before: (page) => readFor(page) },
  hooks: { path: () => '/desk/hooks', who: 'adam' },
  hook: {
    path: () => '/desk/hooks',
    who: 'adam',
    async before(page) {
      await page.fill('#name', '商城');
      await page.click('main form .btn-p');
      await page.fill('#body', '{"text": "包装盒有点脏"}');
      await page.click('#try button');
      await page.waitForSelector('#body-e');
    },
  },
  trackers: { path: () => '/desk/trackers', who: 'adam' },
  tracker: {
    path: () => '/desk/trackers',
    who: 'adam',
    async before(page) {
      await page.fill('#name', '质量部');
      await page.selectOption('#kind', 'github');
      await page.fill('#place', 'house/quality');
      await page.fill('#token', 'github_pat_token');
      await page.click('main form .btn-p');
      await page.waitForSelector('.former');
    },
  },
  wechat: { path: () => '/desk/wechat', who: 'adam' },
  'wechat-wrong': {
    path: () => '/desk/wechat',
    who: 'adam',
    async before(page) {
      await page.fill('#name', '服务号');
      await page.fill('#appId', 'wx12');
      for (const name of ['secret', 'token', 'aesKey']) await page.fill(`#${name}`, '?');
      await page.click('main form .btn-p');
      await page.waitForSelector('#appId-e');
    },
  },
  'wechat-account': {
    path: () => '/desk/wechat',
    who: 'adam',
    async before(page) {
      const random = Math.random().toString(16).slice(2).padEnd(16, '0').slice(0, 16);
      await page.fill('#name', '服务号');
      await page.fill('#appId', `wx${random}`);
      await page.fill('#secret', '0'.repeat(32));
      await page.fill('#token', 'Token1');
      await page.fill('#aesKey', 'a'.repeat(43));
      await page.click('main form .btn-p');
      await page.waitForURL(/done=made/);
    },
  },
  platforms: { path: () => '/desk/platforms', who: 'adam' },
  rooms: { path: () => '/desk/rooms', who: 'adam' },
  'rooms-wrong': {
    path: () => '/desk/rooms',
    who: 'adam',
    async before(page) {
      await page.fill('#name', '售后群');
      await page.fill('#url', 'https://elsewhere.example/');
      await page.click('main form .btn-p');
      await page.waitForSelector('#url-e');
    },
  },
  room: {
    path: () => '/desk/rooms',
    who: 'adam',
    async before(page) {
      await page.fill('#name', '售后群');
      await page.fill('#url', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=robot-key');
      await page.click('main form .btn-p');
      await page.waitForURL(/done=made/);
    },
  },
  'account-notices-chat': { path: () => '/desk/account/notices#chat' },
  nowhere: { path: () => '/desk/nowhere' },
};

/** Opens the form of a decision for two cases. */
async function askInBulk(page: Page, decision = 'note', caseNos = [own, offered]): Promise<void> {
  for (const caseNo of caseNos) await page.check(`input[name=picked][value^="${caseNo}."]`);
  await page.click(`button[name=decision][value=${decision}]`);
  await page.waitForSelector('form.df textarea');
}

describe.each(['zh-CN', 'en'] as const)('%s', (language) => {
  const contexts = new Map<string, BrowserContext>();
  beforeAll(async () => {
    for (const who of ['anna', 'sara', 'adam']) contexts.set(who, await browsing({ desk, browser }, who, language));
  });
  afterAll(() => Promise.all([...contexts.values()].map((context) => context.close())));

  test.each(Object.entries(PAGES))(
    '%s: accessible, no sideways scroll, nothing that the policy refuses',
    async (name, { path, who = 'anna', before }) => {
      const page = await (contexts.get(who) as BrowserContext).newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${desk.base}${path()}`);
      await before?.(page);
      await inspect(page, `desk-${name}-${language}`);
      expect(complaints.filter((text) => !/\b(?:404|422)\b/.test(text))).toEqual([]);
      await page.close();
    },
  );

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
  const context = await browsing({ desk, browser }, 'anna');
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

test('on a phone the bar has the places for cases, and the menu of an account the house, the language and the theme', async () => {
  const context = await browsing({ desk, browser }, 'adam');
  const page = await context.newPage();
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto(`${desk.base}/desk/people`);
  const seen = (where: string) => page.locator(where).filter({ visible: true });
  const bar = await seen('.nav a').allTextContents();
  expect(bar.length).toBeLessThanOrEqual(6);
  await page.context().addCookies([{ name: 'redress-look', value: 'en.', url: desk.base }]);
  await page.reload();
  for (const language of ['en', 'zh-CN']) {
    await page.waitForSelector(`html[lang=${language}]`);
    const isCut =
      '[...document.querySelectorAll(".nav a span")].filter((one) => one.scrollWidth > one.clientWidth).length';
    expect(await page.evaluate(isCut)).toBe(0);
    await page.context().addCookies([{ name: 'redress-look', value: 'zh-CN.', url: desk.base }]);
    await page.reload();
  }
  await page.click('summary.me');
  const menu = seen('.top .menu-box :is(a, button)');
  const named = await menu.allTextContents();
  expect(named).toEqual(expect.arrayContaining(['English', '换成深色', '员工账号', '渠道']));
  expect(named.filter((name) => bar.includes(name))).toEqual([]);
  for (const one of await menu.all()) expect((await one.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  expect(await seen('.menu-box [aria-current]').textContent()).toBe('员工账号');
  await inspect(page, 'desk-menu');
  await menu.getByText('English').click();
  await page.waitForSelector('html[lang=en]');
  await context.close();
});

test('what is typed into a form is kept by itself, also when the page is left at once, and not once it was sent', async () => {
  const context = await browsing({ desk, browser }, 'anna');
  const page = await context.newPage();
  const form = `${desk.base}/desk/cases/${own}?do=propose`;
  await page.goto(form);
  await page.fill('#propose-solution', '重开一张，寄到家里');
  await page.waitForSelector('[data-kept]:not([hidden])');
  expect(await page.textContent('[data-kept]')).toBe('草稿已存');
  await page.fill('#propose-solution', '重开一张，用快递寄到家里');
  await page.goto(`${desk.base}/desk/cases/${own}?do=note`);
  const text = '客户下周出差';
  await page.fill('#note-text', text);
  await page.click('#dock button[type=submit]');
  await page.waitForURL(/done=note/);
  await page.goto(form);
  expect(await page.inputValue('#propose-solution')).toBe('重开一张，用快递寄到家里');
  await inspect(page, 'desk-case-draft');
  await page.click('.begun button');
  await page.waitForURL(form);
  expect(await page.inputValue('#propose-solution')).toBe('');
  await page.goto(`${desk.base}/desk/cases/${own}?do=note`);
  expect(await page.inputValue('#note-text')).toBe('');
  await context.close();
});
