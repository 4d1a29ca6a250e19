import { CASE_NO, START } from '../../domain/walk';
import { Carrying } from '../../../src/cases/case/carrying';
import { EngineError } from '../../../src/cases/engine/engine';
import type { PolicyCache } from '../../../src/cases/rules/policies';
import type { ComplaintRecord } from '../../../src/db/records';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';

const message = {
  decisionId: 'd-000001',
  actor: { kind: 'staff' as const, id: 'u-agent', role: 'agent' as const, team: 'after-sales' },
  sentAt: START,
  input: {},
};
const record = { caseNo: CASE_NO, policyVersion: HOUSE_POLICY.version } as ComplaintRecord;

/** What became of a decision, step by step, where the engine answers each update with the next of these. */
function carrying(answers: (EngineError['kind'] | number)[], { signal }: { signal?: EngineError['kind'] } = {}) {
  const steps: string[] = [];
  const stored: object[] = [];
  let now = Date.parse(START);
  const fail = (kind: EngineError['kind']): never => {
    throw new EngineError(kind, kind);
  };
  const carrier = new Carrying({
    stores: {
      cases: { get: async () => undefined },
      pendingDecisions: {
        add: async ({ message: kept }: { message: object }) => {
          steps.push('kept');
          stored.push(kept);
        },
        remove: async () => void steps.push('crossed out'),
      },
    } as never,
    engine: {
      update: async () => {
        steps.push('update');
        // Each answer takes its time: the third is out of time.
        now += 2_000;
        const next = answers.shift();
        return typeof next === 'number' ? { seq: next, stage: 'grade', repeated: false } : fail(next ?? 'broken');
      },
      signal: async (_caseNo: string, _name: string, signalled: object) => {
        steps.push('signal');
        stored.push(signalled);
        if (signal) fail(signal);
      },
      carryOn: async () => void steps.push('carried on'),
    },
    policies: { version: async () => HOUSE_POLICY } as unknown as PolicyCache,
    starter: { startNow: async () => void steps.push('started') },
    timeoutMs: 4_000,
    clock: () => now,
  });
  return { steps, stored, brought: (later?: typeof message) => carrier.bring(record, 'grade', message, later) };
}

describe('a decision on its way to the workflow', () => {
  test('is taken by the update', async () => {
    const { steps, brought } = carrying([7]);
    expect(await brought()).toEqual({ status: 'taken', decisionId: message.decisionId, seq: 7 });
    expect(steps).toEqual(['update']);
  });

  test('starts a workflow that was not started yet, twice at most', async () => {
    const once = carrying(['missing', 7]);
    expect(await once.brought()).toMatchObject({ status: 'taken', seq: 7 });
    expect(once.steps).toEqual(['update', 'started', 'update']);
    const never = carrying(['missing', 'missing', 'missing']);
    await expect(never.brought()).rejects.toMatchObject({ kind: 'away' });
    expect(never.steps).toEqual(['update', 'started', 'update', 'started', 'update']);
  });

  test.each(['silent', 'lost'] as const)(
    'is written down before it is signalled when the update is %s',
    async (kind) => {
      const { steps, brought } = carrying(kind === 'lost' ? ['missing', kind] : [kind]);
      expect(await brought()).toEqual({ status: 'accepted', decisionId: message.decisionId });
      expect(steps.slice(-3)).toEqual(['update', 'kept', 'signal']);
    },
  );

  test('is stored as it is to be judged later', async () => {
    const { stored, brought } = carrying(['silent']);
    const later = { ...message, input: { later: true } };
    await brought(later);
    expect(stored).toEqual([later, later]);
  });

  test('that Temporal does not take at all is crossed out, and its sender hears that it is away', async () => {
    const { steps, brought } = carrying(['silent'], { signal: 'away' });
    await expect(brought()).rejects.toMatchObject({ kind: 'away' });
    expect(steps).toEqual(['update', 'kept', 'signal', 'crossed out']);
  });
});
