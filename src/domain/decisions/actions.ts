/**
 * Decisions about corrective actions.
 * @module
 */
import { working } from './guards';
import { z } from 'zod';
import { event } from '../case/events';
import { actionId } from '../basics/ids';
import { atLeast, isComplainedOf, worksOn } from '../case/permissions';
import { hasRule } from '../case/revision';
import type { CaseState } from '../case/state';
import type { Policy } from '../policy/schema';
import { durationMs, toMs } from '../time/duration';
import { CAUSES, type Actor, type Instant, type Words } from '../basics/types';
import { decision, refuse, roleNeeded, STAFF_ONLY, type Refusal } from './define';
import { staffId } from '../basics/schemas';

export const planAction = decision({
  name: 'planAction',
  label: { zh: '制定措施', en: 'plan an action' },
  about:
    'A corrective action: `urgent` is started within 72 hours, `preventive` closes the cause; both are checked for effect a month later.',
  texts: ['description'],
  fields: (text) => ({
    kind: z.enum(['urgent', 'preventive']),
    owner: staffId,
    cause: z.enum(CAUSES).optional().describe('the coded cause it removes; that of the root cause when left out'),
    description: text(4_000),
  }),
  stages: ['resolve', 'feedback', 'revisit', 'review'],
  who: working,
  check: (state, input) =>
    (input.cause ?? state.rootCause?.cause ?? state.resolution?.cause) === undefined
      ? refuse(
          'cause',
          '还没有记录原因，请说明针对哪个原因（cause）',
          'no cause is on record; say which one it removes (cause)',
        )
      : hasRule(state, 'impartial') && state.against.includes(input.owner)
        ? refuse(
            'complained_of',
            '客户投诉的是{owner}，不能负责这件投诉的措施；请交给别人',
            'the complaint is about {owner}, who cannot own an action of it; give it to somebody else',
            { people: { owner: input.owner } },
          )
        : undefined,
  events: (state, input) => [
    event('actionPlanned', {
      actionId: actionId(state.caseNo, state.actions.length + 1),
      kind: input.kind,
      owner: input.owner,
      cause: input.cause ?? state.rootCause?.cause ?? state.resolution?.cause ?? 'unknown',
      description: input.description,
    }),
  ],
});

const ownsAction = (actor: Actor, state: CaseState): Refusal | undefined =>
  actor.kind === 'customer'
    ? STAFF_ONLY
    : actor.kind === 'system' ||
        atLeast(actor, 'supervisor') ||
        worksOn(actor, state) ||
        state.actions.some((action) => action.owner === actor.id)
      ? undefined
      : refuse(
          'forbidden',
          '本案没有由您负责的措施；请由措施的负责人或处理本案的人来做',
          'no action of this case is yours; its owner or whoever handles the case does this',
        );

/** Refuses a colleague who owns another action of the case: they work on their own action only. */
function othersAction(state: CaseState, id: string, actor: Actor): Refusal | undefined {
  if (!hasRule(state, 'taskForceHelps') || actor.kind === 'system' || worksOn(actor, state)) return undefined;
  return state.actions.some((action) => action.id === id && actor.kind === 'staff' && action.owner === actor.id)
    ? undefined
    : refuse(
        'not_your_action',
        '这项措施由{owner}负责，您可以开始自己的措施',
        'this action is owned by {owner}; you may start your own',
        { people: { owner: state.actions.find((action) => action.id === id)?.owner ?? '' } },
      );
}

const ACTION_NOW: Record<CaseState['actions'][number]['status'], Words> = {
  planned: { zh: '这项措施还没有开始', en: 'this action has not been started yet' },
  started: { zh: '这项措施已经开始', en: 'this action is under way already' },
  ended: { zh: '这项措施已经结束', en: 'this action has ended' },
};

/** Refuses an action that is unknown or not in the status asked for, and names those that are. */
function actionRefusal(state: CaseState, id: string, status: 'planned' | 'started'): Refusal | undefined {
  const action = state.actions.find((item) => item.id === id);
  if (action?.status === status) return undefined;
  const fitting = state.actions.filter((item) => item.status === status).map((item) => item.id);
  const about = action ? ACTION_NOW[action.status] : { zh: '没有这项措施', en: 'there is no such action' };
  return refuse(
    'no_such_action',
    `${about.zh}；可以的有：${fitting.join('、') || '无'}`,
    `${about.en}; possible for: ${fitting.join(', ') || 'none'}`,
  );
}

/**
 * Refuses to judge an effect as reached before its check is due, counted from the beginning of the round. Cases without
 * the rule `verifiedEnds` record no beginning, so there nothing is refused.
 */
function tooEarly(state: CaseState, id: string, at: Instant, policy: Policy): Refusal | undefined {
  const from = state.actions.find((action) => action.id === id)?.roundFrom;
  if (from === undefined) return undefined;
  const left = toMs(from) + durationMs(policy.correctiveAction.effectCheck) - toMs(at);
  if (left <= 0) return undefined;
  const days = Math.ceil(left / 86_400_000);
  return refuse(
    'check_not_due',
    `离效果检查还有${days}天；要提前认定有效，请说明理由（early）`,
    `the check of its effect is due in ${days} day(s); to judge it reached before that, say why (early)`,
  );
}

export const startAction = decision({
  name: 'startAction',
  label: { zh: '开始措施', en: 'start the action' },
  about: 'The corrective action is under way.',
  fields: () => ({ actionId: z.string().max(40) }),
  stages: ['resolve', 'feedback', 'revisit', 'review'],
  who: ownsAction,
  ready: (state) =>
    state.actions.some((action) => action.status === 'planned')
      ? undefined
      : refuse('no_planned_action', '没有待开始的措施；请先制定', 'no action is waiting to be started; plan one first'),
  check: (state, input, { actor }) =>
    actionRefusal(state, input.actionId, 'planned') ?? othersAction(state, input.actionId, actor),
  events: (_state, input) => [event('actionStarted', { actionId: input.actionId })],
});

export const verifyAction = decision({
  name: 'verifyAction',
  label: { zh: '验证效果', en: 'verify the effect' },
  about:
    'A person judges the effect. Reached: the action ends at once. Not reached: another round, checked again after a month.',
  texts: ['report', 'early'],
  fields: (text) => ({
    actionId: z.string().max(40),
    reached: z.boolean(),
    report: text(4_000),
    early: text(2_000).optional().describe('why the effect can be judged before its check is due; needed then'),
  }),
  stages: ['resolve', 'feedback', 'revisit', 'review'],
  who: (actor) => (atLeast(actor, 'supervisor') ? undefined : roleNeeded('supervisor', actor)),
  ready: (state, { actor, policy }) =>
    policy.routing && isComplainedOf(actor, state)
      ? refuse(
          'complained_of',
          '客户投诉的是您，您不能验证效果；请由别的主管来做',
          'the complaint is about you; somebody else judges the effect',
        )
      : state.actions.some((action) => action.status === 'started')
        ? undefined
        : refuse(
            'no_started_action',
            '没有已开始的措施；措施开始以后才能验证效果',
            'no action is under way; one has to be started before its effect can be verified',
          ),
  check: (state, input, { at, policy }) =>
    actionRefusal(state, input.actionId, 'started') ??
    (input.reached && input.early === undefined ? tooEarly(state, input.actionId, at, policy) : undefined),
  events: (_state, input) => [
    event('actionVerified', {
      actionId: input.actionId,
      reached: input.reached,
      report: input.report,
      ...(input.early && { early: input.early }),
    }),
  ],
});
