import { WechatPayServer } from '../../support/platforms/wechatpay';
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
    { publicKey: server.account.publicKey.replace(/[A-Za-z]{20}/, 'A') },
    ['publicKey'],
  ],
  ['a short API key', { apiKey: 'short' }, ['apiKey']],
  ['an address inside', { url: 'https://10.0.0.1' }, ['url']],
])('%s is told at its field', async (_what, change, paths) => {
  const { status, body } = await post('', { name: '旗舰店', ...server.account, merchantId: '1900000999', ...change });
  expect([status, faultsOf(body)]).toEqual([422, paths]);
});
