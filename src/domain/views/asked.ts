import type { CaseEvent } from '../case/events';
import type { CaseState } from '../case/state';
import { DECISION_NAMES, type DecisionName } from '../decisions/catalogue';

/** The decision that keeps a promise, by the first part of its clock's id (`help:h1`); others are kept in several ways. */
const KEEPS: Readonly<Record<string, DecisionName>> = {
  firstResponse: 'respond',
  help: 'answerHelp',
  approval: 'approve',
  followUp: 'followUp',
  revisit: 'recordRevisit',
};

/**
 * The decision that an event asks its reader for, whose form a mail or notice of it opens; undefined where there is none, or
 * where the reader has to look at the case first. Whether they may take it is for the desk to say.
 * @param now the case as it stands while it is told
 * @param reader the one member of staff who reads it; undefined for several
 */
export function askedOf(event: CaseEvent, now: CaseState, reader: string | undefined): DecisionName | undefined {
  const { type, data } = event;
  switch (type) {
    case 'assigned':
    case 'reassigned': {
      if (reader !== data.owner) return undefined;
      return type === 'assigned' && data.provisional ? 'grade' : 'accept';
    }
    case 'promiseWarned':
      return KEEPS[data.clock.split(':')[0] ?? ''];
    case 'escalated':
      if (data.because === 'unassigned') return now.owner ? undefined : 'assign';
      return data.because === 'gradedDown' || data.because === 'named' ? regrading(now) : undefined;
    case 'turnedWorse':
      return 'regrade';
    case 'helpRequested':
      return 'answerHelp';
    case 'proposed':
    case 'notSubstantiatedFound':
      return 'approve';
    case 'rejected':
      return data.subject === 'proposal' ? 'propose' : undefined;
    case 'customerAnswered':
      return data.accepted ? 'carryOut' : 'propose';
    case 'solutionOffered':
    case 'customerSilent':
      // The owner asks the customer and writes down what they say.
      return 'customerAnswer';
    case 'customerWrote':
      return 'write';
    case 'followUpAssigned':
      return 'followUp';
    case 'actionPlanned':
    case 'actionWarned':
      return 'startAction';
    case 'decisionRefused':
      return DECISION_NAMES.find((name) => name === data.decision);
    default:
      return undefined;
  }
}

/** Before the first grading there is nothing to regrade. */
const regrading = (now: CaseState): DecisionName => (now.gradeConfirmed ? 'regrade' : 'grade');
