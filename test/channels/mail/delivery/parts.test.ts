import { askByPhone } from '../../../../src/channels/mail/delivery/ask-by-phone';
import { CaseReader } from '../../../../src/channels/mail/delivery/case-reader';
import { Holding } from '../../../../src/channels/mail/delivery/holding';
import { Parcels } from '../../../../src/channels/mail/delivery/parcels';
import { Threads } from '../../../../src/channels/mail/delivery/threads';
import type { DigestStore, MailStores } from '../../../../src/channels/mail/stores';
import type { DigestRow, OutboxRow } from '../../../../src/db/records';
import type { MailKind } from '../../../../src/domain/policy/mail-kinds';
import { fakeStores } from '../fake-stores';
import { staffOf, Walk } from '../walk';

/** The relay's parts, each by itself: what it asks of the stores, and what it writes down. */
const CASE = 'C261122-AAAAAA';
const newCase = (): Walk =>
  new Walk({ language: 'zh-CN', caseNo: CASE, words: '滤芯错了', customerName: '林晓梅', grade: 'general' });
const storesOf = (walk: Walk): MailStores => fakeStores([walk], staffOf('zh-CN'), { rows: [], late: true }).stores;

const row = (id: number, mail: MailKind, to: OutboxRow['to'] = { kind: 'customer' }): OutboxRow => ({
  id,
  caseNo: CASE,
  seq: id,
  mail,
  to,
  messageId: `<${id}@redress.example>`,
  state: 'planned',
  attempts: 0,
  ambiguous: 0,
  plannedAt: '2026-11-22T08:08:00.000Z',
  nextAttemptAt: '2026-11-22T08:08:00.000Z',
});
const STAFF = { kind: 'user', id: 'u-agent' } as const;

describe('the thread of a mail', () => {
  test('begins with the first mail to the same side; to staff, with the first that is no reminder', async () => {
    const rows = [row(4, 'result'), row(3, 'assigned', STAFF), row(2, 'escalation', STAFF), row(1, 'receipt')];
    const threads = new Threads({ list: () => Promise.resolve(rows) });
    expect(await threads.firstOf(row(1, 'receipt'))).toBeUndefined();
    expect(await threads.firstOf(row(4, 'result'))).toBe('<1@redress.example>');
    expect(await threads.firstOf(row(3, 'assigned', STAFF))).toBeUndefined();
    expect(await threads.firstOf(row(2, 'escalation', STAFF))).toBe('<3@redress.example>');
  });

  test('is asked of the outbox once', async () => {
    let asked = 0;
    const threads = new Threads({ list: () => (asked++, Promise.resolve([row(1, 'receipt')])) });
    for (const id of [1, 2, 3]) await threads.firstOf(row(id, id === 1 ? 'receipt' : 'result'));
    expect(asked).toBe(1);
  });
});

test('of a ledger only what is not known yet is read', async () => {
  const walk = newCase();
  const stores = storesOf(walk);
  const after: number[] = [];
  const cases = new CaseReader({
    ...stores,
    ledger: {
      events: (caseNo, afterSeq = 0) => (after.push(afterSeq), stores.ledger.events(caseNo, afterSeq)),
    },
  });
  const first = await cases.ledger(CASE, 2);
  walk.decide('grade', walk.staff.agent, { grade: 'general', category: 'product_quality' });
  const last = walk.events.length;
  expect(await cases.ledger(CASE, last)).toEqual(walk.events);
  expect((await cases.cause({ caseNo: CASE, seq: last }))?.seq).toBe(last);
  expect(after).toEqual([0, first.length]);
});

describe('the news that a case is being assigned', () => {
  const assigning = (): { walk: Walk; planned: OutboxRow } => {
    const walk = newCase();
    walk.decide('grade', walk.staff.agent, { grade: 'important', category: 'product_quality' });
    const planned = walk.rows().find(({ mail }) => mail === 'progress');
    if (!planned) throw new Error('no news');
    return { walk, planned };
  };
  const holdingOf = (walk: Walk, now: number) => {
    const written: unknown[][] = [];
    const write = (...args: unknown[]): Promise<void> => (written.push(args), Promise.resolve());
    const cases = new CaseReader(storesOf(walk));
    return {
      written,
      holding: new Holding({
        outbox: { list: () => Promise.resolve([]), putOff: write, skipped: write },
        cases,
        clock: () => now,
      }),
    };
  };

  test('waits three seconds, then goes', async () => {
    const { walk, planned } = assigning();
    const at = Date.parse(planned.plannedAt);
    const { holding, written } = holdingOf(walk, at + 2_999);
    expect(await holding.holds(planned, walk.state)).toBe(true);
    expect(written).toEqual([[planned.id, 'settling', new Date(at + 3_000).toISOString()]]);
    const later = holdingOf(walk, at + 3_000);
    expect([await later.holding.holds(planned, walk.state), later.written]).toEqual([false, []]);
  });

  test('gives way to that of the next stage', async () => {
    const { walk, planned } = assigning();
    const state = walk.state && { ...walk.state, stage: 'resolve' as const };
    const { holding, written } = holdingOf(walk, Date.parse(planned.plannedAt));
    expect(await holding.holds(planned, state)).toBe(true);
    expect(written).toEqual([[planned.id, 'overtaken']]);
  });
});

test('a mail that is given up is told of, before its row ends; a note about one is not', async () => {
  const told: string[] = [];
  const write = (id: number): Promise<void> => (told.push(`row ${id}`), Promise.resolve());
  const parcels = new Parcels({
    outbox: { ambiguous: write, failed: write, retry: write, sent: write },
    isGathering: true,
    onPermanentFailure: (caseNo, mail, to, seq) => (told.push(`${caseNo} ${mail} ${to} ${seq}`), Promise.resolve()),
    clock: () => Date.parse('2026-11-29T00:00:00.000Z'),
  });
  await parcels.ofMail(row(1, 'receipt')).giveUp('smtp_550');
  await parcels.ofMail(row(2, 'mailFailed', STAFF)).giveUp('smtp_550');
  expect(told.splice(0)).toEqual([`${CASE} receipt customer 1`, 'row 1', 'row 2']);

  // Of a digest every notice is told of.
  const digests = {
    notices: () => Promise.resolve([row(3, 'escalation', STAFF), row(4, 'mailFailed', STAFF), row(5, 'chased', STAFF)]),
    failed: (id: number) => (told.push(`digest ${id}`), Promise.resolve()),
  } as unknown as DigestStore;
  await parcels.ofDigest({ id: 9, userId: 'u-agent' } as DigestRow, digests).giveUp('smtp_550');
  expect(told).toEqual([`${CASE} escalation staff 3`, `${CASE} chased staff 5`, 'digest 9']);
});

test('a reminder that was never tried counts from now; one that was, and any other mail, from its plan', () => {
  const now = '2026-11-29T00:00:00.000Z';
  const nothing = (): Promise<void> => Promise.resolve();
  const parcels = new Parcels({
    outbox: { ambiguous: nothing, failed: nothing, retry: nothing, sent: nothing },
    isGathering: true,
    onPermanentFailure: nothing,
    clock: () => Date.parse(now),
  });
  const reminder = row(1, 'escalation', STAFF);
  const tried = { ...reminder, addresses: ['u-agent@desk.example'] };
  const found = [reminder, tried, row(2, 'receipt')].map((one) => parcels.ofMail(one));
  expect(found.map(({ plannedAt, exemptFromBreaker }) => [plannedAt, exemptFromBreaker])).toEqual([
    [now, true],
    [reminder.plannedAt, true],
    [reminder.plannedAt, false],
  ]);
});

test('an offer that no letter brings: whoever owns the case is asked to call, while it is open', async () => {
  const walk = newCase();
  const { agent } = walk.staff;
  walk.decide('grade', agent, { grade: 'general', category: 'product_quality' });
  walk.decide('propose', agent, { remedies: [{ kind: 'refund', amount: 10 }], solution: walk.free('退款') });
  const offered = walk.rows().find(({ mail }) => mail === 'solution');
  const receipt = walk.rows().find(({ mail }) => mail === 'receipt');
  if (!offered || !receipt) throw new Error('no offer');
  const planned: Partial<OutboxRow>[] = [];
  const cases = new CaseReader(storesOf(walk));
  const needs = { cases, outbox: { plan: (mail: Partial<OutboxRow>) => (planned.push(mail), Promise.resolve()) } };
  await askByPhone(receipt, walk.state, needs);
  expect(planned).toEqual([]);
  await askByPhone(offered, walk.state, needs);
  expect(planned).toEqual([
    {
      caseNo: CASE,
      seq: offered.seq,
      mail: 'askByPhone',
      to: { kind: 'user', id: 'u-agent' },
      messageId: `<${CASE}.${offered.seq}.askByPhone.0@redress.example>`,
    },
  ]);
  walk.decide('customerAnswer', { kind: 'customer' }, { accepted: true, via: 'link' });
  await askByPhone(offered, walk.state, needs);
  expect(planned).toHaveLength(1);
});
