import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { event } from '../../../src/domain/case/events';
import { createHarness, type Answered, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const call = (method: string, path: string, as: string, body?: unknown) => harness.call(method, path, { as, body });
const paths = ({ body }: Answered) =>
  (body.errors as { path: string; message: string }[] | undefined)?.map(({ path }) => path);
const FROM = '2027-03-01T09:00:00+08:00';
const TO = '2027-03-05T18:00:00+08:00';

/** Every fault says it in both languages. */
function inBothLanguages({ body }: Answered): void {
  for (const { message } of (body.errors ?? []) as { message: string }[]) {
    expect(message).toMatch(/[a-z]{3}.*[\u4e00-\u9fff]/);
  }
}

describe('staff', () => {
  it('agents read who is there and what they can do; no mail address or telephone number', async () => {
    const { status, body } = await call('GET', '/api/staff', 'anna');
    expect(status).toBe(200);
    const items = body.items as Record<string, unknown>[];
    expect(items.find(({ id }) => id === 'anna')).toEqual({
      id: 'anna',
      name: 'Name of anna',
      role: 'agent',
      team: 'after-sales',
      language: 'zh-CN',
      active: true,
      open: 0,
      offDuty: false,
    });
    expect(items).toHaveLength(7);
  });

  it('a supervisor changes an entry; null takes a cap away, empty lists limit nothing', async () => {
    const change = {
      nameEn: 'Arno',
      skills: ['claims'],
      productLines: ['ac'],
      regions: ['south'],
      languages: ['en'],
      maxOpen: 5,
    };
    expect((await call('PATCH', '/api/staff/arno', 'sara', change)).body).toMatchObject({ id: 'arno', ...change });
    const less = await call('PATCH', '/api/staff/arno', 'sara', { maxOpen: null, regions: [] });
    expect(less.body).toMatchObject({ skills: ['claims'], productLines: ['ac'] });
    expect(less.body).not.toHaveProperty('maxOpen');
    expect(less.body).not.toHaveProperty('regions');
    expect((await call('PATCH', '/api/staff/arno', 'anna', { maxOpen: 1 })).status).toBe(403);
    expect((await call('PATCH', '/api/staff/nobody', 'sara', { maxOpen: 1 })).status).toBe(404);
  });

  it('several at once: all or none, each fault with its place', async () => {
    const bad = await call('PUT', '/api/staff', 'sara', {
      items: [
        { id: 'anna', maxOpen: 9 },
        { id: 'ghost', maxOpen: 1 },
        { id: 'arno', calendar: 'no-such' },
        { id: 'anna', maxOpen: 8 },
      ],
    });
    expect([bad.status, paths(bad)]).toEqual([422, ['items.1.id', 'items.2.calendar', 'items.3.id']]);
    inBothLanguages(bad);
    expect((await harness.stores.users.byId('anna'))?.maxOpen).toBeUndefined();
    const shape = await call('PUT', '/api/staff', 'sara', {
      items: [{ id: 'anna', maxOpen: -1, skills: ['x', 'x'], wings: 2 }],
    });
    expect([shape.status, paths(shape)?.toSorted()]).toEqual([
      422,
      ['items.0.maxOpen', 'items.0.skills', 'items.0.wings'],
    ]);
    const good = await call('PUT', '/api/staff', 'sara', {
      items: [
        { id: 'anna', maxOpen: 9 },
        { id: 'arno', skills: [] },
      ],
    });
    expect((good.body.items as { id: string }[]).map(({ id }) => id).toSorted()).toEqual(['anna', 'arno']);
    await call('PATCH', '/api/staff/anna', 'sara', { maxOpen: null });
  });

  it('nobody takes themselves, or somebody above them, off the staff', async () => {
    const self = await call('PATCH', '/api/staff/sara', 'sara', { active: false });
    expect([self.status, paths(self)]).toEqual([422, ['active']]);
    const above = await call('PATCH', '/api/staff/mona', 'sara', { active: false });
    expect([above.status, above.body.code, paths(above)]).toEqual([403, 'forbidden', ['active']]);
    inBothLanguages(above);
    expect(above.body.detail).toContain('switching a manager on or off');
    const many = await call('PUT', '/api/staff', 'sara', {
      items: [
        { id: 'anna', maxOpen: 7 },
        { id: 'mona', active: false },
      ],
    });
    expect([many.status, paths(many)]).toEqual([403, ['items.1.active']]);
    expect((await harness.stores.users.byId('anna'))?.maxOpen).toBeUndefined();
    expect((await call('PATCH', '/api/staff/quinn', 'sara', { active: false })).body).toMatchObject({ active: false });
    await call('PATCH', '/api/staff/quinn', 'sara', { active: true });
  });

  it('a supervisor plans for everybody, also above them; an `active` that stays as it is switches nobody', async () => {
    const planned = await call('PUT', '/api/staff', 'sara', {
      items: [{ id: 'mona', maxOpen: 3, skills: ['claims'], active: true }],
    });
    expect([planned.status, planned.body.items]).toEqual([
      200,
      [expect.objectContaining({ id: 'mona', maxOpen: 3, skills: ['claims'], active: true })],
    ]);
    await call('PATCH', '/api/staff/mona', 'sara', { maxOpen: null, skills: [] });
  });
});

describe('leave', () => {
  it('everybody takes their own, supervisors also that of others; it shows, and can be taken back', async () => {
    const own = await call('POST', '/api/leaves', 'anna', { from: FROM, to: TO, deputy: 'arno' });
    expect([own.status, own.body]).toEqual([
      201,
      expect.objectContaining({
        userId: 'anna',
        from: '2027-03-01T01:00:00.000Z',
        to: '2027-03-05T10:00:00.000Z',
        deputy: 'arno',
        createdBy: 'anna',
      }),
    ]);
    expect((await call('POST', '/api/leaves', 'anna', { userId: 'arno', from: FROM, to: TO })).status).toBe(403);
    const others = await call('POST', '/api/leaves', 'sara', { userId: 'arno', from: FROM, to: TO });
    expect(others.status).toBe(201);
    const listed = await call('GET', '/api/leaves?user=anna&from=2027-03-05T00:00:00Z', 'arno');
    expect((listed.body.items as { id: string }[]).map(({ id }) => id)).toEqual([own.body.id]);
    expect((await call('GET', '/api/leaves?from=2027-03-06T00:00:00Z', 'arno')).body.items).toEqual([]);
    expect((await call('DELETE', `/api/leaves/${String(own.body.id)}`, 'arno')).status).toBe(403);
    expect((await call('DELETE', `/api/leaves/${String(own.body.id)}`, 'anna')).status).toBe(200);
    expect((await call('DELETE', `/api/leaves/${String(own.body.id)}`, 'anna')).status).toBe(404);
    expect((await call('DELETE', `/api/leaves/${String(others.body.id)}`, 'sara')).status).toBe(200);
  });

  it('somebody on leave at this moment is shown so, with their deputy', async () => {
    const now = Date.now();
    const body = {
      from: new Date(now - 1_000).toISOString(),
      to: new Date(now + 3_600_000).toISOString(),
      deputy: 'arno',
    };
    const { body: leave } = await call('POST', '/api/leaves', 'anna', body);
    const { body: staff } = await call('GET', '/api/staff', 'sara');
    const anna = (staff.items as Record<string, unknown>[]).find(({ id }) => id === 'anna');
    expect(anna).toMatchObject({ onLeave: { until: body.to, deputy: 'arno' }, offDuty: false });
    await call('DELETE', `/api/leaves/${String(leave.id)}`, 'anna');
  });

  it.each([
    ['an end before the beginning', { from: TO, to: FROM }, ['to']],
    ['no time at all', { from: FROM, to: FROM }, ['to']],
    ['oneself as deputy', { from: FROM, to: TO, deputy: 'sara' }, ['deputy']],
    ['a deputy who is nobody', { from: FROM, to: TO, deputy: 'ghost' }, ['deputy']],
    ['somebody who is nobody', { userId: 'ghost', from: FROM, to: TO }, ['userId']],
    ['a time without an offset', { from: '2027-03-01T09:00:00', to: TO }, ['from']],
  ])('%s: 422 with the place, in both languages', async (_what, body, places) => {
    const answer = await call('POST', '/api/leaves', 'sara', body);
    expect([answer.status, paths(answer)]).toEqual([422, places]);
    inBothLanguages(answer);
    expect(answer.body.detailZh).toMatch(/[\u4e00-\u9fff]/);
  });

  it('two that overlap', async () => {
    const first = await call('POST', '/api/leaves', 'sven', { from: FROM, to: TO });
    const second = await call('POST', '/api/leaves', 'sven', {
      from: '2027-03-05T17:00:00+08:00',
      to: '2027-03-09T09:00:00+08:00',
    });
    expect([second.status, paths(second)]).toEqual([422, ['from']]);
    inBothLanguages(second);
    const after = await call('POST', '/api/leaves', 'sven', { from: TO, to: '2027-03-09T09:00:00+08:00' });
    expect([first.status, after.status]).toEqual([201, 201]);
  });
});

describe('shifts', () => {
  const span = { from: '2027-04-05T00:00:00+08:00', to: '2027-04-12T00:00:00+08:00' };
  const shift = (userId: string, day: string, from: string, to: string) => ({
    userId,
    from: `2027-04-${day}T${from}:00+08:00`,
    to: `2027-04-${day}T${to}:00+08:00`,
  });

  it('a roster is sent whole, replaces what it spans, and is read back', async () => {
    const roster = [shift('anna', '05', '08:00', '16:00'), shift('arno', '05', '16:00', '23:00')];
    expect((await call('PUT', '/api/shifts', 'anna', { ...span, shifts: roster })).status).toBe(403);
    expect((await call('PUT', '/api/shifts', 'sara', { ...span, shifts: roster })).body.items).toHaveLength(2);
    const one = { ...span, userIds: ['anna'], shifts: [shift('anna', '06', '08:00', '16:00')] };
    expect((await call('PUT', '/api/shifts', 'sara', one)).body.items).toHaveLength(2);
    const query = `from=${encodeURIComponent(span.from)}&to=${encodeURIComponent(span.to)}`;
    expect((await call('GET', `/api/shifts?${query}&user=anna`, 'arno')).body.items).toEqual([
      { userId: 'anna', from: '2027-04-06T00:00:00.000Z', to: '2027-04-06T08:00:00.000Z' },
    ]);
    expect((await call('PUT', '/api/shifts', 'sara', { ...span, shifts: [] })).body.items).toEqual([]);
  });

  it.each([
    [
      'somebody unknown, an end before the beginning, and one outside the span',
      [
        shift('ghost', '05', '08:00', '16:00'),
        shift('anna', '05', '16:00', '08:00'),
        shift('anna', '20', '08:00', '16:00'),
      ],
      ['shifts.0.userId', 'shifts.1.to', 'shifts.2.from'],
    ],
    [
      'one person at two places at once',
      [
        shift('anna', '05', '12:00', '20:00'),
        shift('arno', '05', '08:00', '16:00'),
        shift('anna', '05', '08:00', '16:00'),
      ],
      ['shifts.0.from'],
    ],
    [
      'a shift of three days',
      [{ ...shift('anna', '05', '08:00', '16:00'), to: '2027-04-08T08:00:00+08:00' }],
      ['shifts.0.to'],
    ],
  ])('%s: 422 with the place, in both languages, and nothing is changed', async (_what, shifts, places) => {
    const answer = await call('PUT', '/api/shifts', 'sara', { ...span, shifts });
    expect([answer.status, paths(answer)]).toEqual([422, places]);
    inBothLanguages(answer);
  });

  it('somebody who is not among those it is for, and an unknown one among those', async () => {
    const body = { ...span, userIds: ['anna', 'ghost'], shifts: [shift('arno', '05', '08:00', '16:00')] };
    expect(paths(await call('PUT', '/api/shifts', 'sara', body))).toEqual(['userIds.1', 'shifts.0.userId']);
  });
});

describe('the queue and claims', () => {
  it('supervisors see who waits, in order, since when and why', async () => {
    const routing = {
      rules: [{ when: { productLines: ['ac'] }, role: 'supervisor' as const, team: 'cooling' }],
      prefer: ['leastLoad' as const],
      productLines: [{ id: 'ac', words: ['空调'] }],
    };
    const { version: _version, ...policy } = HOUSE_POLICY;
    // A policy that asks for somebody who is not there is not published; they leave afterwards.
    const cora = { id: 'cora', name: 'Cora', email: '', role: 'supervisor', team: 'cooling' } as const;
    await harness.stores.users.create({ ...cora, language: 'zh-CN', active: true });
    expect((await call('POST', '/api/policies', 'mona', { ...policy, routing })).status).toBe(201);
    await harness.stores.users.change([{ id: 'cora', change: { active: false } }]);
    const graded = async (grade: string, product: string) => {
      const { caseNo } = await harness.open({ product: { name: product } });
      const answer = await harness.decide(caseNo, 'grade', 'anna', { grade, category: 'other' });
      expect(answer.status).toBe(200);
      await harness.engine.happen(caseNo, [event('queued', { why: 'nobody' })]);
      return caseNo;
    };
    const general = await graded('general', '空调');
    const major = await graded('major', '冰箱');
    const { body } = await call('GET', '/api/queue', 'sara');
    expect(body.items).toEqual([
      expect.objectContaining({
        place: 1,
        caseNo: major,
        grade: 'major',
        why: { code: 'ahead', words: expect.anything() as unknown },
        wanted: { role: 'supervisor', skills: [] },
      }),
      expect.objectContaining({
        place: 2,
        caseNo: general,
        why: {
          code: 'nobody',
          words: { zh: expect.stringMatching(/没有人/) as unknown, en: expect.stringMatching(/nobody/) as unknown },
        },
        wanted: { role: 'supervisor', team: 'cooling', skills: [], productLine: 'ac' },
      }),
    ]);
    const since = (body.items as { since: string }[])[0]?.since ?? '';
    expect(Date.now() - Date.parse(since)).toBeLessThan(60_000);
    expect((await call('GET', '/api/queue', 'anna')).status).toBe(403);

    // Claimed, it waits no longer; a second claim is told by whom it is owned, in both languages.
    expect((await harness.decide(general, 'assign', 'anna', { owner: 'anna' })).status).toBe(200);
    const second = await harness.decide(general, 'assign', 'sara', { owner: 'sara' });
    expect([second.status, second.body.code]).toEqual([409, 'already_owned']);
    expect(second.body.detail).toContain('already owned by Name of anna');
    expect(second.body.detailZh).toContain('anna');
    expect(((await call('GET', '/api/queue', 'sara')).body.items as unknown[]).length).toBe(1);
    // Hidden from whom it is about, except from an admin, as the case itself.
    await harness.database.pool.query(`update cases set against = '{sara,adam}' where case_no = $1`, [major]);
    const shown = async (as: string) => ((await call('GET', '/api/queue', as)).body.items as unknown[]).length;
    expect([await shown('sara'), await shown('mona'), await shown('adam')]).toEqual([0, 1, 1]);
  });
});
