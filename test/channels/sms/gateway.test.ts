import { createHmac } from 'node:crypto';
import { smsRequest, smsVerdict, type SmsMessage } from '../../../src/channels/sms/gateway';
import { loadSmsTemplates, segmentsOf, smsWords } from '../../../src/channels/sms/words';
import { smsNumber } from '../../../src/contact';
import type { Outgoing } from '../../../src/outgoing';
import { smsGateway, type SmsGateway } from '../../../src/sms-gateway';
import { TEMPLATES, templatesIn, type Context } from '../../../src/render/engine';

const AT = Date.parse('2026-11-22T04:00:00.000Z');
const MESSAGE: SmsMessage = {
  key: 'k'.repeat(32),
  to: { e164: '+8613800005621', national: '13800005621' },
  text: '【青禾】您的投诉"C"已办结',
  signature: '青禾',
};
function gateway(given: object): SmsGateway {
  const read = smsGateway({ url: 'https://sms.example/send', body: { text: '{{text}}' }, ...given });
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  return read.gateway;
}
const faults = (given: unknown): string[] => {
  const read = smsGateway(given);
  return 'faults' in read ? read.faults : [];
};
const answered = (status: number, body: unknown): Outgoing => ({
  kind: 'answered',
  status,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

test('what is wrong with the file is named by its place, and no value is repeated', () => {
  expect(faults({ url: 'sms', body: { a: ['{{phone}}'] }, numbers: 'plus', key: 'S3CRET' })).toEqual([
    'url: must be a URL',
    expect.stringContaining('body.a'),
    expect.stringContaining('numbers'),
    expect.not.stringContaining('S3CRET'),
  ]);
  expect(faults({ url: 'https://a.example', body: { t: '{{template}}' } })).toEqual([
    'templates: is empty, but {{template}} is sent',
  ]);
  expect(faults({ url: 'https://a.example', quiet: { from: '08:00', to: '08:00' } })).toEqual([
    'quiet: must begin and end at different times; false: none',
  ]);
  expect(gateway({}).quiet).toEqual({ from: '21:00', to: '08:00' });
});

test('a placeholder is filled as the body needs it: quoted, as JSON text, as an object, as a list', () => {
  const message = { ...MESSAGE, template: { id: 'SMS_1', params: { no: 'C1', url: 'https://x/?a=1&b' } } };
  const templates = { receipt: { 'zh-CN': { id: 'SMS_1' } } };
  const body = {
    to: '{{to}}',
    text: '{{text}}',
    TemplateCode: '{{template}}',
    TemplateParam: '{{params}}',
    named: '{{paramObject}}',
    list: '{{paramList}}',
    PhoneNumberSet: ['{{to}}'],
    id: 'r-{{id}}',
    n: 3,
  };
  const call = smsRequest(gateway({ body, templates, numbers: 'digits' }), message, 'S', AT);
  expect(JSON.parse(call.body as string)).toEqual({
    to: '8613800005621',
    text: '【青禾】您的投诉"C"已办结',
    TemplateCode: 'SMS_1',
    TemplateParam: '{"no":"C1","url":"https://x/?a=1&b"}',
    named: { no: 'C1', url: 'https://x/?a=1&b' },
    list: ['C1', 'https://x/?a=1&b'],
    PhoneNumberSet: ['8613800005621'],
    id: `r-${'k'.repeat(32)}`,
    n: 3,
  });
});

test('a form, an address and headers are filled without a value becoming part of anything else', () => {
  const call = smsRequest(
    gateway({
      url: 'https://sms.example/send/{{to}}?s={{signature}}',
      form: true,
      body: { mobile: '{{to}}', content: '{{text}}' },
      headers: { Authorization: 'Bearer {{secret}}', 'X-Time': '{{timestamp}}' },
      numbers: 'national',
      sign: { header: 'X-Sign', over: '{{timestamp}}.{{body}}', encoding: 'base64', prefix: 'v1=' },
    }),
    { ...MESSAGE, signature: 'a&b=c/../d', text: 'a&b=c' },
    'KEY\r\nX-Other: 1',
    AT,
  );
  expect(call.url).toBe('https://sms.example/send/13800005621?s=a%26b%3Dc%2F..%2Fd');
  expect(call.body).toBe('mobile=13800005621&content=a%26b%3Dc');
  expect(call.headers).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    Authorization: 'Bearer KEYX-Other: 1',
    'X-Time': String(AT / 1000),
    'X-Sign': `v1=${createHmac('sha256', 'KEY\r\nX-Other: 1')
      .update(`${AT / 1000}.${call.body as string}`)
      .digest('base64')}`,
  });
});

describe('what an answer means', () => {
  const described = gateway({
    answer: {
      success: { at: '/code', is: ['OK', 0] },
      id: '/data/0/id',
      code: '/code',
      never: ['MOBILE_ILLEGAL'],
      ours: ['AMOUNT_NOT_ENOUGH'],
    },
  });
  test.each<[string, Outgoing, object]>([
    ['yes', answered(200, { code: '0', data: [{ id: 17 }] }), { kind: 'taken', gatewayId: '17' }],
    ['yes, without an id', answered(200, { code: 'OK' }), { kind: 'taken' }],
    ['no for this number', answered(200, { code: 'MOBILE_ILLEGAL' }), { kind: 'never', code: 'sms_MOBILE_ILLEGAL' }],
    [
      'no money',
      answered(200, { code: 'AMOUNT_NOT_ENOUGH' }),
      { kind: 'later', code: 'sms_AMOUNT_NOT_ENOUGH', ours: true },
    ],
    ['another code', answered(200, { code: 'LIMIT' }), { kind: 'later', code: 'sms_LIMIT' }],
    ['a code with the number in it', answered(200, { code: 'bad 13800005621' }), { kind: 'later', code: 'sms_other' }],
    ['a page in place of an answer', answered(200, '<html>'), { kind: 'unknown', code: 'no_result' }],
    ['a wrong key', answered(401, {}), { kind: 'later', code: 'http_401', ours: true }],
    ['not understood', answered(400, { code: 'TEXT_TOO_LONG' }), { kind: 'never', code: 'sms_TEXT_TOO_LONG' }],
    ['busy', answered(503, ''), { kind: 'later', code: 'http_503' }],
    ['a proxy that lost its answer', answered(504, ''), { kind: 'unknown', code: 'http_504' }],
    ['no answer', { kind: 'failed', code: 'TIMEOUT' }, { kind: 'unknown', code: 'TIMEOUT' }],
    ['nobody there', { kind: 'failed', code: 'ECONNREFUSED' }, { kind: 'later', code: 'ECONNREFUSED' }],
    ['not allowed', { kind: 'refused', code: 'address' }, { kind: 'later', code: 'address', ours: true }],
  ])('%s', (_name, outgoing, verdict) => {
    expect(smsVerdict(described, outgoing)).toEqual(verdict);
  });

  test('without a description a 2xx is a yes', () => {
    expect(smsVerdict(gateway({}), answered(204, ''))).toEqual({ kind: 'taken' });
  });
});

test('text messages go to mobiles alone', () => {
  const numbers = [
    '13800005621',
    '+8613800005621',
    '+44 7911 123456',
    '010-88886666',
    '12315',
    '13800005621,801',
    undefined,
  ];
  expect(numbers.map((number) => smsNumber(number)?.e164)).toEqual([
    '+8613800005621',
    '+8613800005621',
    '+447911123456',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(smsNumber('+86 138 0000 5621')?.national).toBe('13800005621');
  expect(smsNumber('+447911123456')?.national).toBe('+447911123456');
});

describe('words', () => {
  const templates = loadSmsTemplates();
  const host = 'https://ts.qinghe-dq.example';
  const context: Context = {
    caseNo: 'C261122-AAAAAA',
    progressUrl: `${host}/p/C261122-AAAAAA?code=${'7'.repeat(26)}`,
    proposalUrl: `${host}/a/${'x'.repeat(43)}`,
    surveyUrl: `${host}/s/${'x'.repeat(43)}`,
    danger: false,
    ...Object.fromEntries(
      ['answerBy', 'resolveBy', 'newDue', 'until', 'reopenUntil'].map((name) => [name, '11月22日 星期日 16:23']),
    ),
    what: '解决',
    outcome: '成立',
    resumed: false,
    silent: false,
  };
  const inEnglish = {
    ...Object.fromEntries(
      ['answerBy', 'resolveBy', 'newDue', 'until', 'reopenUntil'].map((name) => [
        name,
        'Sunday, 22 November 2026, 16:23',
      ]),
    ),
    what: 'solution',
  };
  const names = [...templatesIn(`${TEMPLATES}/sms/zh-CN`).keys()];

  test('there is a text for each letter to a customer, in both languages', () => {
    const letters = ['closed/done', 'closed/withdrawn', 'extension', 'letter', 'progress/again', 'progress/assign'];
    letters.push('progress/merged', 'progress/resolve', 'receipt', 'response', 'result', 'solution/informed');
    letters.push('solution/offer', 'solutionReminder', 'survey', 'surveyReminder');
    expect(names.toSorted()).toEqual(letters);
    expect([...templatesIn(`${TEMPLATES}/sms/en`).keys()].toSorted()).toEqual(letters);
  });

  test.each(names)('%s is paid as two messages at most', (template) => {
    for (const language of ['zh-CN', 'en'] as const) {
      const said: Context = language === 'en' ? { ...context, ...inEnglish } : context;
      const words = smsWords(gateway({}), templates, {
        template,
        context: said,
        language,
        org: language === 'en' ? 'Qinghe' : '青禾电器',
      });
      expect(words?.text).toMatch(language === 'en' ? /^Qinghe: .*https:/ : /^【青禾电器】.*https:/);
      expect(segmentsOf(words?.text ?? '')).toBeLessThanOrEqual(2);
    }
  });

  test('a gateway that sends approved templates alone gets their id and parameters, and nothing where none is approved', () => {
    const approving = gateway({
      body: { code: '{{template}}', params: '{{params}}' },
      signature: '',
      templates: { solution: { 'zh-CN': { id: 'SMS_9', params: { no: 'caseNo', path: 'linkPath' } } } },
    });
    const told = { template: 'solution/offer', context, language: 'zh-CN' as const, org: '青禾' };
    expect(smsWords(approving, templates, told)).toMatchObject({
      text: expect.stringMatching(/^投诉/),
      template: { id: 'SMS_9', params: { no: 'C261122-AAAAAA', path: `a/${'x'.repeat(43)}` } },
    });
    expect(smsWords(approving, templates, { ...told, language: 'en' })).toBeUndefined();
    expect(smsWords(approving, templates, { ...told, template: 'receipt' })).toBeUndefined();
  });
});
