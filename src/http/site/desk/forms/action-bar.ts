/**
 * What a person may do in a case now, as the foot of its page shows it.
 * @module
 */
import type { CaseAnswer } from '../../../../cases';
import { DECISION_NAMES, type DecisionName } from '../../../../domain/decisions/catalogue';
import { inLanguage } from '../../../../render/words';
import type { Wording } from '../../kit/wording';
import { begun } from './making';
import { keysOf } from './keys';
import { nextOf } from './next';
import { fillingIn } from './usual';

/** A button. `form`: which form of the policy it fills in. */
export type Action = { decision: DecisionName; label: string; key: string | null; form: string | null };

/** A part of the case page in which one sees what is missing. */
export type Place = 'help' | 'proposal' | 'actions';

/** What is not possible yet, and what makes it so: a decision that is possible now, or a place to look at. */
export type Waiting = {
  decision: DecisionName;
  label: string;
  because: string;
  meets: { decision: DecisionName | null; place: Place | null };
};

export type ActionBar = {
  /** The one filled button; null: nothing is for this person to do. */
  next: (Action & { reason: string }) | null;
  /** What the case waits for, and for whom. */
  waitsFor: string;
  /** Up to four more, in the order of the catalogue, and the rest. */
  others: Action[];
  more: Action[];
  /** The boxes for a message to the customer and for a note. */
  reply: Action | null;
  note: Action | null;
  /** Why not yet: a list of what is to be done first. */
  waiting: Waiting[];
};

/** Buttons beside the next one. */
const BESIDE = 4;

/** What meets a refusal, by its code. A refusal that nothing meets, as `not_paused`, is no work to be done, and not listed. */
const MEETS: Readonly<Record<string, { decisions: readonly DecisionName[]; place?: Place }>> = {
  paused: { decisions: ['resume'] },
  no_owner: { decisions: ['assign'] },
  open_help: { decisions: ['chase'], place: 'help' },
  nothing_offered: { decisions: ['propose'] },
  not_agreed: { decisions: ['customerAnswer', 'propose'] },
  not_carried_out: { decisions: ['carryOut', 'customerAnswer', 'propose', 'notSubstantiated'], place: 'proposal' },
  awaiting_approval: { decisions: ['approve'], place: 'proposal' },
  supervisor_first: { decisions: ['approve'], place: 'proposal' },
  manager_first: { decisions: ['approve'], place: 'proposal' },
  already_agreed: { decisions: ['carryOut', 'resolve'] },
  form_missing: { decisions: ['fillForm'] },
  follow_up_first: { decisions: ['followUp'] },
  root_cause: { decisions: ['recordRootCause'] },
  no_action: { decisions: ['planAction'] },
  open_actions: { decisions: ['startAction', 'verifyAction'], place: 'actions' },
};

/** The codes of refusals that the list of what is missing knows. */
export const MET_CODES = Object.keys(MEETS);

/** What the foot of the case page shows to whoever got the answer. */
export function actionBar(answer: CaseAnswer, wording: Wording): ActionBar {
  const { allowed, waiting } = answer;
  const say = (words: { zh: string; en: string }) => inLanguage(words, wording.language);
  const possible = DECISION_NAMES.filter((name) => allowed.some(({ decision }) => decision === name));
  const next = nextOf(answer, wording);
  const keys = keysOf(possible, next?.decision);
  const labels = new Map(allowed.map(({ decision, label }) => [decision, begun(say(label))]));

  const action = (decision: DecisionName): Action => ({
    decision,
    label: labels.get(decision) ?? '',
    key: keys.get(decision) ?? null,
    form: null,
  });
  /** A button for each form of the policy that is open, else for those that may be filled in once more. */
  const formActions = (): Action[] => {
    const open = answer.case.forms.filter(({ values }) => values === undefined);
    return (open.length > 0 ? open : answer.case.forms).map((form) => ({
      ...action('fillForm'),
      label: say(fillingIn(form)),
      form: form.id,
    }));
  };
  const buttons = (decision: DecisionName): Action[] => (decision === 'fillForm' ? formActions() : [action(decision)]);
  const boxed = (decision: DecisionName): Action | null =>
    possible.includes(decision) && decision !== next?.decision ? action(decision) : null;

  const ofNext = next ? buttons(next.decision) : [];
  const first = ofNext.find(({ form }) => form === (next?.form ?? null));
  const besides = possible
    .filter((one) => one !== next?.decision && one !== 'write' && one !== 'note')
    .flatMap(buttons);
  const rest = [...ofNext.filter((one) => one !== first), ...besides];
  return {
    next: next && first ? { ...first, reason: say(next.reason) } : null,
    waitsFor: say(answer.case.waitsFor),
    others: rest.slice(0, BESIDE),
    more: rest.slice(BESIDE),
    reply: boxed('write'),
    note: boxed('note'),
    waiting: waiting.flatMap(({ decision, label, because }): Waiting[] => {
      const met = MEETS[because.code];
      return met
        ? [
            {
              decision,
              label: begun(say(label)),
              because: say(because.words),
              meets: {
                decision: met.decisions.find((one) => possible.includes(one)) ?? null,
                place: met.place ?? null,
              },
            },
          ]
        : [];
    }),
  };
}
