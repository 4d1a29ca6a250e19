/**
 * Records histories of corrective actions into `test/replay/histories`, with `npm run histories` like those of cases.
 * An action runs for months, longer than most releases.
 * @module
 */
import type { CorrectiveActionInput } from '../../src/domain/corrective-action/state';
import { correctiveActionWorkflowId } from '../../src/domain/basics/ids';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { actionStarted, actionVerified, getAction } from '../../workflows/corrective-action/messages';
import type { correctiveAction } from '../../workflows/corrective-action/workflow';
import { createSuite, DAY, HOUR, nextCaseNo, type Suite } from '../workflows/support';
import { dice } from './dice';
import { save } from './histories';

const RELEASE = process.env.RECORD_AS ?? '0.1';
const WALKS = Number(process.env.RECORD_ACTIONS ?? 12);

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite();
});
afterAll(() => suite.close());

/** Leads an action at random: it is started in time, late or twice, and judged by the counts or by a person. */
async function walk(n: number): Promise<void> {
  const roll = dice(n + 100);
  const caseNo = nextCaseNo();
  const actionId = `${caseNo}-A1`;
  const now = async () => new Date(await suite.env.currentTimeMs()).toISOString();
  const input: CorrectiveActionInput = {
    actionId,
    cases: [caseNo],
    kind: n % 2 === 0 ? 'urgent' : 'preventive',
    owner: 'u-supervisor',
    cause: 'transport_packing',
    plannedAt: await now(),
    rules: HOUSE_POLICY.correctiveAction,
  };
  suite.desk.effects = [];
  const handle = await suite.client.workflow.start<typeof correctiveAction>('correctiveAction', {
    workflowId: correctiveActionWorkflowId(actionId),
    taskQueue: suite.taskQueue,
    args: [input],
  });
  const state = () => handle.query(getAction);
  await state();
  if (roll(3) === 0) await handle.signal(actionVerified, { at: await now(), reached: true });
  await suite.sleep([HOUR, 60 * HOUR, 5 * DAY, 40 * DAY][roll(4)] ?? HOUR);
  await handle.signal(actionStarted, { at: await now() });
  if (roll(3) === 0) await handle.signal(actionStarted, { at: await now() });
  for (let step = 0; step < 6 && (await state()).status !== 'ended'; step++) {
    const choice = roll(4);
    suite.desk.effects =
      [[{ before: 10, after: 9 }], [{ before: 10, after: 2 }], [], [{ before: 4, after: 4 }]][roll(4)] ?? [];
    if (choice === 0) await suite.sleep(DAY);
    else if (choice === 1) await handle.signal(actionVerified, { at: await now(), reached: roll(3) === 0 });
    else await suite.sleep(31 * DAY);
  }
  await suite.sleep(1_000);
  save({
    name: `${RELEASE}-action-${String(n).padStart(2, '0')}`,
    workflowId: handle.workflowId,
    history: await handle.fetchHistory(),
    state: await state(),
  });
  if ((await state()).status !== 'ended') await handle.terminate();
}

test.each(Array.from({ length: WALKS }, (_, n) => n))('action %i', (n) => walk(n));
