/**
 * Decisions about dates: pausing, resuming and extending.
 * @module
 */
import { leading, OPEN, working } from './guards';
import { z } from 'zod';
import { extendedPlan } from '../process/clocks';
import { event } from '../case/events';
import { atLeast } from '../case/permissions';
import { extensionWithin, type Policy } from '../policy/schema';
import type { Clock } from '../promises/clock';
import type { Actor } from '../basics/types';
import { ROLE_WORDS } from '../basics/words';
import { hasRule } from '../case/revision';
import type { CaseState } from '../case/state';
import { durationMs } from '../time/duration';
import { decision, refuse, type Refusal } from './define';

export const pause = decision({
  name: 'pause',
  label: { zh: '暂停', en: 'pause' },
  about:
    'Stops the house promises while we wait for the customer, parts or a third party, until a stated time at most.',
  texts: ['note'],
  fields: (text, { moment }) => ({
    reason: z.enum(['customer', 'parts', 'third_party']),
    until: moment.describe('resumes by itself then; 30 days at most'),
    note: text(2_000),
  }),
  stages: ['assign', 'resolve'],
  who: working,
  ready: (state) =>
    state.paused
      ? refuse(
          'already_paused',
          '案件已经暂停；要改到期时间请先恢复',
          'the case is paused already; to change until when, resume it first',
        )
      : undefined,
  check: (_state, input, { at }) => {
    const ms = Date.parse(input.until) - Date.parse(at);
    return ms <= 0 || ms > 30 * 86_400_000
      ? refuse(
          'until',
          '恢复时间（until）须在今后 30 天内，请换一个时间',
          'the time to resume (until) must lie within the next 30 days; choose another',
        )
      : undefined;
  },
  events: (_state, input) => [
    event('paused', { reason: input.reason, until: new Date(input.until).toISOString(), note: input.note }),
  ],
});

export const resume = decision({
  name: 'resume',
  label: { zh: '恢复', en: 'resume' },
  about: 'Lets the promises run again; the time stood still is given back.',
  fields: () => ({}),
  stages: ['assign', 'resolve'],
  who: working,
  ready: (state) =>
    state.paused
      ? undefined
      : refuse('not_paused', '案件没有暂停，可以直接办理', 'the case is not paused; go on with it'),
  events: () => [event('resumed', { because: 'decision' })],
});

/** Refuses an extension of a further clock that its policy does not allow: at all, to this role, or once more. */
function extensionRefusal(state: CaseState, clock: Clock, actor: Actor, policy: Policy): Refusal | undefined {
  const extension = policy.clocks?.find(({ id }) => id === clock.id)?.extension;
  if (!extension) {
    return refuse(
      'no_extension',
      '规则不允许这个时限延期，请按期办理',
      'the policy lets this time limit not be extended; keep it',
    );
  }
  if (!atLeast(actor, extension.by)) {
    return refuse(
      'extension_role',
      `这个时限的延期要由${ROLE_WORDS[extension.by].zh}或以上来做；请交给${ROLE_WORDS[extension.by].zh}`,
      `an extension of this time limit takes the role ${ROLE_WORDS[extension.by].en} or a higher one; ask somebody who has it`,
    );
  }
  const extended = hasRule(state, 'extensionsCounted') ? (clock.extended ?? 0) : clock.version - 1;
  return extended >= extension.times
    ? refuse(
        'extended_enough',
        `这个时限最多延期 ${extension.times} 次，已经用完；请按期办理`,
        `it may be extended ${extension.times} time(s) at most, which is used up; keep the date`,
      )
    : undefined;
}

/**
 * Whether a new date only corrects a mistaken extension: it is in the future and earlier than the present due time, but
 * not before the due time from before the extension.
 */
const isCorrection = ({ beforeExtension, dueAt }: Clock, due: number, now: number): boolean =>
  beforeExtension !== undefined && due > now && due < Date.parse(dueAt) && due >= Date.parse(beforeExtension);

/**
 * Refuses an extension beyond what the policy allows at one time (`extensionWithin`). It catches a mistyped year before
 * the customer is told it.
 */
function tooLate(due: number, now: number, policy: Policy): Refusal | undefined {
  const within = durationMs(extensionWithin(policy));
  const days = Math.floor(within / 86_400_000);
  return due - now > within
    ? refuse(
        'too_far',
        days > 0 ? `一次最多延到今后 ${days} 天内，请检查年份和日期` : '新的时间超出了规则允许的延期，请选早一些的时间',
        days > 0
          ? `a promise is extended by ${days} days from now at most; check the year and the date`
          : 'the new time is further ahead than the policy lets a promise be extended; choose an earlier one',
      )
    : undefined;
}

export const extend = decision({
  name: 'extend',
  label: { zh: '延期', en: 'extend' },
  about:
    'Moves the due time of a promise, with approver, reason and new date; the customer is told. An extension by mistake is put right by an earlier date.',
  texts: ['reason'],
  fields: (text, { moment }) => ({
    promise: z.enum(['resolution', 'help', 'followUp', 'revisit', 'review', 'further']),
    clock: z
      .string()
      .max(60)
      .optional()
      .describe('which one, where several are open (`help:h2`), or which further clock'),
    dueAt: moment,
    reason: text(2_000),
  }),
  stages: OPEN,
  who: leading,
  check: (state, input, { at, actor, policy }) => {
    const clock = state.clocks[input.clock ?? input.promise];
    if (!clock || clock.promise !== input.promise || clock.status !== 'running') {
      const running = Object.values(state.clocks).filter(({ status }) => status === 'running');
      return refuse(
        'no_such_promise',
        `没有在走的这个承诺；在走的有：${running.map(({ id }) => id).join('、') || '无'}`,
        `no such promise is running; running are: ${running.map(({ id }) => id).join(', ') || 'none'}`,
      );
    }
    const due = Date.parse(input.dueAt);
    const corrects = isCorrection(clock, due, Date.parse(at));
    const limited =
      clock.promise === 'further' && !corrects ? extensionRefusal(state, clock, actor, policy) : undefined;
    if (limited) return limited;
    const late = hasRule(state, 'soundDates') ? tooLate(due, Date.parse(at), policy) : undefined;
    if (late || corrects) return late;
    if (due > Date.parse(at) && due > Date.parse(clock.dueAt)) return undefined;
    return clock.beforeExtension === undefined
      ? refuse(
          'due',
          '新的时间（dueAt）须晚于现在和原定时间，请换一个时间',
          'the new time (dueAt) must be later than now and than the old one; choose another',
        )
      : refuse(
          'due',
          '新的时间（dueAt）须晚于现在，且不早于延期之前的时间，也不能与现在的时间相同',
          'the new time (dueAt) must be later than now, no earlier than the date before it was extended, and not the present one',
        );
  },
  events: (state, input, { at, policy }) => {
    const clock = state.clocks[input.clock ?? input.promise];
    if (!clock) return [];
    const dueAt = new Date(input.dueAt).toISOString();
    return [
      event('promiseMoved', {
        clock: clock.id,
        version: clock.version + 1,
        dueAt,
        ...extendedPlan(state, policy, clock, dueAt, at),
        because: 'extended',
        reason: input.reason,
      }),
    ];
  },
});
