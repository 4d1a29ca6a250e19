import { createHmac, randomUUID } from 'node:crypto';
import { DAY, HOUR, MINUTE } from '../../../src/domain/basics/milliseconds';
import { assigned, createHarness, type Answered, type Harness } from '../../http/support/harness';

/** What a telephone system tells of calls, by HTTP and over a real Postgres: who sees it, and where the recording is found. */
let harness: Harness;
let hook: { id: string; secret: string };
beforeAll(async () => {
  harness = await createHarness();
  const answer = await harness.call('POST', '/api/inbound-hooks', { as: 'adam', body: { name: '呼叫中心' } });
  const { hook: shown, secret } = answer.body as { hook: { id: string }; secret: string };
  hook = { id: shown.id, secret };
  await seat('anna', '801');
  await seat('arno', '802');
});
afterAll(() => harness.close());

const seat = (id: string, extension: string | null) =>
  harness.call('PATCH', `/api/staff/${id}`, { as: 'sara', body: { extension } });
const actor = (id: string) => ({ kind: 'staff', id, role: 'agent', team: 'after-sales' }) as const;

interface Sent {
  secret?: string;
  signed?: string;
  at?: number;
  id?: string;
}
function tell(
  event: object | string,
  { secret = hook.secret, signed, at, id = hook.id }: Sent = {},
): Promise<Answered> {
  const raw = typeof event === 'string' ? event : JSON.stringify(event);
  const time = String(at ?? Math.floor((Date.now() + harness.time.skewMs) / 1_000));
  const nonce = randomUUID();
  const signature = createHmac('sha256', secret)
    .update(`${time}.${nonce}.${signed ?? raw}`)
    .digest('hex');
  return harness.call('POST', `/hooks/${id}/calls`, {
    raw,
    headers: { 'X-Redress-Timestamp': time, 'X-Redress-Nonce': nonce, 'X-Redress-Signature': `v1=${signature}` },
  });
}
const ring = (callId: string, change: object = {}) =>
  tell({ event: 'ringing', callId, extension: '801', from: '+86 138 0000 5621', to: '400-000-0000', ...change });
const own = (id = 'anna') => harness.cases.calls.own(actor(id));
const rows = async (): Promise<number> => (await harness.database.pool.query('select 1 from calls')).rows.length;
/** Puts away what is shown, so that the next test begins with nothing. */
afterEach(async () => {
  harness.time.skewMs = 0;
  for (const id of ['anna', 'arno'])
    for (const call of await own(id)) await harness.cases.calls.putAway(call.id, actor(id));
});

test('it rings, is answered and ends: the agent of the extension sees it, nobody else, and it is one call', async () => {
  const heard: string[] = [];
  const stop = harness.cases.following.follow(
    actor('anna'),
    { cases: new Set() },
    {
      changed: () => undefined,
      present: () => undefined,
      noticed: () => heard.push('noticed'),
      missed: () => undefined,
      ended: () => undefined,
    },
  );
  const answer = await ring('a-1');
  expect([answer.status, answer.body]).toEqual([200, { toAgent: true }]);
  expect(await own()).toEqual([
    expect.objectContaining({ number: '13800005621', line: '400-000-0000', is: 'ringing' }),
  ]);
  expect(await own('arno')).toEqual([]);
  const before = await rows();
  await ring('a-1');
  await tell({ event: 'answered', callId: 'a-1', extension: '801' });
  expect(await own()).toEqual([expect.objectContaining({ number: '13800005621', is: 'answered' })]);
  await tell({ event: 'ended', callId: 'a-1', extension: '801' });
  expect(await own()).toEqual([expect.objectContaining({ is: 'ended' })]);
  expect(await rows()).toBe(before);
  stop();
});

test('numbers are read as text, nothing as withheld', async () => {
  const answer = await tell({
    event: 'ringing',
    callId: 7,
    extension: 801,
    from: null,
    to: '',
    recordingUrl: null,
    x: 1,
  });
  expect([answer.status, answer.body]).toEqual([200, { toAgent: true }]);
  const [call] = await own();
  expect([call?.number, call?.line]).toEqual([undefined, undefined]);
});

test('told late and in another order it stays what it is', async () => {
  await tell({ event: 'ended', callId: 'b-1', extension: '801', recordingUrl: 'https://rec.example/b-1' });
  await tell({ event: 'answered', callId: 'b-1', extension: '801' });
  await ring('b-1');
  expect(await own()).toEqual([expect.objectContaining({ is: 'ended', number: '13800005621' })]);
});

test('what rings at several places and is answered at one rings nowhere else', async () => {
  await ring('c-1');
  await ring('c-1', { extension: '802' });
  expect([(await own()).length, (await own('arno')).length]).toEqual([1, 1]);
  await tell({ event: 'answered', callId: 'c-1', extension: '802' });
  expect([(await own()).length, (await own('arno'))[0]?.is]).toEqual([0, 'answered']);
});

test('one that nobody answered is gone at once, one that was answered a quarter of an hour later', async () => {
  await ring('d-1');
  await tell({ event: 'ended', callId: 'd-1', extension: '801' });
  expect(await own()).toEqual([]);
  await ring('d-2');
  await tell({ event: 'answered', callId: 'd-2', extension: '801' });
  await tell({ event: 'ended', callId: 'd-2', extension: '801' });
  const [call] = await own();
  await harness.database.pool.query('update calls set ended_at = $2 where id = $1', [
    call?.id,
    new Date(Date.now() - 16 * MINUTE).toISOString(),
  ]);
  expect(await own()).toEqual([]);
  // Of which we never hear that it ended.
  await ring('d-3');
  await harness.database.pool.query('update calls set rang_at = $1 where call_id = $2', [
    new Date(Date.now() - 3 * HOUR).toISOString(),
    'd-3',
  ]);
  expect(await own()).toEqual([]);
});

test('the extension goes with the seat: whoever had it before sees no calls any more', async () => {
  await seat('arno', '801');
  await ring('e-1');
  expect([(await own()).length, (await own('arno')).length]).toEqual([0, 1]);
  await seat('anna', '801');
  const { body } = await harness.call('GET', '/api/staff', { as: 'sara' });
  const seats = (body.items as { id: string; extension?: string }[]).filter(({ extension }) => extension !== undefined);
  expect(seats.map(({ id, extension }) => [id, extension])).toEqual([['anna', '801']]);
  await seat('arno', '802');
  expect((await ring('e-2', { extension: '999' })).body).toEqual({ toAgent: false });
});

test('not signed, not of now, of another hook: nothing is written down', async () => {
  const before = await rows();
  const event = { event: 'ringing', callId: 'f-1', extension: '801' };
  for (const sent of [
    await tell(event, { secret: 'x'.repeat(64) }),
    await tell(event, { signed: '{}' }),
    await tell(event, { at: Math.floor(Date.now() / 1_000) - 400 }),
    await tell(event, { id: randomUUID() }),
  ]) {
    expect(sent.status).toBe(401);
  }
  await harness.call('PATCH', `/api/inbound-hooks/${hook.id}`, { as: 'adam', body: { isOn: false } });
  expect((await tell(event)).status).toBe(401);
  await harness.call('PATCH', `/api/inbound-hooks/${hook.id}`, { as: 'adam', body: { isOn: true } });
  expect(await rows()).toBe(before);
});

test.each([
  ['no JSON', '{', ''],
  ['a list', '[]', ''],
  ['another event', { event: 'held', callId: 'g', extension: '801' }, 'event'],
  ['no id', { event: 'ringing', extension: '801' }, 'callId'],
  ['no extension', { event: 'ringing', callId: 'g' }, 'extension'],
  [
    'a script as recording',
    { event: 'ended', callId: 'g', extension: '801', recordingUrl: 'javascript:alert(1)' },
    'recordingUrl',
  ],
  [
    'data as recording',
    { event: 'ended', callId: 'g', extension: '801', recordingUrl: 'data:audio/wav;base64,AA' },
    'recordingUrl',
  ],
  [
    'a file as recording',
    { event: 'ended', callId: 'g', extension: '801', recordingUrl: 'file:///etc/passwd' },
    'recordingUrl',
  ],
  [
    'a password in it',
    { event: 'ended', callId: 'g', extension: '801', recordingUrl: 'https://u:p@rec.example/1' },
    'recordingUrl',
  ],
])('%s: told what is wrong, and nothing is written down', async (_what, event, path) => {
  const before = await rows();
  const { status, body } = await tell(event);
  expect(status).toBe(422);
  expect((body.errors as { path: string }[])[0]?.path).toBe(path);
  expect(await rows()).toBe(before);
});

test('in a case: the recording, also one that comes later, for whoever may see the case and nobody else', async () => {
  const { caseNo } = await harness.open({ text: '包装盒有点脏，希望说明一下。' });
  await assigned(harness, caseNo, 'anna');
  await ring('h-1');
  await tell({ event: 'answered', callId: 'h-1', extension: '801' });
  const [call] = await own();
  // Nobody else's call.
  await harness.cases.calls.tie(call?.id ?? '', caseNo, actor('arno'));
  const list = (as: string) => harness.call('GET', `/api/cases/${caseNo}/calls`, { as });
  expect((await list('anna')).body).toEqual({ items: [] });
  await harness.cases.calls.tie(call?.id ?? '', caseNo, actor('anna'));
  expect(await own()).toEqual([]);
  await tell({ event: 'ended', callId: 'h-1', extension: '801' });
  await tell({ event: 'ended', callId: 'h-1', extension: '801', recordingUrl: 'https://rec.example/h-1?k=1' });
  expect((await list('anna')).body.items).toEqual([
    expect.objectContaining({
      agent: { id: 'anna', name: 'Name of anna' },
      line: '400-000-0000',
      recordingUrl: 'https://rec.example/h-1?k=1',
    }),
  ]);
  expect(JSON.stringify((await list('anna')).body)).not.toContain('13800005621');
  expect((await list('arno')).status).toBe(404);
  expect(harness.logged.join()).not.toMatch(/13800005621|rec\.example/);
});

test('what belongs to no case is gone after a week; what belongs to one stays', async () => {
  await ring('i-1');
  await harness.database.pool.query('update calls set rang_at = $1', [new Date(Date.now() - 8 * DAY).toISOString()]);
  await tell({ event: 'ended', callId: 'i-2', extension: '801' });
  const { rows: left } = await harness.database.pool.query<{ call_id: string }>('select call_id from calls order by 1');
  expect(left.map(({ call_id }) => call_id)).toEqual(['h-1', 'i-2']);
});
