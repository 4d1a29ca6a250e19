/**
 * Decisions about grade and category, and about whom a complaint is about.
 * @module
 */
import { working } from './guards';
import { z } from 'zod';
import { event } from '../case/events';
import { slug, staffId } from '../basics/schemas';
import { atLeast } from '../case/permissions';
import type { Policy } from '../policy/schema';
import { CATEGORY_WORDS } from '../basics/words';
import { CATEGORIES, GRADES, rankOf, type Actor, type Category, type Grade } from '../basics/types';
import { hasRule } from '../case/revision';
import { isMajorBy, type CaseState } from '../case/state';
import { decision, refuse, roleNeeded, type Refusal } from './define';

const subcategory = slug.optional().describe('second level, as the policy names it');

/** The subcategories of a category, for a refusal. */
const secondLevels = (category: Category, { subcategories = [] }: Policy, between: string): string =>
  subcategories
    .filter(({ under }) => under === category)
    .map(({ id }) => id)
    .join(between) || '–';

/** Refuses a subcategory that the policy does not have under the category. */
const subcategoryRefusal = (
  input: { category: Category; subcategory?: string },
  policy: Policy,
): Refusal | undefined =>
  input.subcategory === undefined ||
  policy.subcategories?.some(({ id, under }) => id === input.subcategory && under === input.category)
    ? undefined
    : refuse(
        'no_such_subcategory',
        `“${CATEGORY_WORDS[input.category].zh}”下没有这个二级类别；有的是：${secondLevels(input.category, policy, '、')}`,
        `${CATEGORY_WORDS[input.category].en} has no such second level; there are: ${secondLevels(input.category, policy, ', ')}`,
      );

/**
 * Rules of the suggestion (src/text/lexicon) that mean a hazard. M1: danger to life or body. M5: threats, stalking,
 * personal data in wrong hands.
 */
const HAZARDS: readonly string[] = ['M1', 'M5'];

const isHazard = (state: CaseState): boolean => isMajorBy(state, HAZARDS);

/**
 * Refuses to lower a grade without a reason, unless somebody who leads does it. Where a rule found a hazard
 * (`HAZARDS`), only somebody who leads may lower it, and they, too, need a reason: the safety of the customer must not
 * hang on one reading.
 */
function loweringRefusal(
  state: CaseState,
  input: { grade: Grade; reason?: unknown },
  actor: Actor,
): Refusal | undefined {
  if (!hasRule(state, 'lowerGradeHeld') || rankOf(input.grade) >= rankOf(state.grade)) return undefined;
  const leads = atLeast(actor, 'supervisor');
  if (isHazard(state) && !leads) {
    return refuse(
      'hazard',
      '投诉里有安全隐患，定得更低须由主管或以上决定；请先按建议的等级定级，并告诉主管',
      'the complaint speaks of a hazard: only a supervisor or higher may grade it lower; grade it as suggested and tell your supervisor',
    );
  }
  return input.reason === undefined && (isHazard(state) || !leads)
    ? refuse('reason_needed', '定得比建议低，请写明理由（reason）', 'graded lower than suggested: say why (reason)')
    : undefined;
}

/**
 * Refuses to take anybody off the list of those complained of, unless somebody who leads does it. The list includes
 * those whose names were only found in the complaint.
 */
const clearingRefusal = (state: CaseState, against: string[] | undefined, actor: Actor): Refusal | undefined =>
  !against ||
  !hasRule(state, 'impartial') ||
  atLeast(actor, 'supervisor') ||
  state.against.every((id) => against.includes(id))
    ? undefined
    : refuse(
        'lead_clears',
        '只有主管或以上可以认定投诉的不是这个人；请把原有的人也列上（against），或告诉主管',
        'only a supervisor or higher may say that it is not about somebody; list those who are there as well (against), or tell your supervisor',
      );

const against = z.array(staffId).max(10).optional().describe('staff whom the customer complains of');

export const grade = decision({
  name: 'grade',
  label: { zh: '定级', en: 'grade' },
  about:
    'Confirms or changes the suggested grade and category. The promises are planned anew. A lower grade needs a reason and is told to who leads; of a hazard only they may lower it.',
  texts: ['reason'],
  fields: (text) => ({
    grade: z.enum(GRADES),
    category: z.enum(CATEGORIES),
    subcategory,
    against,
    reason: text(2_000).optional().describe('why it differs from the suggestion; needed for a lower grade'),
  }),
  stages: ['grade'],
  who: (actor) => (atLeast(actor, 'agent') ? undefined : roleNeeded('agent', actor)),
  check: (state, input, { actor, policy }) =>
    subcategoryRefusal(input, policy) ??
    loweringRefusal(state, input, actor) ??
    clearingRefusal(state, input.against, actor),
  events: (state, input) => [
    event('graded', {
      grade: input.grade,
      category: input.category,
      ...(input.subcategory !== undefined && { subcategory: input.subcategory }),
      agreesWithSuggestion: state.suggestion?.grade === input.grade && state.suggestion.category === input.category,
      against: input.against,
      reason: input.reason,
    }),
  ],
});

export const regrade = decision({
  name: 'regrade',
  label: { zh: '改级', en: 'regrade' },
  about:
    'Changes the grade or category later, with a reason, and says whom the complaint is about. A higher grade may send the case to another owner; the same grade once more, by who leads, confirms a lower one.',
  texts: ['reason'],
  fields: (text) => ({
    grade: z.enum(GRADES),
    category: z.enum(CATEGORIES),
    subcategory,
    against,
    reason: text(2_000),
  }),
  stages: ['assign', 'resolve', 'feedback', 'revisit', 'review'],
  who: working,
  check: (state, input, { actor, policy }) =>
    state.grade === input.grade &&
    state.category === input.category &&
    state.subcategory === (input.subcategory ?? state.subcategory) &&
    input.against === undefined &&
    // Somebody who leads confirms a lowered grade by giving the same grade again.
    !(state.lowered && atLeast(actor, 'supervisor'))
      ? refuse(
          'same_grade',
          '等级和类别与现在相同，不用再改',
          'grade and category are the same as now; nothing needs to be done',
        )
      : (subcategoryRefusal(input, policy) ??
        loweringRefusal(state, input, actor) ??
        clearingRefusal(state, input.against, actor)),
  events: (state, input) => [
    event('regraded', {
      grade: input.grade,
      category: input.category,
      ...(input.subcategory !== undefined && { subcategory: input.subcategory }),
      from: state.grade,
      against: input.against,
      reason: input.reason,
    }),
  ],
});
