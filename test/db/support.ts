import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { createStores, openDatabase, type Database, type NewComplaint, type Stores } from '../../src/db';
import { allowed } from '../../src/domain/decisions/decide';
import { event, type CaseEvent } from '../../src/domain/case/events';
import { caseNumber } from '../../src/domain/basics/ids';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { append, SYSTEM } from '../../src/domain/process/append';
import { GRADES } from '../../src/domain/basics/types';
import { ACTORS, inputFor, step, Walk, type ActorName } from '../domain/walk';
import { createTestDatabase } from '../support/postgres';
import { PATIENT } from '../support/busy';

/** Stores on a database of their own. */
export interface TestStores {
  url: string;
  database: Database;
  stores: Stores;
  /** Further stores on the same database, with their own pool and memory, as another process has them. */
  another(): Stores;
  close(): Promise<void>;
}

/** Makes a database and its stores; `close` drops it. */
export async function openTestStores(): Promise<TestStores> {
  const created = await createTestDatabase();
  const { url } = created;
  const opened: Database[] = [];
  const open = (): Database => {
    const database = openDatabase({ url, max: 12, ...PATIENT });
    opened.push(database);
    return database;
  };
  const database = open();
  return {
    url,
    database,
    stores: createStores(database),
    another: () => createStores(open()),
    async close() {
      await Promise.all(opened.map((each) => each.close()));
      await created.drop();
    },
  };
}

export const newCaseNo = (): string => caseNumber('261122', randomBytes(6));
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A complaint to be accepted, with a new number, and with some fields changed. */
export function newComplaint(changes: Partial<NewComplaint> = {}): NewComplaint {
  const body = '冰箱买来三天就漏水，客服一直推诿。';
  return {
    caseNo: newCaseNo(),
    receivedAt: '2026-11-22T01:00:00.000Z',
    channel: 'web',
    language: 'zh-CN',
    customer: { name: '王小明' },
    text: { textId: randomUUID(), sha256: sha256(body), body },
    suggestion: {
      grade: 'general',
      category: 'product_quality',
      reasons: [{ rule: 'product_quality', words: ['漏水'] }],
      engine: 'rules@1',
    },
    policyVersion: 1,
    answerBy: '2026-11-22T01:15:00.000Z',
    resolveBy: '2026-11-23T01:00:00.000Z',
    accessCodeHash: sha256('code'),
    ...changes,
  };
}

/** The first events of a case, up to stage `grade`; with `owner` it has been assigned. */
export function openedCase(
  caseNo: string,
  given: { receivedAt?: string; owner?: { id: string; role: string; team: string }; taskForce?: string[] } = {},
): CaseEvent[] {
  const { receivedAt = '2026-11-22T01:00:00.000Z', owner, taskForce = [] } = given;
  return append(
    undefined,
    caseNo,
    [
      event('complaintReceived', {
        channel: 'phone',
        language: 'zh-CN',
        customerId: '00000000-0000-4000-8000-0000000000aa',
        text: { textId: '00000000-0000-4000-8000-000000000001', sha256: 'a'.repeat(64) },
        policyVersion: 1,
        receivedAt,
      }),
      event('gradeSuggested', { grade: 'general', category: 'product_quality', rules: ['I1'], engine: 'rules@1' }),
      ...(owner
        ? [event('assigned', { owner: owner.id, role: owner.role, team: owner.team, taskForce, provisional: false })]
        : []),
      event('stageEntered', { stage: 'grade', round: 1 }),
    ],
    { at: receivedAt, actor: SYSTEM },
    HOUSE_POLICY,
  ).events;
}

/**
 * The events of a random case, made by the same rules as in the workflow. Four of five decisions are chosen among the
 * allowed ones, so that the case gets far.
 */
export const life: fc.Arbitrary<CaseEvent[]> = fc
  .record({
    grade: fc.constantFrom(...GRADES),
    steps: fc.array(fc.record({ step, sensible: fc.integer({ min: 0, max: 4 }), n: fc.nat(9_999) }), {
      minLength: 5,
      maxLength: 60,
      size: 'max',
    }),
  })
  .map(({ grade, steps }) => {
    const walk = new Walk(grade);
    for (const { step: one, sensible, n } of steps) {
      if (sensible === 0) {
        walk.take(one);
        continue;
      }
      const choices = (Object.keys(ACTORS) as ActorName[]).flatMap((actor) =>
        allowed(walk.state, { actor: ACTORS[actor], at: walk.now, policy: HOUSE_POLICY })
          .filter((name) => name !== 'merge' && name !== 'withdraw' && name !== 'note')
          .map((name) => ({ name, actor })),
      );
      const choice = choices[n % Math.max(1, choices.length)];
      if (choice) walk.decide(choice.name, choice.actor, inputFor(choice.name, walk.state, n, walk.now));
    }
    return walk.events;
  });

const lives = new Map<number, CaseEvent[]>();

/** The events of a long random case in which a remedy was carried out; always the same one. */
export function oneLife(atLeast = 40): CaseEvent[] {
  const known = lives.get(atLeast);
  if (known) return known;
  for (let seed = 1; ; seed++) {
    const [events] = fc.sample(life, { seed, numRuns: 1 });
    if (!events || events.length < atLeast || !events.some(({ type }) => type === 'carriedOut')) continue;
    lives.set(atLeast, events);
    return events;
  }
}
