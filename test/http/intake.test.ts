import { connect } from 'node:net';
import { Filed, Problem } from '../../src/http/api/schemas';
import { waitUntil } from '../support/processes';
import { complaint, createHarness, PUBLIC_URL, type Harness } from './support/harness';
import { onBusyMachine } from '../support/busy';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const count = async (): Promise<number> =>
  Number((await harness.database.pool.query('select count(*)::int as n from complaints')).rows[0].n);

describe('filing a complaint', () => {
  test('is answered when it is stored, with everything the customer needs', async () => {
    const before = Date.now();
    const answer = await harness.call('POST', '/api/complaints', { body: complaint() });
    expect(answer.status).toBe(201);
    const filed = Filed.parse(answer.body);
    expect(filed.caseNo).toMatch(/^C\d{6}-[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(filed.accessCode).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(filed.statusUrl).toBe(`${PUBLIC_URL}/p/${filed.caseNo}?code=${filed.accessCode}`);
    expect(Date.parse(filed.receivedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(filed.answerBy) - Date.parse(filed.receivedAt)).toBe(15 * 60_000);
    expect(Date.parse(filed.resolveBy) - Date.parse(filed.receivedAt)).toBe(24 * 3_600_000);
    const stored = await harness.stores.complaints.get(filed.caseNo);
    expect(stored).toMatchObject({
      customer: { name: '王小明', phone: '13812345621', email: 'wang@example.com' },
      text: { body: '包装盒有点脏，希望说明一下。' },
      occurredAt: '2025-02-28T16:00:00.000Z',
    });
    expect(stored?.accessCodeHash).not.toContain(filed.accessCode);
  });

  test('promises by the suggested grade: an injury is answered within five minutes', async () => {
    const answer = await harness.call('POST', '/api/complaints', {
      body: complaint({ text: '电热水器漏电，孩子被电伤住院了，我要向媒体曝光！' }),
    });
    const filed = Filed.parse(answer.body);
    expect(Date.parse(filed.answerBy) - Date.parse(filed.receivedAt)).toBe(5 * 60_000);
  });

  test('starts its workflow with ids, grades and times and nothing personal', async () => {
    const { caseNo } = await harness.open();
    const input = harness.engine.started.get(caseNo);
    expect(input?.received).toMatchObject({ channel: 'web', language: 'zh-CN' });
    expect(JSON.stringify(input)).not.toMatch(/王小明|138 ?1234 ?5621|wang@|有点脏/);
    await waitUntil(async () => (await harness.stores.starts.depth()) === 0, 'every accepted complaint is started');
  });

  test('keeps nothing of it in the log', async () => {
    await harness.call('POST', '/api/complaints', {
      body: complaint({ customer: { name: 'Canary Smith', phone: '5550001122' } }),
    });
    await harness.call('POST', '/api/complaints', {
      raw: '{"text": "canary words", broken',
      headers: { 'content-type': 'application/json' },
    });
    expect(harness.logged.join('\n')).not.toMatch(/canary|Smith|5550001122/i);
  });

  test.each([
    ['+86 138-1234-5621', '+8613812345621'],
    ['0086 13812345621', '+8613812345621'],
    ['（010）8888-6666', '01088886666'],
    ['１３８１２３４５６２１', '13812345621'],
    ['+1 (415) 555.2671', '+14155552671'],
  ])('reads the telephone number %s', async (typed, stored) => {
    const { caseNo } = await harness.file({ customer: { name: 'Li', phone: typed } });
    expect((await harness.stores.complaints.get(caseNo))?.customer.phone).toBe(stored);
  });
});

describe('idempotency', () => {
  const key = () => ({ 'idempotency-key': `key-${Math.random()}` });

  test('50 requests at once with one key are one complaint', async () => {
    const headers = key();
    const before = await count();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => harness.call('POST', '/api/complaints', { body: complaint(), headers })),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(49);
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  test('the same key with another body is refused and stores nothing', async () => {
    const headers = key();
    await harness.call('POST', '/api/complaints', { body: complaint(), headers });
    const before = await count();
    const other = await harness.call('POST', '/api/complaints', { body: complaint({ place: '上海' }), headers });
    expect(other.status).toBe(422);
    expect(other.body).toMatchObject({ code: 'idempotency_key_reused', errors: [{ path: 'Idempotency-Key' }] });
    expect(await count()).toBe(before);
  });

  test('the order of the fields does not make another body', async () => {
    const headers = key();
    const body = complaint();
    const reversed = Object.fromEntries(Object.entries(body).reverse());
    const first = await harness.call('POST', '/api/complaints', { body, headers });
    const second = await harness.call('POST', '/api/complaints', { body: reversed, headers });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
  });

  test.each(['with blank', 'x'.repeat(201), 'ümlaut'])('the key %s is refused', async (value) => {
    const answer = await harness.call('POST', '/api/complaints', {
      body: complaint(),
      headers: { 'idempotency-key': value },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path: 'Idempotency-Key' }]);
  });
});

describe('bad input is a problem that names the field, and stores nothing', () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const customer = (change: object) => ({ customer: { name: '王', phone: '13812345621', ...change } });

  test.each<[string, object, string]>([
    ['an unknown field', { priority: 1 }, 'priority'],
    ['an unknown inner field', customer({ vip: true }), 'customer.vip'],
    ['a field that is ours', { caseNo: 'C250101-AAAAAA' }, 'caseNo'],
    ['a prototype', JSON.parse('{"__proto__": {"a": 1}}') as object, '__proto__'],
    ['a wrong type', { text: 5 }, 'text'],
    ['a null', { text: null }, 'text'],
    ['an array for an object', { customer: [] }, 'customer'],
    ['nothing to read', { text: '  \n ' }, 'text'],
    ['a text that is too long', { text: '长'.repeat(8_001) }, 'text'],
    ['a name that is too long', customer({ name: 'n'.repeat(81) }), 'customer.name'],
    ['a name of two lines', customer({ name: 'a\nb' }), 'customer.name'],
    ['a name that is an advertisement', customer({ name: 'You won: http://evil.example/x' }), 'customer.name'],
    ['a name that is an address', customer({ name: 'you@evil.example' }), 'customer.name'],
    ['a name of nothing to see', customer({ name: '\u200b\u202e' }), 'customer.name'],
    ['a mailbox that mail does not reach', customer({ email: '王@example.com' }), 'customer.email'],
    ['no name', { customer: { phone: '13812345621' } }, 'customer.name'],
    ['no way to answer', { customer: { name: '王' } }, 'customer.phone'],
    ['a telephone number that is none', customer({ phone: 'call me' }), 'customer.phone'],
    ['an address that is none', customer({ email: 'a@b' }), 'customer.email'],
    ['an address with a line break', customer({ email: 'a@b.cn\r\nBcc: x@y.cn' }), 'customer.email'],
    ['an address in words', customer({ email: '"a b" <a@b.cn>' }), 'customer.email'],
    ['a long address', customer({ email: `${'a'.repeat(60)}@${'b.'.repeat(120)}cn` }), 'customer.email'],
    ['an unknown channel', { channel: 'fax' }, 'channel'],
    ['an unknown language', { language: 'fr' }, 'language'],
    ['a date in the future', { occurredAt: inDays(2) }, 'occurredAt'],
    [
      'a purchase in the future',
      { product: { name: 'x', purchasedOn: inDays(2).slice(0, 10) } },
      'product.purchasedOn',
    ],
    ['a date that is none', { occurredAt: '2025-02-30' }, 'occurredAt'],
    ['the year 0', { occurredAt: '0000-01-01' }, 'occurredAt'],
    ['a time without a zone', { occurredAt: '2025-02-03T10:00:00' }, 'occurredAt'],
    ['NUL', { text: 'a\u0000b' }, 'text'],
    ['half of a surrogate pair', customer({ name: 'a\ud800' }), 'customer.name'],
    ['NUL in the name of a field', { 'a\u0000': 1 }, 'a\u0000'],
  ])('%s', async (_what, change, path) => {
    const before = await count();
    const answer = await harness.call('POST', '/api/complaints', {
      body: { ...complaint(), ...change, ...own(change) },
    });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = Problem.parse(answer.body);
    expect(problem.errors?.map((error) => error.path)).toContain(path);
    expect(problem.detailZh).toMatch(/\p{Script=Han}/u);
    expect(await count()).toBe(before);
  });

  /** Spread drops a key `__proto__`; it has to be an own property. */
  const own = (change: object): object => {
    if (!Object.hasOwn(change, '__proto__')) return {};
    return Object.defineProperty({}, '__proto__', { value: { a: 1 }, enumerable: true });
  };

  test('a clock that is a little ahead is forgiven', async () => {
    const soon = new Date(Date.now() + 4 * 60_000).toISOString();
    await expect(harness.file({ occurredAt: soon })).resolves.toBeDefined();
  });

  test.each([
    ['{"a": 1,}', 'line 1, column 9'],
    ['{"a": tru}', 'line 1, column 7'],
    ['{\n  "text": "好",\n  oops\n}', 'line 3, column 3'],
    ['', 'line 1, column 1'],
    ['[1, 2', 'line 1, column 6'],
    ['{"a": "x\ny"}', 'line 1, column 7'],
  ])('malformed JSON %j is 400 and says where', async (raw, place) => {
    const answer = await harness.call('POST', '/api/complaints', {
      raw: raw === '' ? ' ' : raw,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(raw === '' ? 'line 1' : place);
    expect(answer.text).not.toContain('oops');
  });

  test.each<[string, string]>([
    ['{"text":"a","text":"b"}', 'text'],
    ['{"customer":{"name":"a","phone":"1","n\\u0061me":"b"}}', 'customer.name'],
    ['{"x":[{"a":1},{"a":1,"b":{},"a":2}]}', 'x.a'],
  ])('a key that is there twice is refused by name: %s', async (raw, path) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await harness.call('POST', '/api/complaints', { raw, headers });
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ path, message: 'is there twice (写了两次)', words: { zh: '写了两次', en: 'is there twice' } }],
    ]);
    expect(answer.body).toMatchObject({ detail: `${path}: is there twice`, detailZh: `${path}：写了两次` });
  });

  test.each(['application/json; charset=utf8', 'application/json;charset="UTF8"', 'application/json; charset=UTF-8'])(
    'content type %s is JSON',
    async (type) => {
      const body = JSON.stringify(complaint());
      const answer = await harness.call('POST', '/api/complaints', { raw: body, headers: { 'content-type': type } });
      expect(answer.status).toBe(201);
    },
  );

  test.each(['\u200b', '\u2060\ufeff', '\u3164', '\u2800', '\u00ad \u200d', '\ufe0f'])(
    'a text of nothing but %j is empty',
    async (text) => {
      const answer = await harness.call('POST', '/api/complaints', { body: complaint({ text }) });
      expect([answer.status, answer.text.includes('must not be empty')]).toEqual([422, true]);
    },
  );

  test('bytes that are not UTF-8 are 400', async () => {
    const answer = await harness.call('POST', '/api/complaints', {
      raw: new Uint8Array(Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
  });

  test.each([['null'], ['5'], ['"text"'], ['[]']])('the body %s is not a complaint', async (raw) => {
    const answer = await harness.call('POST', '/api/complaints', {
      raw,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(422);
  });

  test('deep nesting is refused without harm', async () => {
    const answer = await harness.call('POST', '/api/complaints', {
      raw: `{"text":${'['.repeat(20_000)}"\\u0000"${']'.repeat(20_000)}}`,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(422);
  });

  test('a body of 10 MB is 413', async () => {
    const answer = await harness.call('POST', '/api/complaints', { body: complaint({ text: 'x'.repeat(10_000_000) }) });
    expect(answer.status).toBe(413);
    expect(answer.body).toMatchObject({ code: 'body_too_large' });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'content type %j is 415',
    async (type) => {
      const answer = await harness.call('POST', '/api/complaints', {
        raw: new Uint8Array(Buffer.from('{}')),
        headers: type === '' ? {} : { 'content-type': type },
      });
      expect(answer.status).toBe(415);
    },
  );

  test('query parameters nobody asked for are refused', async () => {
    const answer = await harness.call('POST', '/api/complaints?debug=1', { body: complaint() });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path: 'debug' }]);
  });
});

describe('limits', () => {
  test('a stranger is stopped at the limit of a minute, staff are not', async () => {
    const small = await createHarness({ COMPLAINT_RATE_LIMIT: 5 });
    try {
      const strangers = await Promise.all(
        Array.from({ length: 12 }, () => small.call('POST', '/api/complaints', { body: complaint() })),
      );
      expect(strangers.filter((answer) => answer.status === 201)).toHaveLength(5);
      const refused = strangers.filter((answer) => answer.status === 429);
      expect(refused).toHaveLength(7);
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused[0]?.body).toMatchObject({ status: 429, code: 'too_many' });
      // Not to be had by a header: no proxy is trusted.
      const forged = await small.call('POST', '/api/complaints', {
        body: complaint(),
        headers: { 'x-forwarded-for': '203.0.113.9' },
      });
      expect(forged.status).toBe(429);
      const staff = await small.call('POST', '/api/complaints', { body: complaint(), as: 'anna' });
      expect(staff.status).toBe(201);
      expect((await small.stores.complaints.get(String(staff.body.caseNo)))?.by).toBe('anna');
      expect(
        (await small.call('POST', '/api/complaints', { body: complaint(), as: 'no-such-token-at-all' })).status,
      ).toBe(401);
    } finally {
      await small.close();
    }
  });

  test('a client that stalls in its body does not hold others up', async () => {
    const { port } = new URL(harness.base);
    const slow = connect(Number(port), '127.0.0.1');
    slow.write(
      'POST /api/complaints HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await expect(harness.file()).resolves.toBeDefined();
    slow.destroy();
  });
});

describe('Temporal away', () => {
  test('every complaint gets its 201, and its workflow runs when Temporal is back', async () => {
    harness.engine.mode = 'away';
    const began = Date.now();
    const filed = await Promise.all(Array.from({ length: 40 }, () => harness.file()));
    expect(Date.now() - began).toBeLessThan(onBusyMachine(5_000));
    expect(filed.some(({ caseNo }) => harness.engine.started.has(caseNo))).toBe(false);
    harness.engine.mode = 'up';
    await waitUntil(
      async () => filed.every(({ caseNo }) => harness.engine.started.has(caseNo)),
      'the engine has started what was filed',
    );
    await waitUntil(async () => (await harness.stores.starts.depth()) === 0, 'every accepted complaint is started');
  });
});
