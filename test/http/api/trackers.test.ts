import { createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness({ OUTGOING_ALLOWED: ['tracker.internal:8080'] });
});
afterAll(() => harness.close());

type Body = Record<string, unknown>;
const GITHUB = { name: '质量部', kind: 'github', place: 'house/quality', token: 'github_pat_the-token' };
const post = (path: string, body?: object, as = 'adam') => harness.call('POST', `/api/trackers${path}`, { as, body });
const get = (path: string, as = 'adam') => harness.call('GET', `/api/trackers${path}`, { as });
const patch = (id: string, body: object, as = 'adam') => harness.call('PATCH', `/api/trackers/${id}`, { as, body });
const faultsOf = (body: Body) => (body.errors as { path: string }[]).map(({ path }) => path);

test('an admin connects, changes, switches off and removes a tracker; token and secret never come out', async () => {
  const made = await post('', { ...GITHUB, department: 'quality', hookSecret: 'the-hook-secret' });
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({
      url: 'https://api.github.com',
      status: 'working',
      hooked: true,
      open: 0,
      hookUrl: `https://redress.example/hooks/trackers/${String(made.body.id)}`,
    }),
  ]);
  const id = String(made.body.id);
  expect((await patch(id, { enabled: false })).body).toMatchObject({ status: 'off' });
  const on = await patch(id, {
    enabled: true,
    department: null,
    hookSecret: null,
    token: 'github_pat_another',
    name: 'Q',
  });
  expect(on.body).toMatchObject({ status: 'working', hooked: false, name: 'Q' });
  expect(on.body.department).toBeUndefined();
  expect((await patch(id, {})).body).toEqual(on.body);
  const { rows } = await harness.database.pool.query('select * from trackers');
  const seen = [made.text, on.text, (await get('')).text, JSON.stringify(rows), harness.logged.join('')].join('');
  for (const secret of ['the-token', 'the-hook-secret', 'pat_another']) expect(seen).not.toContain(secret);
  expect((await harness.call('DELETE', `/api/trackers/${id}`, { as: 'adam' })).body).toEqual({ removed: true });
  // Who did it stays, by the names of settings alone.
  const acts = await harness.stores.channelActs.latest(20, id);
  expect(acts.every(({ channel, by }) => channel === 'trackers' && by === 'adam')).toBe(true);
  expect(acts.map(({ act, fields }) => [act, ...fields].join(' ')).toReversed()).toEqual([
    'made',
    'off',
    'changed department hookSecret name token',
    'on',
    'removed',
  ]);
  for (const secret of ['the-token', 'the-hook-secret', 'pat_another'])
    expect(JSON.stringify(acts)).not.toContain(secret);
  expect((await get(`/${id}`)).status).toBe(404);
});

test.each<[string, object, string[]]>([
  ['no place', { place: 'quality' }, ['place']],
  ['a short token', { token: 'x' }, ['token']],
  ['an address inside', { url: 'https://10.0.0.1' }, ['url']],
  ['an address with a query', { url: 'https://host.example/?a=b' }, ['url']],
  ['no department of ours', { department: 'nobody' }, ['department']],
  ['a Jira without its address', { kind: 'jira', place: 'QA', token: 'a@b.example:token' }, ['url']],
])('%s is told at its field', async (_what, change, paths) => {
  const { status, body } = await post('', { ...GITHUB, ...change });
  expect([status, faultsOf(body)]).toEqual([422, paths]);
});

test('a department has one tracker; one inside is taken where the configuration allows it', async () => {
  const first = await post('', { ...GITHUB, department: 'quality' });
  const second = await post('', { ...GITHUB, url: 'http://tracker.internal:8080/api/v3' });
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(faultsOf((await post('', { ...GITHUB, department: 'quality' })).body)).toEqual(['department']);
  expect(faultsOf((await patch(String(second.body.id), { department: 'quality' })).body)).toEqual(['department']);
  expect((await patch(String(first.body.id), { department: 'quality' })).status).toBe(200);
});

test('nobody below an admin does anything with them; who has never been told of any is told the same', async () => {
  for (const as of ['mona', 'anna']) {
    expect((await get('', as)).status).toBe(403);
    expect((await post('', GITHUB, as)).status).toBe(403);
  }
  const unknown = '00000000-0000-4000-8000-000000000000';
  for (const id of [unknown, 'words']) {
    expect((await get(`/${id}`)).status).toBe(404);
    expect((await patch(id, { name: 'x' })).status).toBe(404);
    expect((await post(`/${id}/test`)).status).toBe(404);
    expect((await harness.call('POST', `/hooks/trackers/${id}`, { raw: '{}' })).status).toBe(401);
    expect((await harness.call('GET', `/hooks/trackers/${id}`)).status).toBe(200);
  }
});

test('the 21st is refused', async () => {
  for (let n = (await harness.stores.trackers.list()).length; n < 20; n++) await post('', GITHUB);
  expect(await post('', GITHUB)).toMatchObject({ status: 409, body: { code: 'too_many_trackers' } });
});
