/**
 * Decisions that end a case: merging, withdrawing and archiving.
 * @module
 */
import { working } from './guards';
import { needsRootCause } from '../process/follow/review';
import { openActions, type CaseState } from '../case/state';
import { z } from 'zod';
import { event } from '../case/events';
import { CASE_NO, readCaseNumber } from '../basics/ids';
import { decision, refuse, type Refusal } from './define';

/**
 * Refuses to merge into a case. The same whether there is no such case or the actor may not see it, so that nobody can
 * find out which numbers exist.
 */
export const MERGE_UNKNOWN = refuse(
  'merge_unknown',
  '没有这件要并入的案件，或您无权查看；请核对编号',
  'there is no such case to merge into, or it is not yours to see; check the number',
);

export const merge = decision({
  name: 'merge',
  label: { zh: '并入', en: 'merge' },
  about: 'Closes this case as a duplicate of another, which goes on for both.',
  texts: ['reason'],
  fields: (text) => ({
    into: z.string().max(64).transform(readCaseNumber).pipe(z.string().regex(CASE_NO)),
    reason: text(2_000),
  }),
  stages: ['receive', 'grade', 'assign', 'resolve'],
  who: working,
  ready: (state) =>
    state.absorbed.length > 0
      ? refuse(
          'has_absorbed',
          '别的案件已并入本案，不能再并入其他案件；请把那一件并入本案',
          'other cases were merged into this one, so it cannot be merged away; merge the other one into this',
        )
      : undefined,
  check: (state, input) =>
    input.into === state.caseNo
      ? refuse(
          'self',
          '不能并入自己，请填另一件的单号',
          'a case cannot be merged into itself; give the number of another',
        )
      : undefined,
  events: (_state, input) => [event('merged', { into: input.into, reason: input.reason })],
  // Claimed with the other case first, so that two cases are not merged into each other at once.
  before: ({ into }) => ({ claimMerge: { into } }),
});

export const withdraw = decision({
  name: 'withdraw',
  label: { zh: '撤诉', en: 'withdraw' },
  about: 'The customer takes the complaint back; recorded in their words.',
  texts: ['reason'],
  reads: { field: 'reason', from: 'customer' },
  fields: (text) => ({ reason: text(2_000) }),
  stages: ['receive', 'grade', 'assign', 'resolve'],
  who: (actor, state) => (actor.kind === 'customer' ? undefined : working(actor, state)),
  events: (_state, input) => [event('withdrawn', { reason: input.reason })],
});

/** Why a reviewed case cannot be archived yet; undefined: it can. `analysed`: its root cause has to be recorded. */
function notYet(state: CaseState, analysed: boolean): Refusal | undefined {
  if (analysed && !state.rootCause) {
    return refuse('root_cause', '还没有记录根因，请先记录', 'the root cause has not been recorded; record it first');
  }
  if (state.rootCause?.systemic && state.actions.length === 0) {
    return refuse(
      'no_action',
      '系统性原因还没有纠正措施，请先制定',
      'the cause is systemic and has no corrective action yet; plan one first',
    );
  }
  const open = openActions(state);
  return open.length > 0
    ? refuse(
        'open_actions',
        `纠正措施 ${open.map((action) => action.id).join('、')} 还没有结束，请先开始并验证效果`,
        `corrective action ${open.map((action) => action.id).join(', ')} has not ended; start it and verify its effect first`,
      )
    : undefined;
}

export const archive = decision({
  name: 'archive',
  label: { zh: '归档', en: 'archive' },
  about: 'Ends the case. Its revisit, review and corrective actions have ended before.',
  fields: () => ({}),
  stages: ['review'],
  who: working,
  ready: (state, { policy }) => notYet(state, needsRootCause(state, policy)),
  events: (state) => [event('archived', { outcome: state.resolution?.outcome ?? 'upheld' })],
});
