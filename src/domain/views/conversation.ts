import type { TextRef } from '../basics/types';
import type { CaseEvent } from '../case/events';

/** Who speaks in an entry of the conversation between house and customer. */
export const SIDES = ['house', 'customer'] as const;
export type Side = (typeof SIDES)[number];

/**
 * Whether an entry is part of what customer and house have said to each other, and who spoke; undefined for all that
 * happens inside the house.
 */
export function speakerOf({ type, data, actor }: CaseEvent): Side | undefined {
  switch (type) {
    case 'complaintReceived':
    case 'customerWrote':
    case 'callBackWanted':
      return 'customer';
    case 'responded':
    case 'wroteToCustomer':
    case 'solutionOffered':
    case 'resolved':
      return 'house';
    case 'customerAnswered':
      // Where the policy asks for no agreement, nobody was asked.
      return data.via === 'policy' ? undefined : 'customer';
    case 'surveyRecorded':
      return 'customer';
    case 'chased':
    case 'evidenceAdded':
    case 'reopened':
    case 'withdrawn':
      return actor.kind === 'customer' ? 'customer' : undefined;
    default:
      return undefined;
  }
}

/** The customer's own words in an entry; undefined: they say nothing in it, or what is written there is ours. */
export function saidIn(item: CaseEvent): TextRef | undefined {
  if (speakerOf(item) !== 'customer') return undefined;
  switch (item.type) {
    case 'complaintReceived':
    case 'customerWrote':
      return item.data.text;
    case 'callBackWanted':
    case 'evidenceAdded':
    case 'chased':
      return item.data.note;
    case 'customerAnswered':
    case 'reopened':
    case 'withdrawn':
      return item.data.reason;
    case 'surveyRecorded':
      return item.data.comment;
    default:
      return undefined;
  }
}
