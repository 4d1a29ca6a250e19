import { createHmac } from 'node:crypto';
import { ADAPTERS } from '../../../src/channels/rooms/adapters';
import { verdictOf, type RoomMessage } from '../../../src/channels/rooms/adapter';
import { ROOM_KIND_NAMES, type RoomKind } from '../../../src/domain/case/rooms';

/** Each platform is spoken with as it describes it, and its answers mean what it says. */
const NOW = Date.parse('2026-11-22T08:00:00.000Z');
const CASE_URL = 'https://redress.example/desk/cases/C261122-AAAAAA';
const ONE: RoomMessage = {
  title: '承诺已超时：解决',
  isLoud: true,
  facts: [{ name: '单号', value: 'C261122-AAAAAA' }],
  lines: [],
  button: { words: '打开案件', url: CASE_URL },
  called: [],
  from: '投诉闭环',
};
const SEVERAL: RoomMessage = {
  ...ONE,
  facts: [],
  lines: [
    { text: 'C261122-AAAAAA · 一般 · 快到期', url: CASE_URL },
    { text: 'C261122-BBBBBB · 重大 · 升级', url: `${CASE_URL}2` },
  ],
  more: '另有 3 件，请到工作台查看',
};
const address = (secret?: string) => ({ url: 'https://robot.example/send?key=k', secret });
const body = (kind: RoomKind, message: RoomMessage) =>
  JSON.stringify(ADAPTERS[kind].request(message, address(), NOW).body);

test.each(ROOM_KIND_NAMES)('%s: one case and several, each with an address to open', (kind) => {
  const one = body(kind, ONE);
  for (const part of ['承诺已超时：解决', 'C261122-AAAAAA', '打开案件', CASE_URL, '投诉闭环'])
    expect(one).toContain(part);
  const several = body(kind, SEVERAL);
  for (const part of ['快到期', '升级', '另有 3 件', `${CASE_URL}2`]) expect(several).toContain(part);
});

test.each<[RoomKind, string, string]>([
  ['wecom', 'lina', '<@lina>'],
  ['dingtalk', '13800001111', '"atMobiles":["13800001111"]'],
  ['dingtalk', 'manager7', '"atUserIds":["manager7"]'],
  ['feishu', 'ou_abc', '<at id=ou_abc></at>'],
  ['slack', 'U012AB3CD', '<@U012AB3CD>'],
  ['teams', 'lina@house.example', '"mentioned":{"id":"lina@house.example","name":"李娜"}'],
])('%s calls %s', (kind, chatId, said) => {
  const called = [{ chatId, name: '李娜' }];
  expect(body(kind, { ...ONE, called })).toContain(said);
  expect(body(kind, { ...ONE, called })).toContain(CASE_URL);
});

test('DingTalk is signed in the address, Feishu in the body, others not at all', () => {
  const secret = 'SEC-of-the-robot';
  const ding = new URL(ADAPTERS.dingtalk.request(ONE, address(secret), NOW).url);
  expect(ding.searchParams.get('key')).toBe('k');
  expect(ding.searchParams.get('timestamp')).toBe(String(NOW));
  expect(ding.searchParams.get('sign')).toBe(createHmac('sha256', secret).update(`${NOW}\n${secret}`).digest('base64'));
  const seconds = String(NOW / 1_000);
  expect(ADAPTERS.feishu.request(ONE, address(secret), NOW).body).toMatchObject({
    timestamp: seconds,
    sign: createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64'),
  });
  for (const kind of ['wecom', 'slack', 'teams'] as const) {
    const sent = ADAPTERS[kind].request(ONE, address(secret), NOW);
    expect(JSON.stringify(sent)).not.toContain(secret);
    expect(sent.url).toBe(address().url);
  }
});

const answered = (kind: RoomKind, status: number, text: string | object, retryAfterMs?: number) =>
  verdictOf(
    {
      kind: 'answered',
      status,
      body: Buffer.from(typeof text === 'string' ? text : JSON.stringify(text)),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
    ADAPTERS[kind],
  );

test.each<[RoomKind, number, string | object, string, string | null]>([
  ['wecom', 200, { errcode: 0, errmsg: 'ok' }, 'taken', null],
  ['wecom', 200, { errcode: 45009, errmsg: 'api freq out of limit' }, 'later', 'wecom_45009'],
  ['wecom', 200, { errcode: 93000, errmsg: 'invalid webhook url, hint: [1]' }, 'refused', 'wecom_93000'],
  ['wecom', 200, { errcode: 93000, errmsg: 'Invalid input : content exceed max length' }, 'unfit', 'wecom_93000'],
  ['wecom', 200, '<html>', 'unknown', 'no_result'],
  ['wecom', 502, '<html>', 'later', 'http_502'],
  ['dingtalk', 200, { errcode: 0, errmsg: 'ok' }, 'taken', null],
  ['dingtalk', 200, { errcode: 130101, errmsg: 'send too fast' }, 'later', 'dingtalk_130101'],
  ['dingtalk', 200, { errcode: 310000, errmsg: 'sign not match' }, 'refused', 'dingtalk_310000'],
  ['dingtalk', 200, { errcode: 310000, errmsg: 'invalid timestamp' }, 'later', 'dingtalk_310000'],
  ['dingtalk', 200, { errcode: 300001, errmsg: 'token is not exist' }, 'refused', 'dingtalk_300001'],
  ['dingtalk', 200, { errcode: 40035, errmsg: 'no' }, 'unfit', 'dingtalk_40035'],
  ['feishu', 200, { code: 0, msg: 'success' }, 'taken', null],
  ['feishu', 200, { StatusCode: 0, StatusMessage: 'success' }, 'taken', null],
  ['feishu', 200, { code: 11232, msg: 'limited' }, 'later', 'feishu_11232'],
  ['feishu', 200, { code: 19021, msg: 'sign match fail' }, 'refused', 'feishu_19021'],
  ['feishu', 200, { code: 9499, msg: 'Bad Request' }, 'unfit', 'feishu_9499'],
  ['feishu', 200, { code: 9499, msg: 'too many request' }, 'later', 'feishu_9499'],
  ['slack', 200, 'ok', 'taken', null],
  ['slack', 200, '<html>', 'unknown', 'no_result'],
  ['slack', 400, 'invalid_payload', 'unfit', 'slack_invalid_payload'],
  ['slack', 403, 'invalid_token', 'refused', 'slack_invalid_token'],
  ['slack', 404, 'no_service', 'refused', 'slack_no_service'],
  ['slack', 410, 'channel_is_archived', 'refused', 'slack_channel_is_archived'],
  ['slack', 429, 'rate_limited', 'later', 'slack_rate_limited'],
  ['slack', 500, 'rollup_error', 'later', 'http_500'],
  ['teams', 202, '', 'taken', null],
  ['teams', 200, '1', 'taken', null],
  [
    'teams',
    200,
    'Webhook message delivery failed: Microsoft Teams endpoint returned HTTP error 429',
    'later',
    'teams_429',
  ],
  ['teams', 200, 'Microsoft Teams endpoint returned HTTP error 413', 'unfit', 'teams_413'],
  ['teams', 400, { error: { code: 'WorkflowTriggerIsNotEnabled' } }, 'refused', 'teams_off'],
  ['teams', 401, '', 'refused', 'http_401'],
])('%s: %i %j is %s', (kind, status, text, verdict, code) => {
  const meant = answered(kind, status, text);
  expect([meant.kind, 'code' in meant ? meant.code : null]).toEqual([verdict, code]);
});

test('whoever is told to wait waits as long; what an answer says otherwise is never repeated', () => {
  expect(answered('slack', 429, 'rate_limited', 30_000)).toEqual({
    kind: 'later',
    code: 'slack_rate_limited',
    afterMs: 30_000,
  });
  expect(answered('dingtalk', 200, { errcode: 130101 })).toMatchObject({ afterMs: 600_000 });
  expect(answered('slack', 403, 'the address https://hooks.example/secret is wrong')).toEqual({
    kind: 'refused',
    code: 'http_403',
  });
  expect(verdictOf({ kind: 'failed', code: 'TIMEOUT' }, ADAPTERS.wecom)).toEqual({ kind: 'unknown', code: 'TIMEOUT' });
  expect(verdictOf({ kind: 'failed', code: 'ECONNREFUSED' }, ADAPTERS.wecom)).toMatchObject({ kind: 'later' });
  expect(verdictOf({ kind: 'refused', code: 'redirect' }, ADAPTERS.wecom)).toMatchObject({ kind: 'refused' });
});
