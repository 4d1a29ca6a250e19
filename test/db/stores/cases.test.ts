import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  CASE_SORTS,
  InvalidCursor,
  type CaseCounts,
  type CaseListItem,
  type CaseQuery,
  type Scope,
} from '../../../src/db';
import { cases } from '../../../src/db/schema';
import { AWAITED, awaits, awaitsLeader } from '../../../src/domain/case/awaits';
import { event, type CaseEvent } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import { mayCall, maySee } from '../../../src/domain/case/permissions';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { isBreached, nextDue } from '../../../src/domain/promises/clock';
import { append, SYSTEM } from '../../../src/domain/process/append';
import type { CaseState } from '../../../src/domain/case/state';
import { addMs } from '../../../src/domain/time/duration';
import { ROLES, type Actor } from '../../../src/domain/basics/types';
import { MIGRATIONS } from '../../../src/migrate';
import { searchGrams } from '../../../src/text/search';
import { life, newCaseNo, newComplaint, openedCase, openTestStores, sha256, type TestStores } from '../support';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

const ALL: Scope = { kind: 'all' };

async function pages(query: Omit<CaseQuery, 'cursor'>, between?: () => Promise<void>): Promise<CaseListItem[]> {
  const found: CaseListItem[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await on.stores.cases.list({ ...query, cursor });
    found.push(...page.items);
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    if (page.next === undefined) return found;
    cursor = page.next;
    await between?.();
  }
}

const more = (caseNo: string, events: CaseEvent[], ...bodies: Parameters<typeof append>[2]): CaseEvent[] => {
  const state = fold(caseNo, events);
  const at = state?.lastAt ?? '';
  return [...events, ...append(state, caseNo, bodies, { at, actor: SYSTEM }, HOUSE_POLICY).events];
};

describe('lists', () => {
  it('page without gaps or doubles in every order, while cases come in and change', async () => {
    const START = '2026-11-20T00:00:00.000Z';
    const caseNos: string[] = [];
    const file = async (minute: number): Promise<void> => {
      const caseNo = newCaseNo();
      // Several in one millisecond, and some with nothing due: ties and nulls are where pages break.
      const events = openedCase(caseNo, { receivedAt: addMs(START, Math.floor(minute / 3) * 60_000) });
      const withdrawn = event('withdrawn', { reason: { textId: randomUUID(), sha256: 'a'.repeat(64) } });
      await on.stores.ledger.append(caseNo, minute % 4 === 0 ? more(caseNo, events, withdrawn) : events);
      caseNos.push(caseNo);
    };
    for (let n = 0; n < 40; n++) await file(n);
    const before = new Set(caseNos);
    for (const sort of CASE_SORTS) {
      let minute = 0;
      const found = (await pages({ sort, limit: 7, scope: ALL }, () => file(minute++ * 17))).map(
        ({ caseNo }) => caseNo,
      );
      expect(new Set(found).size).toBe(found.length);
      expect([...before].filter((caseNo) => !found.includes(caseNo))).toEqual([]);
    }
    const received = (await pages({ sort: 'received', limit: 9, scope: ALL })).map(({ receivedAt }) => receivedAt);
    expect(received).toEqual(received.toSorted());
    const newest = (await pages({ sort: '-received', limit: 9, scope: ALL })).map(({ receivedAt }) => receivedAt);
    expect(newest).toEqual(received.toReversed());
    const due = (await pages({ sort: 'due', limit: 9, scope: ALL })).map(({ pressingAt }) => pressingAt ?? '~');
    expect(due).toEqual(due.toSorted());
  });

  it('refuse a cursor they did not give out', async () => {
    const good = await (async () => {
      for (let n = 0; n < 3; n++) {
        const caseNo = newCaseNo();
        await on.stores.ledger.append(caseNo, openedCase(caseNo));
      }
      return (await on.stores.cases.list({ sort: 'received', limit: 1, scope: ALL })).next ?? '';
    })();
    const forged = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = [
      '',
      'x',
      good.slice(1),
      forged(null),
      forged(['received', "2026-11-22T01:00:00.000Z' or 1=1", 'C261122-000000']),
      forged(['received', null, 'C261122-000000']),
      forged(['due', '2026-11-22T01:00:00.000Z', 'C261122-000000']),
      forged(['received', '2026-11-22T01:00:00.000Z', 'x']),
    ];
    for (const cursor of bad) {
      await expect(on.stores.cases.list({ sort: 'received', limit: 5, scope: ALL, cursor })).rejects.toThrow(
        InvalidCursor,
      );
    }
    expect((await on.stores.cases.list({ sort: 'received', limit: 5, scope: ALL, cursor: good })).items).toHaveLength(
      2,
    );
  });

  it('filter, and name the owner and the customer', async () => {
    await on.stores.users.create({
      id: 'u-agent',
      name: '李娜',
      email: 'a@x.cn',
      role: 'agent',
      team: 'after-sales',
      language: 'zh-CN',
      active: true,
    });
    const input = newComplaint({ customer: { name: '王小明', phone: '13812345678' }, product: { name: '冰箱' } });
    await on.stores.complaints.accept(input);
    const owner = { id: 'u-agent', role: 'agent', team: 'after-sales' };
    await on.stores.ledger.append(input.caseNo, openedCase(input.caseNo, { owner }));
    const another = newCaseNo();
    await on.stores.ledger.append(another, openedCase(another));

    const [found] = (await on.stores.cases.list({ sort: 'due', limit: 5, scope: ALL, owner: 'u-agent' })).items;
    const { state, ...item } = found ?? {};
    expect(state?.caseNo).toBe(input.caseNo);
    expect(item).toEqual({
      caseNo: input.caseNo,
      stage: 'grade',
      grade: 'general',
      category: 'product_quality',
      gradeConfirmed: false,
      owner: { id: 'u-agent', name: '李娜' },
      team: 'after-sales',
      customerName: '王小明',
      opening: '冰箱买来三天就漏水，客服一直推诿。',
      contact: { phone: '13812345678' },
      product: '冰箱',
      channel: 'phone',
      language: 'zh-CN',
      round: 1,
      nextDueAt: '2026-11-22T01:15:00.000Z',
      nextDueClock: 'firstResponse',
      pressingAt: '2026-11-22T01:15:00.000Z',
      breached: false,
      paused: false,
      awaits: [],
      repeat: false,
      grouped: false,
      chased: 0,
      receivedAt: '2026-11-22T01:00:00.000Z',
      updatedAt: '2026-11-22T01:00:00.000Z',
    });
    const count = async (filter: Partial<CaseQuery>): Promise<number> =>
      (await on.stores.cases.list({ sort: 'due', limit: 5, scope: ALL, ...filter })).items.length;
    expect(await count({ stage: 'grade' })).toBe(2);
    expect(await count({ stage: 'resolve' })).toBe(0);
    expect(await count({ grade: 'major' })).toBe(0);
    expect(await count({ team: 'after-sales' })).toBe(1);
    expect(await count({ breached: false })).toBe(2);
    expect(await count({ breached: true })).toBe(0);
    expect(await count({ category: 'product_quality' })).toBe(2);
    expect(await count({ category: 'logistics' })).toBe(0);
    expect(await count({ channel: 'phone' })).toBe(2);
    expect(await count({ channel: 'mail' })).toBe(0);
    expect(await count({ outcome: 'upheld' })).toBe(0);
    expect(await count({ round: 1 })).toBe(2);
    expect(await count({ round: 2 })).toBe(0);
    expect(await count({ paused: false })).toBe(2);
    expect(await count({ paused: true })).toBe(0);
    expect(await count({ receivedFrom: '2026-11-22T01:00:00.000Z' })).toBe(2);
    expect(await count({ receivedFrom: '2026-11-22T01:00:00.001Z' })).toBe(0);
    expect(await count({ receivedBefore: '2026-11-22T01:00:00.000Z' })).toBe(0);
    expect(await count({ receivedBefore: '2026-11-22T01:00:00.001Z' })).toBe(2);
    expect(await count({ owner: null })).toBe(1);
    expect(await count({ open: true })).toBe(2);
    expect(await count({ open: false })).toBe(0);
    expect(await count({ repeat: false })).toBe(2);
    expect(await count({ repeat: true })).toBe(0);
    expect(await count({ product: '冰' })).toBe(1);
    expect(await count({ product: '%' })).toBe(0);
    expect(await count({ promise: { is: 'due', before: '2026-11-22T01:15:00.000Z' } })).toBe(0);
    expect(await count({ promise: { is: 'due', before: '2026-11-22T01:15:00.001Z' } })).toBe(2);
    expect(
      await count({ promise: { is: 'due', from: '2026-11-22T01:15:00.001Z', before: '2027-01-01T00:00:00.000Z' } }),
    ).toBe(0);
    expect(await on.stores.cases.openCounts()).toMatchObject({ byStage: { grade: 2, resolve: 0 }, breached: 0 });
  });

  it('are as long as the counts say, and hold what the state says, whatever life the cases have had', async () => {
    const states: CaseState[] = [];
    // Lives until some are resolved: which seed makes such ones depends on the catalogue of decisions.
    for (let seed = 1; !states.some(({ resolution }) => resolution); seed++) {
      for (const events of fc.sample(life, { numRuns: 60, seed })) {
        const caseNo = newCaseNo();
        await on.stores.ledger.append(caseNo, events);
        const state = fold(caseNo, events);
        if (state) states.push(state);
      }
    }
    // In the middle of what falls due, so that every count has something to count.
    const due = states.flatMap(({ clocks }) => nextDue(clocks)?.dueAt ?? []).toSorted();
    const inAnHour = due[Math.floor(due.length / 3)] ?? '';
    const dayEnds = due[Math.floor((due.length * 2) / 3)] ?? '';
    const resolved = states.flatMap(({ resolution }) => resolution?.at ?? []).toSorted();
    const dayBegan = resolved[Math.floor(resolved.length / 2)] ?? '';
    const list = async (filter: Partial<CaseQuery>): Promise<string[]> =>
      (await pages({ sort: 'due', limit: 50, scope: ALL, ...filter })).map(({ caseNo }) => caseNo).toSorted();
    const those = (wanted: (state: CaseState) => boolean): string[] =>
      states
        .filter(wanted)
        .map(({ caseNo }) => caseNo)
        .toSorted();
    const broken = ({ clocks }: CaseState): boolean => Object.values(clocks).some(isBreached);
    const dueIn = (state: CaseState, from: string, before: string): boolean => {
      const at = nextDue(state.clocks)?.dueAt;
      return !broken(state) && at !== undefined && at >= from && at < before;
    };
    const open = ({ stage }: CaseState): boolean => stage !== 'archived';

    const lists: Record<keyof CaseCounts, { filter: Partial<CaseQuery>; wanted: (state: CaseState) => boolean }> = {
      open: { filter: { open: true }, wanted: open },
      broken: { filter: { open: true, promise: { is: 'broken' } }, wanted: (one) => open(one) && broken(one) },
      hour: {
        filter: { open: true, promise: { is: 'due', before: inAnHour } },
        wanted: (one) => open(one) && dueIn(one, '', inAnHour),
      },
      today: {
        filter: { open: true, promise: { is: 'due', from: inAnHour, before: dayEnds } },
        wanted: (one) => open(one) && dueIn(one, inAnHour, dayEnds),
      },
      waiting: { filter: { open: true, awaits: 'anybody' }, wanted: (one) => awaits(one).length > 0 },
      paused: {
        filter: { open: true, promise: { is: 'paused' } },
        wanted: (one) => open(one) && one.paused !== undefined,
      },
      done: { filter: { resolvedFrom: dayBegan }, wanted: ({ resolution }) => (resolution?.at ?? '') >= dayBegan },
    };
    const counts = await on.stores.cases.counts({ scope: ALL }, { inAnHour, dayBegan, dayEnds });
    for (const [name, { filter, wanted }] of Object.entries(lists)) {
      const found = await list(filter);
      expect({ name, found }).toEqual({ name, found: those(wanted) });
      expect({ name, count: counts[name as keyof CaseCounts] }).toEqual({ name, count: found.length });
    }
    expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
    for (const party of AWAITED) {
      const found = await list({ awaits: party });
      expect({ party, found }).toEqual({ party, found: those((state) => awaits(state).includes(party)) });
      expect(found.length).toBeGreaterThan(0);
    }

    const approvals = await list({ awaits: 'approval' });
    for (const id of ['u-supervisor', 'u-agent']) {
      const found = await list({ toDecide: { id } });
      expect({ id, found }).toEqual({ id, found: those((state) => awaitsLeader(state, id)) });
      expect(approvals.filter((caseNo) => !found.includes(caseNo))).toEqual([]);
    }

    // What the migration wrote into the rows from before is what a new row gets.
    const before = await on.database.db.select().from(cases).orderBy(cases.caseNo);
    await on.database.pool.query(`update cases set awaits = '{}', repeat = not repeat, resolved_at = null`);
    const migration = await readFile(join(MIGRATIONS, '0010_list_filters.sql'), 'utf8');
    await on.database.pool.query(migration.split('--> statement-breakpoint').at(-1) ?? '');
    expect(await on.database.db.select().from(cases).orderBy(cases.caseNo)).toEqual(before);
  });

  it('by what waits for somebody who leads, without what another was given', async () => {
    const states: CaseState[] = [];
    const after = async (...bodies: Parameters<typeof append>[2]): Promise<string> => {
      const caseNo = newCaseNo();
      const events = more(caseNo, openedCase(caseNo), ...bodies);
      await on.stores.ledger.append(caseNo, events);
      const state = fold(caseNo, events);
      if (state) states.push(state);
      return caseNo;
    };
    const opened = [
      event('stageEntered', { stage: 'feedback', round: 1 }),
      event('followUpOpened', { followUpId: 'f1', notBy: [] }),
    ];
    const givenTo = (assignee: string) => event('followUpAssigned', { followUpId: 'f1', assignee });
    const dueAt = '2026-12-01T00:00:00.000Z';
    const revisit = event('stageEntered', { stage: 'revisit', round: 1 });
    const nobodys = await after(...opened);
    const saras = await after(...opened, givenTo('u-sara'));
    const annas = await after(...opened, givenTo('u-anna'));
    const major = await after(revisit, event('revisitPlanned', { by: 'supervisor', dueAt }));
    await after(revisit, event('revisitPlanned', { by: 'agent', dueAt }));
    await after(event('revisitPlanned', { by: 'supervisor', dueAt }));

    for (const [id, wanted] of Object.entries({
      'u-sara': [nobodys, saras, major],
      'u-mona': [nobodys, major],
      'u-anna': [nobodys, annas, major],
    })) {
      const found = await pages({ sort: 'due', limit: 10, scope: ALL, toDecide: { id } });
      expect({ id, found: found.map(({ caseNo }) => caseNo).toSorted() }).toEqual({ id, found: wanted.toSorted() });
      const led = states.filter((state) => awaitsLeader(state, id)).map(({ caseNo }) => caseNo);
      expect(led.toSorted()).toEqual(wanted.toSorted());
    }
  });

  it('tell how many there are on the first page, whoever asks', async () => {
    for (let n = 0; n < 5; n++) {
      const caseNo = newCaseNo();
      await on.stores.ledger.append(caseNo, openedCase(caseNo));
    }
    const first = await on.stores.cases.list({ sort: 'received', limit: 2, scope: ALL });
    expect(first.total).toBe(5);
    const second = await on.stores.cases.list({ sort: 'received', limit: 2, scope: ALL, cursor: first.next });
    expect(second).not.toHaveProperty('total');
    const stranger: Scope = { kind: 'staff', id: 'u-x', role: 'colleague', team: 'x' };
    expect(await on.stores.cases.list({ sort: 'due', limit: 2, scope: stranger })).toEqual({ items: [], total: 0 });
  });

  it('put a promise that is broken and not kept before all others, and a rebuild leaves it there', async () => {
    const START = '2026-11-20T00:00:00.000Z';
    const [broken, kept, waiting] = [newCaseNo(), newCaseNo(), newCaseNo()];
    const opened = (caseNo: string) => openedCase(caseNo, { receivedAt: START });
    const at = '2026-11-20T00:15:00.000Z';
    const breach = event('promiseBreached', { clock: 'firstResponse', version: 1, dueAt: at });
    const late = (caseNo: string) =>
      append(fold(caseNo, opened(caseNo)), caseNo, [breach], { at, actor: SYSTEM }, HOUSE_POLICY).events;
    await on.stores.ledger.append(broken, [...opened(broken), ...late(broken)]);
    const answered = [...opened(kept), ...late(kept)];
    const response = event('responded', { via: 'phone', text: { textId: randomUUID(), sha256: 'a'.repeat(64) } });
    await on.stores.ledger.append(kept, [
      ...answered,
      ...append(fold(kept, answered), kept, [response], { at, actor: SYSTEM }, HOUSE_POLICY).events,
    ]);
    await on.stores.ledger.append(waiting, openedCase(waiting, { receivedAt: '2026-11-20T00:10:00.000Z' }));
    const order = async () =>
      (await pages({ sort: 'due', limit: 1, scope: ALL })).map(({ caseNo, breached }) => ({ caseNo, breached }));
    const wanted = [
      { caseNo: broken, breached: true },
      { caseNo: waiting, breached: false },
      { caseNo: kept, breached: false },
    ];
    expect(await order()).toEqual(wanted);
    const [first] = await pages({ sort: 'due', limit: 1, scope: ALL });
    expect(first).toMatchObject({ pressingAt: at, nextDueClock: 'resolution' });
    for (const caseNo of [broken, kept, waiting]) {
      expect(await on.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
      await on.stores.ledger.rebuild(caseNo);
    }
    expect(await order()).toEqual(wanted);
  });

  it('search whatever somebody has in hand', async () => {
    const body = '烤箱不热';
    const input = newComplaint({
      caseNo: 'C261126-ZDJH4H',
      customer: { name: '欧阳ＡＢ', phone: '0755-12345678', email: "Mary.O'Kane@example.com" },
      product: { name: '电烤箱 Ｋ9', model: 'KX-9', orderNo: 'QH-20251112-0386', serialNo: 'sn／00ａ7' },
      text: { textId: randomUUID(), sha256: sha256(body), body },
    });
    await on.stores.complaints.accept(input);
    await on.stores.ledger.append(input.caseNo, openedCase(input.caseNo));
    // A drawn number could hold what is searched for.
    const decoy = newComplaint({
      caseNo: 'C261126-BBBBBB',
      customer: { name: '别人', phone: '13900000000', email: 'x@y.cn' },
    });
    await on.stores.complaints.accept(decoy);
    await on.stores.ledger.append(decoy.caseNo, openedCase(decoy.caseNo));
    const find = async (q: string): Promise<string[]> =>
      (await on.stores.cases.list({ sort: 'due', limit: 9, scope: ALL, q })).items.map(({ caseNo }) => caseNo);
    for (const q of [
      'c261126zdjh4h',
      'Ｃ261126－ZDJH4H',
      'C261126 ZDJH',
      'zdjh4h',
      '\u200bC261126-ZDJH4H',
      'QH-20251112-0386',
      'qh-20251112',
      'ＱＨ–20251112',
      '0386',
      'SN/00A7',
      'sn/00a7',
      "mary.o'kane@EXAMPLE.com",
      "o'kane",
      '电烤箱',
      'kx-9',
      'Ｋ9',
      '欧阳ＡＢ',
      '075',
      '755',
      '+86 755 1234 5678',
      '(0755) 1234-5678',
      '12345678',
      '烤',
      '热',
    ]) {
      expect({ q, found: await find(q) }).toEqual({ q, found: [input.caseNo] });
    }
    for (const q of ['\ufe0f', 'QH-2025%', 'sn_00a7', '冷', 'nobody@example.com', '075500']) {
      expect({ q, found: await find(q) }).toEqual({ q, found: [] });
    }
    // Two digits stand in too many numbers.
    expect(await find('55')).toEqual([]);
  });

  it('search numbers, phones, names and words; wildcards and quotes are only letters', async () => {
    const body = "空调异响，客服小李说'100%没问题'，It never worked.";
    const input = newComplaint({
      customer: { name: '欧阳娜娜', phone: '+86 139-1234-5678' },
      text: { textId: randomUUID(), sha256: sha256(body), body },
    });
    await on.stores.complaints.accept(input);
    await on.stores.ledger.append(input.caseNo, openedCase(input.caseNo));
    const decoy = newComplaint({ customer: { name: '别人', phone: '13900000000' } });
    await on.stores.complaints.accept(decoy);
    await on.stores.ledger.append(decoy.caseNo, openedCase(decoy.caseNo));

    const find = async (q: string): Promise<string[]> =>
      (await on.stores.cases.list({ sort: 'due', limit: 9, scope: ALL, q })).items.map(({ caseNo }) => caseNo);
    const hits = [input.caseNo, input.caseNo.slice(8).toLowerCase(), '5678', '139 1234 5678', '欧阳', '异响'];
    for (const q of [...hits, 'NEVER work', '100%没', "'100%", '  异响  ']) {
      expect({ q, found: await find(q) }).toEqual({ q, found: [input.caseNo] });
    }
    for (const q of ['%没没', '1__%没问题', "' or 1=1 --", '异_', '\\', '0001', '没有这样的话']) {
      expect({ q, found: await find(q) }).toEqual({ q, found: [] });
    }
    expect(await find('')).toHaveLength(2);
  });

  it('and the forecast and the search show exactly the cases that maySee allows', async () => {
    const states: CaseState[] = [];
    await fc.assert(
      fc.asyncProperty(life, fc.subarray(['u-agent', 'u-supervisor', 'u-quality']), async (events, against) => {
        const caseNo = newCaseNo();
        const graded = event('graded', {
          grade: 'general',
          category: 'other',
          agreesWithSuggestion: true,
          against: against.length > 0 ? against : undefined,
        });
        const [opening, rest] = [events.slice(0, 2), events.slice(2)];
        // Somebody complained of early on, then the life as it went.
        const seen = [...opening, { ...graded, seq: 3, at: events[1]?.at, actor: SYSTEM } as CaseEvent];
        const all = [...seen, ...rest.map((one, n) => ({ ...one, seq: n + 4 }) as CaseEvent)];
        await on.stores.ledger.append(caseNo, all);
        const state = fold(caseNo, all);
        if (state) states.push(state);
      }),
      { numRuns: 60 },
    );
    // Rare in a random life, so made here: a follow-up, a task and a measure in hands that see the case only by them.
    const text = { textId: randomUUID(), sha256: 'a'.repeat(64) };
    for (const body of [
      event('followUpAssigned', { followUpId: 'f1', assignee: 'u-stranger' }),
      event('helpRequested', { taskId: 'h1', department: 'elsewhere', question: text }),
      event('helpRequested', { taskId: 'h1', department: 'x', assignee: 'u-stranger', question: text }),
      event('actionPlanned', {
        actionId: 'a',
        kind: 'urgent',
        owner: 'u-stranger',
        cause: 'design',
        description: text,
      }),
    ]) {
      const caseNo = newCaseNo();
      const owned = openedCase(caseNo, { owner: { id: 'u-x', role: 'agent', team: 'x' } });
      const all = more(caseNo, more(caseNo, owned, event('followUpOpened', { followUpId: 'f1', notBy: [] })), body);
      await on.stores.ledger.append(caseNo, all);
      const state = fold(caseNo, all);
      if (state) states.push(state);
    }
    const running = await on.database.pool.query<{ caseNo: string }>(
      `select k.case_no as "caseNo" from case_clocks k join cases c using (case_no) where k.status = 'running'
         and c.stage <> 'archived' and k.promise not in ('survey', 'pause', 'customerAnswer')`,
    );
    // In every case the same words, and the same number to reach the customer by.
    await on.database.pool.query(
      `insert into search_docs select case_no, source, received_at, norm, grams, true from cases, jsonb_to_recordset($1)
         as d(source text, norm text, grams int[])`,
      [
        JSON.stringify([
          { source: 'subject', norm: '电饭锅', grams: searchGrams('电饭锅') },
          { source: 'contact', norm: '13812345678', grams: searchGrams('13812345678') },
        ]),
      ],
    );
    const [early, late] = ['2000-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'];
    let hidden = 0;
    let masked = 0;
    for (const id of ['u-agent', 'u-agent2', 'u-supervisor', 'u-quality', 'u-stranger']) {
      for (const role of ROLES) {
        for (const team of ['after-sales', 'quality', 'elsewhere']) {
          const actor: Actor = { kind: 'staff', id, role, team };
          const allowed = states.filter((state) => maySee(actor, state)).map(({ caseNo }) => caseNo);
          const shown = await pages({ sort: 'received', limit: 100, scope: actor });
          expect(shown.map(({ caseNo }) => caseNo).toSorted()).toEqual(allowed.toSorted());
          hidden += states.length - allowed.length;
          const search = async (q: string): Promise<string[]> =>
            (await pages({ sort: 'received', limit: 100, scope: actor, q })).map(({ caseNo }) => caseNo).toSorted();
          expect(await search('饭锅')).toEqual(allowed.toSorted());
          // By a part of the number only where they would read it.
          const callable = states.filter((state) => maySee(actor, state) && mayCall(actor, state));
          expect(await search('1234567')).toEqual(callable.map(({ caseNo }) => caseNo).toSorted());
          masked += allowed.length - callable.length;
          const span = { from: early, to: late, now: early, zone: 'Asia/Shanghai' };
          const foretold = await on.stores.forecast.promises({ ...span, scope: actor });
          const clocks = [...foretold.due, ...foretold.overdue].reduce((sum, { count }) => sum + count, 0);
          expect(clocks).toBe(running.rows.filter(({ caseNo }) => allowed.includes(caseNo)).length);
        }
      }
    }
    // It would be no test if everybody saw everything, or nobody anything.
    expect(hidden).toBeGreaterThan(states.length);
    expect(hidden).toBeLessThan(states.length * 75);
    expect(masked).toBeGreaterThan(0);
  });
});

it('finds repeats by phone, order and serial number, within the time and before this one', async () => {
  const file = async (receivedAt: string, customer: { phone?: string }, product: object = {}): Promise<string> => {
    const input = newComplaint({
      receivedAt,
      customer: { name: 'x', ...customer },
      product: { name: 'p', ...product },
    });
    await on.stores.complaints.accept(input);
    return input.caseNo;
  };
  const within = 90 * 86_400_000;
  const old = await file('2026-01-01T00:00:00.000Z', { phone: '13811112222' });
  const byPhone = await file('2026-11-01T00:00:00.000Z', { phone: '+86 138 1111 2222' });
  const byOrder = await file('2026-11-02T00:00:00.000Z', {}, { orderNo: 'O-7' });
  const bySerial = await file('2026-11-03T00:00:00.000Z', {}, { serialNo: 'S-7' });
  await file('2026-11-04T00:00:00.000Z', { phone: '13899999999' }, { orderNo: 'O-8', serialNo: 'S-8' });
  const mine = await file('2026-11-05T00:00:00.000Z', { phone: '13811112222' }, { orderNo: 'O-7', serialNo: 'S-7' });
  await file('2026-11-06T00:00:00.000Z', { phone: '13811112222' });
  expect(await on.stores.cases.repeats({ caseNo: mine, within })).toEqual([bySerial, byOrder, byPhone]);
  expect(await on.stores.cases.repeats({ caseNo: old, within })).toEqual([]);
  expect(await on.stores.cases.repeats({ caseNo: newCaseNo(), within })).toEqual([]);
});

it('finds repeats by any spelling of an order or serial number, and by mail where no phone says otherwise', async () => {
  const within = 90 * 86_400_000;
  let minute = 0;
  const file = async (customer: { phone?: string; email?: string }, product: object = {}): Promise<string> => {
    const input = newComplaint({
      receivedAt: addMs('2026-11-01T00:00:00.000Z', (minute += 1) * 60_000),
      customer: { name: 'x', ...customer },
      product: { name: 'p', ...product },
    });
    await on.stores.complaints.accept(input);
    return input.caseNo;
  };
  const repeats = (caseNo: string) => on.stores.cases.repeats({ caseNo, within });
  const order = await file({}, { orderNo: 'QH-20251112-0386' });
  expect(await repeats(await file({}, { orderNo: ' ｑｈ–20251112–0386\u200b' }))).toEqual([order]);
  const serial = await file({}, { serialNo: 'sn 7a' });
  expect(await repeats(await file({}, { serialNo: 'ＳＮ 7A' }))).toEqual([serial]);

  const byMail = await file({ email: 'Mary@例子.cn' });
  const again = await file({ email: 'mary@xn--fsqu00a.cn' });
  expect(await repeats(again)).toEqual([byMail]);
  const withPhone = await file({ email: 'mary@例子.cn', phone: '13811112222' });
  expect(await repeats(withPhone)).toEqual([again, byMail]);
  // Another phone: somebody else of the same household or firm.
  expect(await repeats(await file({ email: 'mary@例子.cn', phone: '13833334444' }))).toEqual([again, byMail]);
  const landline = await file({ phone: '0755-12345678' });
  expect(await repeats(await file({ phone: '+86 (0)755 12345678' }))).toEqual([landline]);
});
