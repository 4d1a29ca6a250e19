/**
 * Decisions after a case is resolved: survey, follow-up, revisit, reopening and root cause.
 * @module
 */
import { COMPLAINED_OF_FORBIDDEN, working } from './guards';
import { z } from 'zod';
import { event } from '../case/events';
import { atLeast, isComplainedOf } from '../case/permissions';
import type { CaseState } from '../case/state';
import type { Policy } from '../policy/schema';
import { durationMs } from '../time/duration';
import { CAUSES, FISHBONE, type Actor } from '../basics/types';
import { decision, refuse, roleNeeded } from './define';
import { slug } from '../basics/schemas';

const score = z.number().int().min(1).max(5);

export const recordSurvey = decision({
  name: 'recordSurvey',
  label: { zh: '记录评价', en: 'record the survey' },
  about: 'Speed, solution, attitude and total, 1 to 5 each. A low score opens a second follow-up by somebody else.',
  texts: ['comment'],
  reads: { field: 'comment', from: 'anybody' },
  fields: (text) => ({
    speed: score,
    solution: score,
    attitude: score,
    total: score,
    comment: text(4_000).optional(),
    answers: z.record(slug, score).optional().describe("scores of the policy's own questions, by their ids"),
    via: z.enum(['link', 'phone', 'other']).default('phone'),
    surveyId: z.string().max(20).optional().describe('the survey answered; the one that is open when left out'),
  }),
  stages: ['feedback', 'revisit', 'review'],
  who: (actor, state) => (actor.kind === 'customer' ? undefined : working(actor, state)),
  ready: (state) =>
    state.survey?.status === 'open'
      ? undefined
      : state.survey?.status === 'answered'
        ? refuse(
            'answered',
            '评价已经提交过了，以那一次为准',
            'the survey has been answered already; that answer stands',
          )
        : refuse(
            'survey_closed',
            '评价已经结束，不再收分数；还没有解决可以继续办理',
            'the survey has ended; what is not solved may be taken up again by reopening',
          ),
  check: (state, { answers = {}, surveyId }, { policy }) =>
    surveyId !== undefined && surveyId !== state.survey?.id
      ? refuse(
          'superseded',
          '这份评价属于上一轮，已经结束；请评价这一轮',
          'this survey was of an earlier round and has ended; answer the one of this round',
        )
      : Object.keys(answers).every((id) => policy.survey.questions?.some((question) => question.id === id))
        ? undefined
        : refuse(
            'no_such_question',
            `评价里没有这道题；有的是：${questionsOf(policy, '、')}`,
            `the survey has no such question; there are: ${questionsOf(policy, ', ')}`,
          ),
  events: (state, input, { policy }) => {
    const { surveyId: _surveyId, ...scores } = input;
    const { speed, solution, attitude, total } = scores;
    const low = total < policy.survey.threshold || Math.min(speed, solution, attitude) === 1;
    return [event('surveyRecorded', { surveyId: state.survey?.id ?? '', ...scores, low })];
  },
});

const questionsOf = ({ survey }: Policy, between: string): string =>
  (survey.questions ?? []).map(({ id }) => id).join(between) || '–';

/**
 * Whether the actor is not among those who had a hand in the case when the follow-up was opened: its owner, and whoever
 * has decided or handled anything in any round.
 */
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
    isComplainedOf(actor, state)
      ? COMPLAINED_OF_FORBIDDEN
      : !atLeast(actor, 'agent')
        ? roleNeeded('agent', actor)
        : state.followUp && !notInvolved(actor, state)
          ? refuse(
              'involved',
              '二次跟进要由没有处理过本案的人来做，请交给另一位同事',
              'the second follow-up is made by somebody who has not handled the case; leave it to a colleague',
            )
          : undefined,
  ready: (state) =>
    state.followUp?.status === 'open'
      ? undefined
      : refuse(
          'no_follow_up',
          '没有需要的二次跟进；只有评价低的案件才有',
          'no second follow-up is open; only a low score asks for one',
        ),
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
    isComplainedOf(actor, state)
      ? COMPLAINED_OF_FORBIDDEN
      : !atLeast(actor, 'agent')
        ? roleNeeded('agent', actor)
        : state.revisit?.by === 'supervisor' && !atLeast(actor, 'supervisor')
          ? refuse(
              'supervisor_revisit',
              '重大投诉由主管一对一回访，请告诉主管',
              'a major complaint is revisited by a supervisor in person; tell one',
            )
          : undefined,
  ready: (state) =>
    state.followUp?.status === 'open'
      ? refuse('follow_up_first', '二次跟进还没有完成，请先完成', 'the second follow-up is open; finish it first')
      : state.revisit?.status === 'planned'
        ? undefined
        : refuse(
            'no_revisit',
            '没有待做的回访；联系客户的情况可以写备注',
            'no revisit is due; what was said may be kept in a note',
          ),
  events: (_state, input) => [event('revisitRecorded', input)],
});

export const reopen = decision({
  name: 'reopen',
  label: { zh: '继续办理', en: 'reopen' },
  about: 'Not solved: another round with new promises. After the archive only within the grace period.',
  texts: ['reason'],
  reads: { field: 'reason', from: 'customer' },
  fields: (text) => ({ reason: text(4_000) }),
  stages: ['feedback', 'revisit', 'review', 'archived'],
  who: (actor, state) => (actor.kind === 'customer' ? undefined : working(actor, state)),
  ready: (state, { at, policy }) => {
    if (state.stage !== 'archived') return undefined;
    if (state.imported) {
      return refuse(
        'imported',
        '这件是从旧系统导入的，只供查阅，不能继续办理；请登记新的投诉，会自动关联到这件',
        'this case was imported from another system and is kept for reference; file a new complaint, which will name this one',
      );
    }
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
