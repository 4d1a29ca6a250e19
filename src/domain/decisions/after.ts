import { z } from 'zod';
import { event } from '../events';
import { actionId, SLUG } from '../ids';
import { atLeast, isComplainedOf, worksOn } from '../permissions';
import { hasRule } from '../revision';
import { needsRootCause } from '../process';
import { openActions, type CaseState } from '../state';
import type { Policy } from '../policy';
import { durationMs, toMs } from '../time';
import { CAUSES, FISHBONE, type Actor, type Instant } from '../types';
import { decision, FORBIDDEN, refuse, type Refusal } from './define';
import { staffId, working } from './intake';

const score = z.number().int().min(1).max(5);

export const recordSurvey = decision({
  name: 'recordSurvey',
  label: { zh: '记录评价', en: 'record the survey' },
  about: 'Speed, solution, attitude and total, 1 to 5 each. A low score opens a second follow-up by somebody else.',
  texts: ['comment'],
  fields: (text) => ({
    speed: score,
    solution: score,
    attitude: score,
    total: score,
    comment: text(4_000).optional(),
    answers: z
      .record(z.string().regex(SLUG), score)
      .optional()
      .describe("scores of the policy's own questions, by their ids"),
    via: z.enum(['link', 'phone', 'other']).default('phone'),
    surveyId: z.string().max(20).optional().describe('the survey answered; the one that is open when left out'),
  }),
  stages: ['feedback', 'revisit', 'review'],
  who: (actor, state) => (actor.kind === 'customer' ? undefined : working(actor, state)),
  ready: (state) =>
    state.survey?.status === 'open'
      ? undefined
      : state.survey?.status === 'answered'
        ? refuse('answered', '评价已经提交过了', 'the survey has been answered already')
        : refuse('survey_closed', '评价已经结束', 'the survey has ended'),
  check: (state, { answers = {}, surveyId }, { policy }) =>
    surveyId !== undefined && surveyId !== state.survey?.id
      ? refuse('superseded', '这份评价属于上一轮，已经结束', 'this survey was of an earlier round and has ended')
      : Object.keys(answers).every((id) => policy.survey.questions?.some((question) => question.id === id))
        ? undefined
        : refuse('no_such_question', '评价里没有这道题', 'the survey has no such question'),
  events: (state, input, { policy }) => {
    const { surveyId: _surveyId, ...scores } = input;
    const { speed, solution, attitude, total } = scores;
    const low = total < policy.survey.threshold || Math.min(speed, solution, attitude) === 1;
    return [event('surveyRecorded', { surveyId: state.survey?.id ?? '', ...scores, low })];
  },
});

/** Impartial by design: neither the owner nor anybody who decided in this round. */
const notInvolved = (actor: Actor, state: CaseState): boolean =>
  actor.kind === 'staff' && !state.followUp?.notBy.includes(actor.id);

export const followUp = decision({
  name: 'followUp',
  label: { zh: '二次跟进', en: 'follow up' },
  about: 'Somebody who was not involved speaks to the dissatisfied customer. Not satisfied: another round.',
  texts: ['report'],
  fields: (text) => ({ satisfied: z.boolean(), report: text(8_000) }),
  stages: ['feedback'],
  who: (actor, state) =>
    !atLeast(actor, 'agent') || isComplainedOf(actor, state)
      ? FORBIDDEN
      : state.followUp && !notInvolved(actor, state)
        ? refuse(
            'involved',
            '二次跟进要由没有处理过本案的人来做',
            'the second follow-up is made by somebody who has not handled the case',
          )
        : undefined,
  ready: (state) =>
    state.followUp?.status === 'open'
      ? undefined
      : refuse('no_follow_up', '没有需要的二次跟进', 'no second follow-up is open'),
  events: (state, input) => [
    event('followedUp', {
      followUpId: state.followUp?.id ?? '',
      satisfied: input.satisfied,
      report: input.report,
    }),
  ],
});

export const recordRevisit = decision({
  name: 'recordRevisit',
  label: { zh: '记录回访', en: 'record the revisit' },
  about: 'The revisit after resolution; for a major complaint one to one by a supervisor within 3 days.',
  texts: ['report'],
  fields: (text) => ({
    satisfied: z.boolean(),
    method: z.enum(['phone', 'visit', 'mail', 'sms', 'wechat', 'other']),
    report: text(8_000),
  }),
  stages: ['feedback', 'revisit'],
  who: (actor, state) =>
    !atLeast(actor, 'agent') || isComplainedOf(actor, state)
      ? FORBIDDEN
      : state.revisit?.by === 'supervisor' && !atLeast(actor, 'supervisor')
        ? refuse(
            'supervisor_revisit',
            '重大投诉由主管一对一回访',
            'a major complaint is revisited by a supervisor in person',
          )
        : undefined,
  ready: (state) =>
    state.followUp?.status === 'open'
      ? refuse('follow_up_first', '先完成二次跟进', 'finish the second follow-up first')
      : state.revisit?.status === 'planned'
        ? undefined
        : refuse('no_revisit', '没有待做的回访', 'no revisit is due'),
  events: (_state, input) => [event('revisitRecorded', input)],
});

export const reopen = decision({
  name: 'reopen',
  label: { zh: '继续办理', en: 'reopen' },
  about: 'Not solved: another round with new promises. After the archive only within the grace period.',
  texts: ['reason'],
  fields: (text) => ({ reason: text(4_000) }),
  stages: ['feedback', 'revisit', 'review', 'archived'],
  who: (actor, state) => (actor.kind === 'customer' ? undefined : working(actor, state)),
  ready: (state, { at, policy }) => {
    if (state.stage !== 'archived') return undefined;
    if (state.outcome === 'merged') {
      return refuse('merged', '已并入{into}，请在那件里继续', 'merged into {into}; go on there', {
        cases: { into: state.mergedInto ?? '' },
      });
    }
    const closed = state.archivedAt ?? state.lastAt;
    return Date.parse(at) - Date.parse(closed) > durationMs(policy.reopen.grace)
      ? refuse(
          'grace_over',
          '已过可以继续办理的期限，请登记新的投诉',
          'the time for reopening is over; file a new complaint',
        )
      : undefined;
  },
  events: (state, input) => [event('reopened', { reason: input.reason, from: state.stage })],
});

export const recordRootCause = decision({
  name: 'recordRootCause',
  label: { zh: '记录根因', en: 'record the root cause' },
  about: 'Fishbone category, coded cause and the chain of whys; `systemic` asks for a corrective action.',
  texts: ['whys'],
  fields: (text) => ({
    fishbone: z.enum(FISHBONE),
    cause: z.enum(CAUSES),
    whys: z.array(text(1_000)).min(1).max(5),
    systemic: z.boolean(),
  }),
  stages: ['resolve', 'feedback', 'revisit', 'review'],
  who: working,
  events: (_state, input) => [event('rootCauseRecorded', input)],
});

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
      ? refuse('cause', '请说明针对哪个原因（cause）', 'say which cause it removes (cause)')
      : hasRule(state, 'impartial') && state.against.includes(input.owner)
        ? refuse(
            'complained_of',
            '被投诉的人不能负责这件投诉的措施，请交给别人',
            'the person complained of cannot own an action of this case; give it to somebody else',
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
  actor.kind === 'staff' &&
  (atLeast(actor, 'supervisor') || worksOn(actor, state) || state.actions.some((action) => action.owner === actor.id))
    ? undefined
    : FORBIDDEN;

/** Who helps with one action has no say in another. */
function othersAction(state: CaseState, id: string, actor: Actor): Refusal | undefined {
  if (!hasRule(state, 'taskForceHelps') || worksOn(actor, state)) return undefined;
  return state.actions.some((action) => action.id === id && actor.kind === 'staff' && action.owner === actor.id)
    ? undefined
    : refuse(
        'not_your_action',
        '这项措施由别人负责，您可以开始自己的措施',
        'somebody else has this action; you may start your own',
      );
}

function actionRefusal(state: CaseState, id: string, status: 'planned' | 'started'): Refusal | undefined {
  const action = state.actions.find((item) => item.id === id);
  if (action?.status === status) return undefined;
  const fitting = state.actions.filter((item) => item.status === status).map((item) => item.id);
  return refuse(
    'no_such_action',
    `这项措施现在不能这样做；可以的有：${fitting.join('、') || '无'}`,
    `not possible for this action now; possible for: ${fitting.join(', ') || 'none'}`,
  );
}

/** An effect shows itself with time. */
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
      : refuse('no_planned_action', '没有待开始的措施', 'no action is waiting to be started'),
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
  who: (actor) => (atLeast(actor, 'supervisor') ? undefined : FORBIDDEN),
  ready: (state, { actor, policy }) =>
    policy.routing && isComplainedOf(actor, state)
      ? refuse(
          'complained_of',
          '客户投诉的是您，您不能验证效果',
          'the complaint is about you; somebody else judges the effect',
        )
      : state.actions.some((action) => action.status === 'started')
        ? undefined
        : refuse('no_started_action', '没有可验证的措施', 'no action can be verified yet'),
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

/** What still stands between a reviewed case and the archive. */
function notYet(state: CaseState, analysed: boolean): Refusal | undefined {
  if (analysed && !state.rootCause) {
    return refuse('root_cause', '还没有记录根因', 'the root cause has not been recorded');
  }
  if (state.rootCause?.systemic && state.actions.length === 0) {
    return refuse('no_action', '系统性原因还没有纠正措施', 'a systemic cause has no corrective action yet');
  }
  const open = openActions(state);
  return open.length > 0
    ? refuse(
        'open_actions',
        `纠正措施 ${open.map((action) => action.id).join('、')} 还没有结束`,
        `corrective action ${open.map((action) => action.id).join(', ')} has not ended`,
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
