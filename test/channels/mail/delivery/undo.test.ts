import { createUndo, type Undoing } from '../../../../src/cases/case/undo';
import { CaseReader } from '../../../../src/channels/mail/delivery/case-reader';
import { Holding } from '../../../../src/channels/mail/delivery/holding';
import type { OutboxRow } from '../../../../src/db/records';
import type { Actor } from '../../../../src/domain/basics/types';
import type { Staff } from '../../../../src/domain/case/permissions';
import { DECISION_NAMES, type DecisionName } from '../../../../src/domain/decisions/catalogue';
import { isRevocable, revocableId, UNDO_HELD_MS, UNDO_TAKEN_MS } from '../../../../src/domain/decisions/undo';
import { fakeStores } from '../fake-stores';
import { staffOf, Walk } from '../walk';

/** Taking back what one has just decided: who may, for how long, what does it, and what becomes of its mails. */

const CASE = 'C261122-AAAAAA';
const ID = 'w-0123456789abcdef0123456789abcdef0123456789a';
const DAY = 86_400_000;

/** A case in work, and its owner. */
function inWork(): { walk: Walk; owner: Staff; lead: Staff } {
  const walk = new Walk({
    language: 'zh-CN',
    caseNo: CASE,
    words: '滤芯错了',
    customerName: '林晓梅',
    grade: 'general',
  });
  const owner = walk.staff.agent as Staff;
  walk.decide('grade', owner, { grade: 'general', category: 'product_quality' });
  if (walk.state?.stage === 'assign') walk.decide('assign', owner, { owner: owner.id });
  walk.decide('accept', owner);
  return { walk, owner, lead: walk.staff.lead as Staff };
}

/** The input of a decision that can be taken back. */
const inputs = (walk: Walk): Partial<Record<DecisionName, Record<string, unknown>>> => ({
  pause: { reason: 'parts', until: new Date(Date.parse(walk.now) + 5 * DAY).toISOString(), note: walk.say('等配件') },
  requestHelp: { department: 'quality', question: walk.say('有货吗') },
  extend: {
    promise: 'resolution',
    dueAt: new Date(Date.parse(walk.state?.clocks.resolution?.dueAt ?? '') + 5 * DAY).toISOString(),
    reason: walk.say('等配件'),
  },
});

/** Undoing over the walk: what it decides is decided in the walk. `afterMs`: how long after the last entry it is. */
function undoing(walk: Walk, afterMs: number, answer: object = {}): Undoing {
  return createUndo({
    stores: { ledger: { events: () => Promise.resolve(walk.events) } },
    visible: { see: () => Promise.resolve({} as never) },
    deciding: {
      decide: (_caseNo, name, { decisionId, formSeq, ...input }, actor) => {
        expect(formSeq).toBe(walk.events.at(-1)?.seq);
        const texts = Object.entries(input).map(([key, value]) =>
          key === 'answer' || key === 'reason' ? [key, walk.say(String(value))] : [key, value],
        );
        walk.decide(name, actor, Object.fromEntries(texts) as Record<string, unknown>, { decisionId, afterMs });
        return Promise.resolve(answer as never);
      },
    },
    clock: () => Date.parse(walk.events.at(-1)?.at ?? '') + afterMs,
  });
}

/** Takes a revocable decision as the desk does. */
function decided(walk: Walk, name: DecisionName, by: Actor, id = ID): string {
  const decisionId = revocableId(name, id);
  walk.decide(name, by, inputs(walk)[name], { decisionId });
  return decisionId;
}

/** What of the case a person decides on. */
const ground = ({ state }: Walk) => ({
  stage: state?.stage,
  owner: state?.owner?.id,
  paused: state?.paused,
  help: state?.helpTasks.filter(({ open }) => open).length,
  // Whole minutes: a pause gives back the seconds that it took.
  due: Object.values(state?.clocks ?? {})
    .filter(({ promise, status }) => promise !== 'help' && status === 'running')
    .map(({ id, dueAt }) => [id, Math.round(Date.parse(dueAt) / 60_000)]),
});

/** What becomes of the mails of the case if they are looked at now; those of before `seq` are left out. */
async function mails(
  walk: Walk,
  {
    seq,
    at,
    sent = [],
    skipped = [],
    ambiguous = [],
  }: Record<'seq' | 'at', number> & Partial<Record<'sent' | 'skipped' | 'ambiguous', string[]>>,
) {
  const stores = fakeStores([walk], staffOf('zh-CN'), { rows: [], late: true }).stores;
  const all: OutboxRow[] = walk.rows().filter((row) => row.seq > seq);
  for (const row of all) {
    const key = `${row.seq} ${row.mail}`;
    if (sent.includes(key)) row.state = 'sent';
    if (skipped.includes(key)) row.state = 'skipped';
    if (ambiguous.includes(key)) row.ambiguous = 1;
  }
  const told: Record<string, string> = {};
  for (const row of all.filter(({ state }) => state === 'planned')) {
    const write = (_id: number, why: string): Promise<void> => {
      told[`${row.seq} ${row.mail}`] = why;
      return Promise.resolve();
    };
    const holding = new Holding({
      outbox: { list: () => Promise.resolve(all), putOff: write, skipped: write },
      cases: new CaseReader(stores),
      clock: () => at,
    });
    if (!(await holding.holds(row, walk.state))) told[`${row.seq} ${row.mail}`] = 'goes';
  }
  return told;
}

const REVOCABLE = ['pause', 'requestHelp', 'extend'] as const;

test('what can be taken back is listed, and says so in its id', () => {
  expect(DECISION_NAMES.filter((name) => revocableId(name, ID) !== ID).toSorted()).toEqual([...REVOCABLE].toSorted());
  for (const name of REVOCABLE) expect(revocableId(name, ID)).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  expect(isRevocable({ decision: { id: ID, name: 'pause', print: '' } })).toBe(false);
});

test.each(REVOCABLE)(
  '%s: taken back within seconds, the case is as it was, and both stand in the ledger',
  async (name) => {
    const { walk, owner, lead } = inWork();
    const by = name === 'extend' ? lead : owner;
    const [before, first] = [ground(walk), walk.events.at(-1)?.seq ?? 0];
    const decisionId = decided(walk, name, by);
    expect(ground(walk)).not.toEqual(before);
    expect(await undoing(walk, 4_000).undoable(CASE, by)).toMatchObject({ decisionId, name });
    expect(await undoing(walk, 4_000).undo(CASE, decisionId, by, 'zh-CN')).toEqual({ name, status: 'taken' });
    expect(ground(walk)).toEqual(before);
    const taken = new Map(
      walk.events.flatMap(({ seq, decision }) => (seq > first && decision ? [[decision.id, decision.name]] : [])),
    );
    expect([...taken.values()]).toEqual([name, { pause: 'resume', requestHelp: 'answerHelp', extend: 'extend' }[name]]);

    // A second press changes nothing.
    const { length } = walk.events;
    expect(await undoing(walk, 5_000).undo(CASE, decisionId, by, 'zh-CN')).toEqual({ name, status: 'taken' });
    expect(walk.events).toHaveLength(length);
    // Nor can the taking back be taken back.
    expect(await undoing(walk, 1_000).undoable(CASE, by)).toBeUndefined();

    // Nobody is told of either, in whatever order the mails have their turn.
    const at = Date.parse(walk.now);
    const early = Object.entries(await mails(walk, { seq: first, at }));
    const late = Object.entries(await mails(walk, { seq: first, at: at + UNDO_HELD_MS }));
    expect([...early, ...late].filter(([, why]) => why === 'goes')).toEqual([]);
    expect(late.length).toBeGreaterThan(0);
  },
);

test.each(REVOCABLE)('%s: its mail waits for as long as it can be taken back, and goes then', async (name) => {
  const { walk, owner, lead } = inWork();
  const first = walk.events.at(-1)?.seq ?? 0;
  decided(walk, name, name === 'extend' ? lead : owner);
  const at = Date.parse(walk.now);
  const [waits, goes] = [
    await mails(walk, { seq: first, at: at + UNDO_TAKEN_MS }),
    await mails(walk, { seq: first, at: at + UNDO_HELD_MS }),
  ];
  expect([...new Set(Object.values(waits))]).toEqual(['settling']);
  expect([...new Set(Object.values(goes))]).toEqual(['goes']);
});

test('of the same decision from elsewhere the mail goes at once', async () => {
  const { walk, owner } = inWork();
  const first = walk.events.at(-1)?.seq ?? 0;
  walk.decide('requestHelp', owner, inputs(walk).requestHelp);
  expect(Object.values(await mails(walk, { seq: first, at: Date.parse(walk.now) }))).toEqual(['goes']);
  expect(await undoing(walk, 1_000).undoable(CASE, owner)).toBeUndefined();
});

test('whoever was told of later dates is told when they are taken back', async () => {
  const { walk, lead } = inWork();
  const first = walk.events.at(-1)?.seq ?? 0;
  const decisionId = decided(walk, 'extend', lead);
  const told = walk.rows().flatMap(({ seq, mail }) => (seq > first ? [`${seq} ${mail}`] : []));
  await undoing(walk, 4_000).undo(CASE, decisionId, lead, 'zh-CN');
  const after = await mails(walk, { seq: first, at: Date.parse(walk.now) + UNDO_HELD_MS, sent: told });
  expect(Object.values(after)).toEqual(['goes']);
});

test('a date that was put off stays told when a pause follows before its mail has left, and is taken back', async () => {
  const { walk, owner, lead } = inWork();
  const first = walk.events.at(-1)?.seq ?? 0;
  decided(walk, 'extend', lead);
  const extended = walk.events.findLast(({ type }) => type === 'datesMoved')?.seq ?? 0;
  const pause = decided(walk, 'pause', owner, `${ID.slice(0, -1)}b`);
  const at = (): number => Date.parse(walk.now) + UNDO_HELD_MS;
  // While the case is paused, the mail about the pause names the dates.
  const paused = walk.events.findLast(({ type }) => type === 'datesMoved')?.seq ?? 0;
  expect(await mails(walk, { seq: first, at: at() })).toEqual({
    [`${extended} extension`]: 'overtaken',
    [`${paused} extension`]: 'goes',
  });
  await undoing(walk, 4_000).undo(CASE, pause, owner, 'zh-CN');
  const resumed = walk.events.findLast(({ type }) => type === 'datesMoved')?.seq ?? 0;
  const after = async (which: Partial<Parameters<typeof mails>[1]>) => mails(walk, { seq: first, at: at(), ...which });
  expect(await after({ skipped: [`${extended} extension`] })).toEqual({
    [`${paused} extension`]: 'overtaken',
    [`${resumed} extension`]: 'goes',
  });
  // Whom the first has reached knows the date.
  expect(await after({ sent: [`${extended} extension`] })).toEqual({
    [`${paused} extension`]: 'overtaken',
    [`${resumed} extension`]: 'no news',
  });
});

test('a mail that may have left has told', async () => {
  const { walk, lead } = inWork();
  const first = walk.events.at(-1)?.seq ?? 0;
  const decisionId = decided(walk, 'extend', lead);
  const [told] = walk.rows().flatMap(({ seq, mail }) => (seq > first ? [`${seq} ${mail}`] : []));
  await undoing(walk, 4_000).undo(CASE, decisionId, lead, 'zh-CN');
  const at = Date.parse(walk.now) + UNDO_HELD_MS;
  const after = await mails(walk, { seq: first, at, ambiguous: [told ?? ''] });
  expect(Object.entries(after).filter(([key]) => key !== told)).toEqual([[expect.anything(), 'goes']]);
});

test('what is only stored for a worker is not called undone', async () => {
  const { walk, owner } = inWork();
  const decisionId = decided(walk, 'pause', owner);
  const stored = undoing(walk, 1_000, { status: 'accepted' });
  expect(await stored.undo(CASE, decisionId, owner, 'en')).toEqual({ name: 'pause', status: 'accepted' });
});

test('too late, by somebody else, or once something has followed, nothing is taken back, and it is said why', async () => {
  const { walk, owner, lead } = inWork();
  const decisionId = decided(walk, 'pause', owner);
  const over = { kind: 'conflict', code: 'undo_over' };
  expect(await undoing(walk, UNDO_TAKEN_MS).undoable(CASE, owner)).toBeDefined();
  expect(await undoing(walk, UNDO_TAKEN_MS + 1).undoable(CASE, owner)).toBeUndefined();
  await expect(undoing(walk, UNDO_TAKEN_MS + 1).undo(CASE, decisionId, owner, 'en')).rejects.toMatchObject(over);
  await expect(undoing(walk, 1_000).undo(CASE, decisionId, lead, 'en')).rejects.toMatchObject(over);
  await expect(undoing(walk, 1_000).undo(CASE, 'back-another-one', owner, 'en')).rejects.toMatchObject(over);
  walk.decide('note', lead, { text: walk.say('看过了') }, { afterMs: 1_000 });
  await expect(undoing(walk, 1_000).undo(CASE, decisionId, owner, 'en')).rejects.toMatchObject(over);
  expect(walk.state?.paused).toBeDefined();
});
