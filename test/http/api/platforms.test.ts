import { AlipayServer } from '../../support/platforms/alipay';
import { WechatPayServer } from '../../support/platforms/wechatpay';
import { WeixinServer } from '../../support/platforms/weixin';
import { createHarness, type Harness } from '../support/harness';

let harness: Harness;
const server = new WechatPayServer(Date.now);
beforeAll(async () => {
  await server.open();
  harness = await createHarness({ OUTGOING_ALLOWED: ['127.0.0.0/8'] });
});
afterAll(async () => {
  await harness.close();
  await server.close();
});

type Body = Record<string, unknown>;
const post = (path: string, body?: object, as = 'adam') => harness.call('POST', `/api/platforms${path}`, { as, body });
const get = (path: string, as = 'adam') => harness.call('GET', `/api/platforms${path}`, { as });
const patch = (id: string, body: object) => harness.call('PATCH', `/api/platforms/${id}`, { as: 'adam', body });
const faultsOf = (body: Body) => (body.errors as { path: string }[]).map(({ path }) => path);

test('an admin connects, changes and switches off an account; its keys never come out', async () => {
  const { url, ...account } = server.account;
  const made = await post('', { name: '旗舰店', ...account });
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({
      url: 'https://api.mch.weixin.qq.com',
      status: 'working',
      open: 0,
      noticeUrl: `https://redress.example/hooks/platforms/${String(made.body.id)}`,
    }),
  ]);
  const id = String(made.body.id);
  const again = await post('', { name: '另一个', ...server.account });
  expect([again.status, again.body.code]).toEqual([409, 'merchant_connected']);
  expect((await patch(id, { enabled: false })).body).toMatchObject({ status: 'off' });
  const on = await patch(id, { enabled: true, url, apiKey: 'k'.repeat(32), name: 'Q' });
  expect(on.body).toMatchObject({ status: 'working', url, name: 'Q' });
  expect((await patch(id, {})).body).toEqual(on.body);
  const { rows } = await harness.database.pool.query('select * from platform_accounts');
  const seen = [made.text, on.text, (await get('')).text, JSON.stringify(rows), harness.logged.join('')].join('');
  for (const secret of ['PRIVATE KEY', server.apiKey, 'k'.repeat(32)]) expect(seen).not.toContain(secret);
  for (const as of ['anna', 'mona']) expect((await get('', as)).status).toBe(403);
});

test.each<[string, object, string[]]>([
  ['a merchant id of letters', { merchantId: 'house' }, ['merchantId']],
  ['no serial number', { serial: undefined }, ['serial']],
  ['a private key that is none', { privateKey: 'key' }, ['privateKey']],
  ['a public key in place of the private one', { privateKey: server.account.publicKey }, ['privateKey']],
  [
    'a public key that cannot be read',
    { publicKey: server.account.publicKey.split('\n').toSpliced(1, 1).join('\n') },
    ['publicKey'],
  ],
  ['a short API key', { apiKey: 'short' }, ['apiKey']],
  ['an address inside', { url: 'https://10.0.0.1' }, ['url']],
])('%s is told at its field', async (_what, change, paths) => {
  const { status, body } = await post('', { name: '旗舰店', ...server.account, merchantId: '1900000999', ...change });
  expect([status, faultsOf(body)]).toEqual([422, paths]);
});

const KINDS = {
  alipay: new AlipayServer(Date.now, 'alipay').account,
  alipayTrade: new AlipayServer(Date.now, 'alipayTrade').account,
  miniprogram: new WeixinServer(Date.now, 'miniprogram').account,
  wechatStore: new WeixinServer(Date.now, 'wechatStore').account,
};

test.each(Object.entries(KINDS))(
  '%s needs its own keys, none of which comes out, and hears of complaints or not',
  async (kind, account) => {
    const { url: _url, ...given } = account;
    const { status, body, text } = await post('', { name: kind, ...given });
    expect([status, body.kind, 'noticeUrl' in body]).toEqual([201, kind, kind !== 'alipay']);
    const { rows } = await harness.database.pool.query('select * from platform_accounts');
    const seen = text + JSON.stringify(rows);
    const { merchantId: _id, kind: _kind, ...keys } = given;
    for (const [name, secret] of Object.entries(keys)) if (name !== 'publicKey') expect(seen).not.toContain(secret);
  },
);

test.each<[string, object, string[]]>([
  ['Alipay without a key', { ...KINDS.alipay, privateKey: undefined }, ['privateKey']],
  ['a key of Alipay that is none', { ...KINDS.alipay, publicKey: 'A'.repeat(300) }, ['publicKey']],
  ['an AppSecret for Alipay', { ...KINDS.alipay, secret: 's'.repeat(32) }, ['secret']],
  [
    'a mini-program without its push',
    { ...KINDS.miniprogram, token: undefined, aesKey: undefined },
    ['token', 'aesKey'],
  ],
  ['a short AppSecret', { ...KINDS.wechatStore, secret: 'short' }, ['secret']],
  ['a merchant id in place of an AppID', { ...KINDS.wechatStore, merchantId: '1900000109' }, ['merchantId']],
])('%s is told at its field', async (_what, account, paths) => {
  const { status, body } = await post('', { name: '另一个', ...account, url: undefined });
  expect([status, faultsOf(body)]).toEqual([422, paths]);
});
