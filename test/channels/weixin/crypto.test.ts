import { decrypt, isSigned, signatureOf } from '../../../src/channels/weixin/crypto';
import { isFresh } from '../../../src/channels/signed-moment';
import { heardIn, readFields, saidIn } from '../../../src/channels/wechat/message';
import { ACCOUNT, encrypted, messageXml } from '../../support/wechat';

/** What the platform posts, against the sample of its documentation, and the oddities of what people send. */

test('the sample of the documentation: its signature is ours, and its message is read', () => {
  // 企业微信 加解密方案说明, 验证URL: Token, EncodingAESKey, CorpID and echostr as printed there.
  const sample = {
    token: 'QDG6eK',
    aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiver: 'wx5823bf96d3bd56c7',
    timestamp: '1409659589',
    nonce: '263014780',
    encrypt: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
  };
  const { token, timestamp, nonce, encrypt, aesKey, receiver } = sample;
  expect(signatureOf(token, timestamp, nonce, encrypt)).toBe('5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3');
  expect(decrypt(encrypt, aesKey, receiver)?.toString()).toBe('1616140317555161061');
});

test('what is for another account, of another key, cut off or no base64 is not read', () => {
  const encrypt = encrypted('<xml/>');
  expect(decrypt(encrypt, ACCOUNT.aesKey, ACCOUNT.appId)?.toString()).toBe('<xml/>');
  expect(decrypt(encrypt, ACCOUNT.aesKey, 'wxffffffffffffffff')).toBeUndefined();
  expect(decrypt(encrypt, ACCOUNT.aesKey.replace('a', 'b'), ACCOUNT.appId)).toBeUndefined();
  for (const wrong of ['', '?', encrypt.slice(0, 20), 'AAAA']) {
    expect(decrypt(wrong, ACCOUNT.aesKey, ACCOUNT.appId)).toBeUndefined();
  }
});

test('a signature is right in whole alone, whatever its length', () => {
  const right = signatureOf('a', 'b');
  expect([right, right.slice(1), `${right}0`, '', '签'].map((one) => isSigned(one, 'b', 'a'))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('a time is of now for five minutes in either direction', () => {
  const now = 1_700_000_000_000;
  expect(
    ['1700000000', '1699999700', '1700000300', '1699999699', '1700000301', '', 'NaN', '1e9'].map((one) =>
      isFresh(one, now),
    ),
  ).toEqual([true, true, true, false, false, false, false, false]);
});

test('64 bits stay 64 bits, and documents with a type of their own are refused', () => {
  const fields = readFields(
    messageXml({ MsgType: 'text', Content: '<b>&amp;', CreateTime: 1_348_831_860, MsgId: '9223372036854775807' }),
  );
  expect(fields).toMatchObject({ Content: '<b>&amp;', MsgId: '9223372036854775807' });
  expect(heardIn(fields ?? {})?.once).toBe('message/9223372036854775807');
  expect(readFields('<!DOCTYPE x [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>')).toBeUndefined();
  expect([readFields(''), readFields('{}'), readFields('<xml><a></xml>')]).toEqual([undefined, undefined, undefined]);
});

test('a key that is too narrow loses messages: users, events and seconds are told apart', () => {
  const of = (change: Record<string, string | number>) =>
    heardIn(
      readFields(
        messageXml({ CreateTime: 1_700_000_000, MsgType: 'event', Event: 'CLICK', EventKey: 'a', ...change }),
      ) ?? {},
    );
  const keys = [
    of({}),
    of({ Event: 'VIEW' }),
    of({ EventKey: 'b' }),
    of({ CreateTime: 1_700_000_001 }),
    of({ MsgId: '1' }),
  ];
  expect(new Set(keys.map((one) => one?.once)).size).toBe(keys.length);
});

test('what people send becomes words, with a file where there is one', () => {
  const said = (fields: Record<string, string>) => saidIn(fields);
  expect(said({ MsgType: 'text', Content: ' ' })).toEqual({ isAside: false, text: '[空白]' });
  expect(said({ MsgType: 'image', MediaId: 'm1' })).toEqual({
    isAside: false,
    text: '[图片]',
    media: { id: 'm1', name: '微信图片' },
  });
  expect(said({ MsgType: 'voice', MediaId: 'm2', Recognition: '盒子脏了' })).toMatchObject({ text: '[语音] 盒子脏了' });
  expect(said({ MsgType: 'location', Label: '解放路', Location_X: '23.1', Location_Y: '113.3' })).toMatchObject({
    text: '[位置] 解放路 (23.1, 113.3)',
  });
  expect(said({ MsgType: 'link', Title: '说明', Description: '', Url: 'https://a.example' })).toMatchObject({
    text: '[链接] 说明 https://a.example',
  });
  expect(said({ MsgType: 'hologram' })).toEqual({ isAside: false, text: '[hologram]' });
  expect(said({ MsgType: 'event', Event: 'subscribe' })).toEqual({ isAside: true });
});
