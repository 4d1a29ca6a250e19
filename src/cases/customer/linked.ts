/**
 * What a link asks the customer, and what they have answered.
 * @module
 */
import type { Stores } from '../../db';
import { unknownLink } from '../refused';
import type { ProposalView, SurveyView } from './answers';
import type { Followed } from './entry';
import { isOffered, type SharedParts } from './shared-parts';

interface Needs {
  ledger: Pick<Stores['ledger'], 'events'>;
  shared: SharedParts;
}

/** A proposal as its link shows it. @throws Refused `notFound` if the ledger has no such proposal */
export async function proposalOf({ ledger, shared }: Needs, { record, state, link }: Followed): Promise<ProposalView> {
  const events = await ledger.events(record.caseNo);
  const proposed = events.find((item) => item.type === 'proposed' && item.data.proposalId === link.subject);
  if (proposed?.type !== 'proposed') throw unknownLink();
  const answered = events.find((item) => item.type === 'customerAnswered' && item.data.proposalId === link.subject);
  const current = state.proposal?.id === link.subject && isOffered(state) && !link.expired;
  const [handler, solution] = await Promise.all([shared.handler(state), shared.text(proposed.data.solution.textId)]);
  return {
    caseNo: record.caseNo,
    customerName: record.customer.name,
    language: record.language,
    ...handler,
    remedies: proposed.data.remedies,
    solution: solution ?? '',
    answerBy: state.clocks[`customerAnswer:${link.subject}`]?.dueAt,
    status:
      answered?.type === 'customerAnswered'
        ? answered.data.accepted
          ? 'accepted'
          : 'declined'
        : current
          ? 'open'
          : 'over',
    answeredAt: answered?.at,
  };
}

/** A survey as its link shows it. */
export async function surveyOf(
  { ledger, shared }: Needs,
  { record, policy, state, link }: Followed,
): Promise<SurveyView> {
  const events = await ledger.events(record.caseNo);
  const recorded = events.find((item) => item.type === 'surveyRecorded' && item.data.surveyId === link.subject);
  const questions = policy.survey.questions ?? [];
  const { caseNo, language, receivedAt, product } = record;
  const about = { caseNo, language, receivedAt, ...(product && { product: product.name }) };
  const base = { ...about, questions, ...(await shared.handler(state)) };
  if (recorded?.type === 'surveyRecorded') {
    const { speed, solution, attitude, total, comment, answers } = recorded.data;
    return {
      ...base,
      status: 'answered',
      ...(recorded.data.low && { followUp: await shared.followUp(state) }),
      answers: { speed, solution, attitude, total, comment: await shared.text(comment?.textId), answers },
    };
  }
  const open = state.survey?.id === link.subject && state.survey.status === 'open' && !link.expired;
  return { ...base, status: open ? 'open' : 'over', until: state.clocks.survey?.dueAt };
}
