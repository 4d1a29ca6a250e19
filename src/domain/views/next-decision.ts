/**
 * Which decision comes next in a case for the person who looks at it. What the case itself waits for, whoever looks, is
 * `awaited` (progress.ts); the two differ where one person can go on while the case waits for another.
 * @module
 */
import type { Stage } from '../basics/types';
import type { CaseState, Proposal } from '../case/state';
import type { DecisionName } from '../decisions/catalogue';
import { becauseOf } from '../decisions/decide';
import type { DecisionContext } from '../decisions/define';
import { openForms } from '../decisions/forms';

/** Why a decision is the next one. Its words are with whoever shows it: src/http/site/desk/forms/next.ts. */
export const NEXT_BECAUSE = [
  'callWanted',
  'paused',
  'ownerLost',
  'toGrade',
  'given',
  'noOwner',
  'toApprove',
  'findingConfirmed',
  'carriedOut',
  'onlyHelpOpen',
  'agreed',
  'offered',
  'noResponse',
  'unanswered',
  'toPropose',
  'lowScore',
  'surveyOpen',
  'revisitOpen',
  'noRootCause',
  'noAction',
  'allDone',
  'asked',
  'actionPlanned',
  'checkDue',
  'formMissing',
] as const;
export type NextBecause = (typeof NEXT_BECAUSE)[number];

/** The next decision of somebody, which they may take now. `form`: of `fillForm`, the form of the policy. */
export interface NextDecision {
  decision: DecisionName;
  because: NextBecause;
  form?: string;
}

/** A case as its reader stands to it. */
interface Sight {
  state: CaseState;
  can: (decision: DecisionName) => boolean;
  /** The code of what a decision of theirs, in this stage, waits for. */
  waitsFor: (decision: DecisionName) => string | undefined;
  isCheckDue: boolean;
}

/** A decision that comes next if `when` holds and the person may take it. Without `when`: whenever it is possible. */
interface Rule {
  decision: DecisionName;
  because: NextBecause;
  when?: (sight: Sight) => boolean;
}

/** Works on the case, and was not only asked for help: only such a person may ask others. */
const handles = ({ can }: Sight): boolean => can('requestHelp');

const proposalIs =
  (status: Proposal['status']) =>
  ({ state }: Sight): boolean =>
    state.proposal?.status === status;

/** Before all others, in any stage. */
const FIRST: readonly Rule[] = [
  { decision: 'respond', because: 'callWanted', when: ({ state }) => state.callBack !== undefined },
  // Where no more contact is noted, a letter says that one has called.
  {
    decision: 'write',
    because: 'callWanted',
    when: ({ state, can }) => state.callBack !== undefined && !can('respond'),
  },
  { decision: 'resume', because: 'paused', when: ({ state }) => state.paused !== undefined },
  {
    decision: 'reassign',
    because: 'ownerLost',
    when: ({ state, can }) => state.owner === undefined && !can('assign') && state.stage !== 'archived',
  },
];

/** The rules of each stage, the first that holds counts. */
const RULES: Record<Stage, readonly Rule[]> = {
  receive: [],
  grade: [{ decision: 'grade', because: 'toGrade' }],
  assign: [
    { decision: 'accept', because: 'given' },
    {
      decision: 'assign',
      because: 'noOwner',
      when: ({ state }) => state.owner === undefined || state.owner.provisional,
    },
  ],
  resolve: [
    { decision: 'approve', because: 'toApprove' },
    {
      decision: 'resolve',
      because: 'findingConfirmed',
      when: ({ state }) => state.notSubstantiated?.status === 'confirmed',
    },
    { decision: 'resolve', because: 'carriedOut', when: proposalIs('carriedOut') },
    {
      decision: 'chase',
      because: 'onlyHelpOpen',
      when: (sight) => handles(sight) && sight.waitsFor('resolve') === 'open_help' && proposalIs('carriedOut')(sight),
    },
    { decision: 'carryOut', because: 'agreed', when: proposalIs('accepted') },
    { decision: 'customerAnswer', because: 'offered', when: proposalIs('offered') },
    { decision: 'respond', because: 'noResponse', when: ({ state }) => state.respondedAt === undefined },
    // The customer has let the time for an answer pass: they are asked once more before they are offered something else.
    { decision: 'customerAnswer', because: 'unanswered', when: proposalIs('unanswered') },
    { decision: 'accept', because: 'given' },
    { decision: 'propose', because: 'toPropose' },
  ],
  feedback: [
    { decision: 'followUp', because: 'lowScore', when: ({ state }) => state.followUp?.status === 'open' },
    { decision: 'recordSurvey', because: 'surveyOpen' },
    { decision: 'recordRevisit', because: 'revisitOpen' },
  ],
  revisit: [{ decision: 'recordRevisit', because: 'revisitOpen' }],
  review: [
    {
      decision: 'recordRootCause',
      because: 'noRootCause',
      when: ({ waitsFor }) => waitsFor('archive') === 'root_cause',
    },
    { decision: 'planAction', because: 'noAction', when: ({ waitsFor }) => waitsFor('archive') === 'no_action' },
    { decision: 'archive', because: 'allDone' },
  ],
  archived: [],
};

/** After all others: what somebody does who has only a part in the case, or what is left. */
const LAST: readonly Rule[] = [
  { decision: 'answerHelp', because: 'asked', when: (sight) => !handles(sight) },
  { decision: 'startAction', because: 'actionPlanned' },
  { decision: 'verifyAction', because: 'checkDue', when: ({ isCheckDue }) => isCheckDue },
];

/**
 * The next decision of `context.actor`; undefined when there is nothing for them to do. It is always one that they may take
 * now. Where a form of the policy has to come first, that is the next one.
 * @param possible what they may decide now: `allowed`
 * @param isCheckDue whether the effect of an action of the case is due to be checked, which the case itself does not know
 */
export function nextDecision(
  state: CaseState,
  possible: readonly DecisionName[],
  context: DecisionContext,
  isCheckDue = false,
): NextDecision | undefined {
  const can = (decision: DecisionName): boolean => possible.includes(decision);
  const sight: Sight = {
    state,
    can,
    waitsFor: (decision) => becauseOf(decision, state, context)?.code,
    isCheckDue,
  };
  for (const { decision, because, when } of [...FIRST, ...RULES[state.stage], ...LAST]) {
    if (when && !when(sight)) continue;
    if (can(decision)) return { decision, because };
    if (can('fillForm') && sight.waitsFor(decision) === 'form_missing') {
      const form = openForms(context.policy.forms, state).find(({ before }) => before === decision);
      if (form) return { decision: 'fillForm', because: 'formMissing', form: form.id };
    }
  }
  return undefined;
}
