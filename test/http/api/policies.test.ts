import { cpuMs } from '../../support/cpu';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import type { Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { Differences, File, Packs, Published } from '../../../src/http/api/policies';
import { Draft, DraftList } from '../../../src/http/api/policy-drafts';
import { WhatIfAnswer } from '../../../src/http/api/what-if';
import { OFFICE_POLICY } from '../../domain/policies';
import { assigned, createHarness, type Answered, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
  await harness.stores.calendars.publish(CN_OFFICE, 'mona');
});
afterAll(() => harness.close());

const post = (path: string, body: unknown, as = 'mona'): Promise<Answered> => harness.call('POST', path, { as, body });
const get = (path: string, as = 'mona'): Promise<Answered> => harness.call('GET', path, { as });
const errors = (answer: Answered): { path: string; message: string }[] =>
  (answer.body.errors ?? []) as { path: string; message: string }[];
const paths = (answer: Answered): string[] => errors(answer).map(({ path }) => path);

const without = ({ version: _version, ...policy }: Policy): Record<string, unknown> => policy;
const HOUSE = without(HOUSE_POLICY);
/** As a manager writes it: calendars are named, not brought along. */
const office = (): Record<string, unknown> => {
  const { calendars: _calendars, routing: _routing, ...policy } = without(OFFICE_POLICY);
  const chains = { house: OFFICE_POLICY.chains?.house?.slice(0, 3) ?? [] };
  return { ...policy, chains };
};

async function newDraft(policy?: unknown): Promise<string> {
  const answer = await post('/api/policy-drafts', { title: 'a draft', ...(policy !== undefined && { policy }) });
  expect(answer.status).toBe(201);
  return Draft.parse(answer.body).id;
}

describe('from a draft to a version', () => {
  test('draft → validated → rehearsed → published, with calendars frozen and the next number', async () => {
    const id = await newDraft();
    const first = Draft.parse((await get(`/api/policy-drafts/${id}`)).body);
    expect(first).toMatchObject({ status: 'validated', revision: 1, base: 1, createdBy: 'mona', faults: [] });

    const wrong = { ...office(), calendar: 'nowhere', survey: { threshold: 1 } };
    const saved = await post(`/api/policy-drafts/${id}`, { revision: 1, title: 'office', policy: wrong }, 'adam');
    expect(Draft.parse(saved.body)).toMatchObject({ status: 'draft', revision: 2, title: 'office', updatedBy: 'adam' });
    expect((saved.body.faults as { path: string }[]).map(({ path }) => path)).toEqual(['calendar', 'survey.threshold']);
    const refused = await post(`/api/policy-drafts/${id}/publish`, {});
    expect(refused.status).toBe(422);
    expect(paths(refused)).toEqual(['calendar', 'survey.threshold']);
    for (const { message } of errors(refused)) expect(message).toMatch(/^[\x20-\x7e]+ \(.*\p{Script=Han}.*\)$/u);

    const good = await post(`/api/policy-drafts/${id}`, { revision: 2, policy: office() });
    expect(good.body).toMatchObject({ status: 'validated', faults: [] });
    const early = await post(`/api/policy-drafts/${id}/publish`, {});
    expect(early).toMatchObject({ status: 409, body: { code: 'not_rehearsed' } });

    let rehearsed = early;
    const ms = await cpuMs(async () => (rehearsed = await post(`/api/policy-drafts/${id}/rehearse`, {})));
    expect(ms).toBeLessThan(5_000);
    expect(rehearsed.status).toBe(200);
    const draft = Draft.parse(rehearsed.body);
    expect(draft).toMatchObject({ status: 'rehearsed', rehearsedRevision: 3 });
    expect(draft.rehearsal?.complaints).toBeGreaterThan(80);
    expect(draft.rehearsal?.receivers.map(({ receiver }) => receiver)).toContain('sara');

    const published = await post(`/api/policy-drafts/${id}/publish`, { revision: 3 });
    expect(published.status).toBe(201);
    const { version } = published.body as { version: number };
    expect(published.body.calendars).toMatchObject({ 'cn-office': { id: 'cn-office', timeZone: 'Asia/Shanghai' } });
    const stored = Published.parse((await get(`/api/policies/${version}`, 'anna')).body);
    expect(stored).toMatchObject({ version, publishedBy: 'mona', policy: { calendar: 'cn-office' } });
    expect((await get(`/api/policy-drafts/${id}`)).body).toMatchObject({ status: 'published', publishedAs: version });
    // Once.
    for (const answer of [
      await post(`/api/policy-drafts/${id}/publish`, {}),
      await post(`/api/policy-drafts/${id}`, { revision: 3, policy: office() }),
      await post(`/api/policy-drafts/${id}/rehearse`, {}),
    ]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'draft_published' } });
    }
    const { caseNo } = await harness.file();
    expect((await harness.stores.complaints.get(caseNo))?.policyVersion).toBe(version);
    const list = DraftList.parse((await get('/api/policy-drafts')).body);
    expect(list.items.find((item) => item.id === id)).toMatchObject({ status: 'published' });
  });

  test('a change after the rehearsal asks for another one', async () => {
    const id = await newDraft(office());
    await post(`/api/policy-drafts/${id}/rehearse`, {});
    await post(`/api/policy-drafts/${id}`, { revision: 1, policy: { ...office(), name: 'another' } });
    expect(await post(`/api/policy-drafts/${id}/publish`, {})).toMatchObject({
      status: 409,
      body: { code: 'not_rehearsed' },
    });
  });

  test('who saves on top of an older revision is told, and nothing is lost', async () => {
    const id = await newDraft();
    const saves = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        post(`/api/policy-drafts/${id}`, { revision: 1, policy: { ...HOUSE, name } }),
      ),
    );
    expect(saves.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect(saves.find(({ status }) => status === 409)?.body.code).toBe('newer_revision');
    const won = saves.find(({ status }) => status === 200)?.body.policy as { name: string };
    expect((await get(`/api/policy-drafts/${id}`)).body).toMatchObject({ revision: 2, policy: { name: won.name } });
  });

  test('two who publish at once make one version', async () => {
    const id = await newDraft(HOUSE);
    await post(`/api/policy-drafts/${id}/rehearse`, {});
    const answers = await Promise.all([1, 2, 3].map(() => post(`/api/policy-drafts/${id}/publish`, {})));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  test('a dead end is reported: who may approve, whom a chain reaches', async () => {
    const lonely = {
      ...HOUSE,
      chains: { x: [{ to: { kind: 'person', id: 'nobody-at-all' } }] },
      promises: { ...HOUSE_POLICY.promises, resolution: { ...HOUSE_POLICY.promises.resolution, chain: 'x' } },
    };
    const id = await newDraft(lonely);
    const { rehearsal, faults } = Draft.parse((await post(`/api/policy-drafts/${id}/rehearse`, {})).body);
    expect(faults.map(({ path }) => path)).toEqual(['chains.x.0.to.id']);
    const stuck = rehearsal?.cases.filter(({ end }) => end === 'stuck') ?? [];
    expect(stuck.length).toBeGreaterThan(0);
    expect(stuck[0]?.stuck?.words.en).toContain('nobody-at-all');
    expect((await post(`/api/policy-drafts/${id}/publish`, {})).status).toBe(422);
  });

  test.each([
    ['/api/policy-drafts', {}, ['title']],
    ['/api/policy-drafts', { title: 'x', from: 999 }, ['from']],
    ['/api/policy-drafts', { title: ' ', colour: 'red' }, ['title', 'colour']],
    ['/api/policies/import', { format: 'x', formatVersion: 2, policy: 3 }, ['format', 'formatVersion', 'policy']],
  ])('%s with a wrong body', async (path, body, wrong) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(422);
    expect(paths(answer)).toEqual(expect.arrayContaining(wrong));
    for (const { message } of errors(answer)) expect(message).toMatch(/\p{Script=Han}/u);
  });

  test.each(['x', '00000000-0000-4000-8000-000000000000'])('a draft that is not there: %s', async (id) => {
    expect((await get(`/api/policy-drafts/${id}`)).status).toBe(404);
    expect((await post(`/api/policy-drafts/${id}`, { revision: 1, policy: HOUSE })).status).toBe(404);
    expect((await post(`/api/policy-drafts/${id}/rehearse`, {})).status).toBe(404);
    expect((await post(`/api/policy-drafts/${id}/publish`, {})).status).toBe(404);
  });

  test('only who leads the house drafts', async () => {
    expect((await post('/api/policy-drafts', { title: 'x' }, 'sara')).status).toBe(403);
    expect((await get('/api/policy-drafts', 'sara')).status).toBe(403);
  });
});

describe('published without a draft', () => {
  test('checked in the same way, and with calendars frozen', async () => {
    const wrong = { ...office(), calendar: undefined, chains: {}, survey: { threshold: 9 } };
    const refused = await post('/api/policies', wrong);
    expect(refused.status).toBe(422);
    expect(paths(refused)).toEqual(
      expect.arrayContaining([
        'survey.threshold',
        'promises.firstResponse.chain',
        'promises.firstResponse.length.general',
      ]),
    );
    const good = await post('/api/policies', office());
    expect(good.status).toBe(201);
    expect(Object.keys(good.body.calendars as object)).toEqual(['cn-office']);
  });

  test('a later version of the calendar is not that of an earlier policy', async () => {
    const before = await post('/api/policies', office());
    await harness.stores.calendars.publish({ ...CN_OFFICE, years: [2026, 2027] }, 'mona');
    const after = await post('/api/policies', office());
    const years = (answer: Answered) =>
      (answer.body.calendars as Record<string, { years: number[] }>)['cn-office']?.years;
    expect(years(before)).toEqual([2026]);
    expect(years(after)).toEqual([2026, 2027]);
  });
});

describe('as a file', () => {
  test('exported, imported as a draft, the same again', async () => {
    const { body } = await post('/api/policies', office());
    const version = body.version as number;
    const exported = await get(`/api/policies/${version}/export`, 'anna');
    expect(exported.headers.get('content-disposition')).toContain(`policy-${version}.json`);
    const file = File.parse(exported.body);
    expect(file.packs?.map(({ id }) => id).toSorted()).toEqual(['cn-consumer-law', 'cn-samr-2026']);
    expect(Object.keys(file.policy.calendars as object)).toEqual(['cn-office']);

    const imported = await post('/api/policies/import', file);
    expect(imported.status).toBe(201);
    const draft = Draft.parse(imported.body);
    expect(draft).toMatchObject({ status: 'validated', title: 'office' });
    await post(`/api/policy-drafts/${draft.id}/rehearse`, {});
    const published = await post(`/api/policy-drafts/${draft.id}/publish`, {});
    const differences = await get(`/api/policies/${version}/compare/${published.body.version as number}`, 'anna');
    expect(Differences.parse(differences.body).items).toEqual([]);
  });

  test('a file with a wrong policy is a draft that cannot be published', async () => {
    const file = { format: 'redress-policy', formatVersion: 1, policy: { ...HOUSE, steps: 'none' } };
    const draft = Draft.parse((await post('/api/policies/import', file)).body);
    expect(draft.faults).toEqual([{ path: 'steps', words: { zh: '须为对象', en: 'must be an object' } }]);
    expect((await post(`/api/policy-drafts/${draft.id}/rehearse`, {})).status).toBe(422);
    expect(paths(await post(`/api/policy-drafts/${draft.id}/publish`, {}))).toEqual(['steps']);
  });

  test('a policy may be large, but not without end', async () => {
    const words = (n: number) => Array.from({ length: 200 }, (_, i) => `${'字'.repeat(30)}-${n}-${i}`.slice(0, 40));
    const productLines = (groups: number) =>
      Array.from({ length: groups }, (_, n) => ({ id: `line-${n}`, words: words(n) }));
    const file = (groups: number) => ({
      format: 'redress-policy',
      formatVersion: 1,
      policy: { ...HOUSE, routing: { rules: [], prefer: [], productLines: productLines(groups) } },
    });
    expect(JSON.stringify(file(20)).length).toBeGreaterThan(64 * 1_024);
    expect((await post('/api/policies/import', file(20))).status).toBe(201);
    const answer = await post('/api/policies/import', file(200));
    expect(answer).toMatchObject({
      status: 413,
      body: { detail: expect.stringContaining('the body is larger than 1024 KiB') as string },
    });
  });

  test('what differs is named by its place', async () => {
    const first = (await post('/api/policies', HOUSE)).body.version as number;
    const second = (await post('/api/policies', { ...HOUSE, survey: { threshold: 4 }, calendar: 'cn-office' })).body
      .version as number;
    const { items } = Differences.parse((await get(`/api/policies/${first}/compare/${second}`)).body);
    expect(items.filter(({ path }) => !path.startsWith('calendars'))).toEqual([
      { path: 'survey.threshold', from: 3, to: 4 },
      { path: 'calendar', to: 'cn-office' },
    ]);
    expect((await get(`/api/policies/${first}/compare/9999`)).status).toBe(404);
    expect((await get('/api/policies/9999/export')).status).toBe(404);
    expect((await get('/api/policies/x')).status).toBe(404);
  });
});

describe('packs', () => {
  test('are listed, and taken into a draft once', async () => {
    const { items } = Packs.parse((await get('/api/policy-packs', 'anna')).body);
    expect(items.map(({ id }) => id)).toContain('uk-disp');
    const id = await newDraft(HOUSE);
    const taken = Draft.parse((await post(`/api/policy-drafts/${id}/packs`, { pack: 'cn-12315-odr' })).body);
    const clocks = (draft: { policy: unknown }) => (draft.policy as Policy).clocks?.map((clock) => clock.id);
    expect(clocks(taken)).toEqual(['odr-settle']);
    expect(taken).toMatchObject({ revision: 2, faults: [] });
    const again = Draft.parse((await post(`/api/policy-drafts/${id}/packs`, { pack: 'cn-12315-odr' })).body);
    expect(clocks(again)).toEqual(['odr-settle']);
    const unknown = await post(`/api/policy-drafts/${id}/packs`, { pack: 'mars' });
    expect(unknown.status).toBe(422);
    expect(errors(unknown)[0]).toMatchObject({
      path: 'pack',
      message: expect.stringMatching(/cn-12315-odr.*\p{Script=Han}/u),
    });
    expect(await post(`/api/policy-drafts/${id}/packs`, { pack: 'uk-disp', revision: 1 })).toMatchObject({
      status: 409,
    });
  });
});

describe('what if', () => {
  const period = { from: '2020-01-01', to: '2100-01-01' };

  test('promises of the past under other rules', async () => {
    const { body } = await post('/api/policies', HOUSE);
    const quick = (await harness.open()).caseNo;
    const open = (await harness.open()).caseNo;
    expect(body.version).toBeGreaterThan(1);
    await assigned(harness, quick, 'anna');
    await harness.decide(quick, 'respond', 'anna', { via: 'phone', text: 'hello' });
    const ask = async (change: object) => {
      const answer = await post('/api/what-if', { ...period, change });
      expect(`${answer.status} ${answer.status === 200 ? '' : answer.text}`).toBe('200 ');
      return WhatIfAnswer.parse(answer.body);
    };
    const same = await ask({ policy: body.version });
    const own = (report: { added: { caseNo: string }[] }) =>
      report.added.filter(({ caseNo }) => caseNo === quick || caseNo === open);
    expect(own(same)).toEqual([]);
    expect(same.cases).toBeGreaterThanOrEqual(2);

    const strict = await ask({ promises: { firstResponse: { length: { value: 0.001, unit: 'seconds' } } } });
    expect(
      own(strict)
        .map(({ caseNo }) => caseNo)
        .toSorted(),
    ).toEqual([quick, open].toSorted());
    expect(own(strict)[0]).toMatchObject({ clock: 'firstResponse', changed: { verdict: 'broken' } });
    expect(strict.byPromise.find(({ promise }) => promise === 'firstResponse')?.added).toBeGreaterThanOrEqual(2);
    expect(strict.byOwner.find(({ owner }) => owner === 'anna')?.added).toBeGreaterThanOrEqual(1);
    // Nothing of it is written.
    const clocks = (await get(`/api/cases/${quick}`, 'anna')).body.case as { clocks: { id: string; status: string }[] };
    expect(clocks.clocks.find(({ id }) => id === 'firstResponse')?.status).toBe('met');

    const halved = await ask({ promises: { resolution: { times: 0.5 } } });
    expect(halved.moved).toBeGreaterThanOrEqual(2);
    const draftId = await newDraft({ ...HOUSE, calendar: 'cn-office' });
    expect(await ask({ draftId })).toMatchObject({ cases: same.cases });
    await ask({ grades: [{ when: { categories: ['other'] }, grade: 'major' }] });
    await ask({ calendars: { 'cn-office': { days: { '2026-12-31': { kind: 'holiday' } } } } });
    await ask({ roster: { to: 'cn-office' } });
    const none = await post('/api/what-if', { from: '2020-01-01', to: '2020-02-01', change: { policy: 1 } });
    expect(none.body).toMatchObject({ cases: 0, breaches: { added: 0, removed: 0 } });
  });

  test.each([
    [{}, ['from', 'to', 'change']],
    [{ ...period, change: {} }, ['change']],
    [{ from: '2026-02-01', to: '2026-01-01', change: { policy: 1 } }, ['to']],
    [{ ...period, change: { policy: 9999 } }, ['change.policy']],
    [{ ...period, change: { draftId: '00000000-0000-4000-8000-000000000000' } }, ['change.draftId']],
    [{ ...period, change: { calendars: { nowhere: {} } } }, ['change.calendars.nowhere']],
    [{ ...period, change: { roster: { to: 'nowhere' } } }, ['change.roster.to']],
    [{ ...period, change: { clocks: { nothing: { times: 2 } } } }, ['change.clocks.nothing']],
    [
      { ...period, change: { promises: { help: { length: { value: 2, unit: 'workingDays' } } } } },
      ['change.promises.help.length.general'],
    ],
    [{ ...period, change: { colour: 'red' } }, ['change.colour']],
  ])('wrong: %j', async (body, wrong) => {
    await post('/api/policies', HOUSE);
    const answer = await post('/api/what-if', body);
    expect(answer.status).toBe(422);
    expect(paths(answer)).toEqual(expect.arrayContaining(wrong));
    for (const { message } of errors(answer)) expect(message).toMatch(/\p{Script=Han}/u);
  });
});

test('a version is called as its draft, unless its document was given a name of its own', async () => {
  const called = async (title: string, change: object): Promise<unknown> => {
    const made = Draft.parse((await post('/api/policy-drafts', { title })).body);
    const path = `/api/policy-drafts/${made.id}`;
    await post(path, { revision: 1, policy: { ...(made.policy as object), ...change } });
    expect((await post(`${path}/rehearse`, {})).status).toBe(200);
    return (await post(`${path}/publish`, { revision: 2 })).body.name;
  };
  expect(await called('春节值班', {})).toBe('春节值班');
  expect(await called('a title', { name: 'summer rules' })).toBe('summer rules');
});
