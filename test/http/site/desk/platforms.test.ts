import { randomUUID } from 'node:crypto';
import type { PlatformActName, PlatformKind } from '../../../../src/domain/case/platforms';
import { AlipayServer } from '../../../support/platforms/alipay';
import { WechatPayServer } from '../../../support/platforms/wechatpay';
import { WeixinServer } from '../../../support/platforms/weixin';
import { assigned } from '../../support/harness';
import { createDesk, type Desk, type Visitor } from './support';

let desk: Desk;
let admin: Visitor;
let anna: Visitor;
beforeAll(async () => {
  desk = await createDesk();
  admin = await desk.signedIn('adam');
  anna = await desk.signedIn('anna');
});
afterAll(() => desk.close());

const HERE = '/desk/platforms';
/** What an admin types, by kind; where its API lies is left empty. */
const FORMS: Record<PlatformKind, Record<string, string>> = {
  wechatpay: new WechatPayServer(Date.now).account,
  alipay: new AlipayServer(Date.now, 'alipay').account,
  alipayTrade: new AlipayServer(Date.now, 'alipayTrade').account,
  miniprogram: new WeixinServer(Date.now, 'miniprogram').account,
  wechatStore: new WeixinServer(Date.now, 'wechatStore').account,
};
async function connect(kind: PlatformKind, fields: Record<string, string> = {}) {
  await admin.get(`${HERE}?kind=${kind}`);
  const made = await admin.post(HERE, { ...FORMS[kind], url: '', language: 'zh-CN', name: '旗舰店', ...fields });
  const at = made.location?.replace(/\?.*/, '') ?? '';
  return { made, at, id: at.slice(HERE.length + 1) };
}
const fieldsIn = (html: string): string[] =>
  [...html.matchAll(/<(?:input|textarea)[^>]* id="(\w+)"/g)].map(([, name = '']) => name);

test.each<[PlatformKind, string[]]>([
  ['wechatpay', ['name', 'merchantId', 'serial', 'privateKey', 'publicKeyId', 'publicKey', 'apiKey', 'url']],
  ['alipay', ['name', 'merchantId', 'privateKey', 'publicKey', 'url']],
  ['alipayTrade', ['name', 'merchantId', 'privateKey', 'publicKey', 'url']],
  ['miniprogram', ['name', 'merchantId', 'secret', 'token', 'aesKey', 'url']],
  ['wechatStore', ['name', 'merchantId', 'secret', 'token', 'aesKey', 'url']],
])(
  'the form of %s asks for what it needs; what is wrong is told at its field, and no secret comes back',
  async (kind, names) => {
    const page = (await admin.get(`${HERE}?kind=${kind}`)).html;
    expect(fieldsIn(page)).toEqual(names);
    const secret = names.find((name) => ['privateKey', 'secret'].includes(name)) ?? '';
    const wrong = await connect(kind, { merchantId: 'house', [secret]: 'not-a-key' });
    expect(wrong.made.status).toBe(422);
    for (const name of ['merchantId', secret]) expect(wrong.made.html).toContain(`id="${name}-e"`);
    expect(fieldsIn(wrong.made.html)).toEqual(names);
    expect(wrong.made.html).toContain('value="house"');
    expect(wrong.made.html).not.toContain('not-a-key');

    const { made, at, id } = await connect(kind);
    expect([made.status, made.location]).toEqual([303, `${at}?done=made`]);
    const own = (await admin.get(`${at}?done=made`)).html;
    expect(own.includes(`/hooks/platforms/${id}`)).toBe(kind !== 'alipay');
    expect(own.includes('没有投诉列表')).toBe(kind === 'miniprogram' || kind === 'wechatStore');
    // Whose merchant it is stays.
    expect(fieldsIn(own)).toEqual(names.filter((name) => name !== 'merchantId'));
    for (const name of ['privateKey', 'apiKey', 'secret', 'token', 'aesKey']) {
      const value = FORMS[kind][name];
      if (value !== undefined) expect(own).not.toContain(value.slice(0, 60));
    }
    await admin.get(at);
    const changed = await admin.post(at, {
      name: '另一家店',
      url: '',
      language: 'en',
      [secret]: FORMS[kind][secret] ?? '',
    });
    expect(changed.location).toBe(`${at}?done=saved`);
    await admin.get(at);
    expect((await admin.post(`${at}/test`, {})).location).toBe(`${at}?done=tested`);
    await admin.get(at);
    expect((await admin.post(`${at}/switch`, { to: 'off' })).location).toBe(`${at}?done=off`);
    const [row] = (await desk.harness.stores.platforms.list()).filter((one) => one.id === id);
    expect(row).toMatchObject({ name: '另一家店', language: 'en', enabled: false, kind });
  },
);

/** A case of anna's that came by a platform, where this may be decided now. */
async function complained(kind: PlatformKind, acts: PlatformActName[]): Promise<string> {
  const { platforms } = desk.harness.stores;
  const { caseNo } = await desk.harness.open();
  await assigned(desk.harness, caseNo);
  const accountId = randomUUID();
  const none = { serial: null, publicKeyId: null, publicKey: null, privateKey: null, apiKey: null };
  const push = { secret: null, token: null, aesKey: null };
  const settings = { name: '店', kind, url: 'https://example.com', language: 'zh-CN', createdBy: 'adam' } as const;
  await platforms.create({ id: accountId, merchantId: accountId, ...settings, ...none, ...push });
  await platforms.found(accountId, [{ complaintId: '11897048', listed: '-' }]);
  const [row] = await platforms.due(accountId, 1);
  const id = row?.id ?? '';
  await platforms.filed(id, caseNo);
  await platforms.looked(id, { phase: 'waiting', status: '1', acts, since: new Date().toISOString(), dueAt: null });
  return caseNo;
}

test.each<[PlatformKind, PlatformActName[], Record<string, string>, string]>([
  [
    'alipay',
    ['complete'],
    { act: 'complete', result: 'REFUND', reason: '已退' },
    '标记处理完成（已退款，用户无异议）：已退',
  ],
  ['alipayTrade', ['prove'], { act: 'prove', reason: '凭证' }, '提交举证：凭证'],
  ['miniprogram', ['settle', 'refuse'], { act: 'refuse', reason: '盒子不脏' }, '拒绝和解：盒子不脏'],
  ['wechatStore', ['prove'], { act: 'prove', reason: '发货凭证' }, '提交举证：发货凭证'],
])('a case of %s offers %j and nothing else, and passes on what is typed', async (kind, acts, fields, noted) => {
  const caseNo = await complained(kind, acts);
  const at = `/desk/cases/${caseNo}`;
  const { html } = await anna.get(at);
  expect([...html.matchAll(/name="act" value="(\w+)"/g)].map(([, act]) => act)).toEqual(acts);
  const empty = await anna.post(`${at}/platform`, { act: fields.act ?? '' });
  expect([empty.status, empty.html.includes('没有写清楚') || empty.html.includes('reason')]).toEqual([422, true]);
  await anna.get(at);
  expect((await anna.post(`${at}/platform`, { act: 'approveRefund', days: '3' })).status).toBe(409);
  await anna.get(at);
  const done = await anna.post(`${at}/platform`, fields);
  expect([done.status, done.location]).toEqual([303, `${at}#platform`]);
  const after = (await anna.get(at)).html;
  expect(after).toContain(noted);
  expect(after).toContain('正在告诉平台');
});
