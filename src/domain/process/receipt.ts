import { event, type CaseEvent, type EventBody, type NamedStaff } from '../case/events';
import type { Policy } from '../policy/schema';
import { append, SYSTEM } from './append';
import { hasRule } from '../case/revision';
import type { ComplaintInput } from './start';
import type { CaseState } from '../case/state';
import type { Instant } from '../basics/types';

/** What is known of a complaint when it is received. */
export type Received = NonNullable<ComplaintInput['received']>;

/** What is found out about it before the receipt goes out. */
export interface Prepared {
  repeatOf: string[];
  /** Staff whose names stand in the complaint. */
  named?: NamedStaff[];
  handler?: { id: string; role: string; team: string };
}

/** The first two entries of every ledger: the complaint, and the grade suggested for it, whose promises run. */
export function accepted(
  caseNo: string,
  { channel, language, customerId, text, receivedAt, suggestion, revision, zone }: Received,
  policy: Policy,
): { state: CaseState; events: CaseEvent[] } {
  const policyVersion = policy.version;
  return append(
    undefined,
    caseNo,
    [
      event('complaintReceived', {
        channel,
        language,
        customerId,
        text,
        policyVersion,
        receivedAt,
        revision,
        ...(zone && hasRule({ revision }, 'houseDay') && { zone }),
      }),
      event('gradeSuggested', suggestion),
    ],
    { at: receivedAt, actor: SYSTEM },
    policy,
  );
}

/**
 * The whole receipt: the complaint is on record, repeats are found, and somebody is named to the customer at once
 * (first-contact duty 首问负责), or it is told that nobody could be.
 * @param now when a worker came to it; cases of the first revision have the second half dated then
 */
export function receipt(
  caseNo: string,
  received: Received,
  prepared: Prepared,
  policy: Policy,
  now: Instant,
): { state: CaseState; events: CaseEvent[] } {
  const first = accepted(caseNo, received, policy);
  // Whoever decides before a worker has taken the complaint in does so after its receipt.
  const at = hasRule(received, 'receiptAtReceived') ? received.receivedAt : now;
  const then = append(first.state, caseNo, found(prepared, policy), { at, actor: SYSTEM }, policy);
  return { state: then.state, events: [...first.events, ...then.events] };
}

function found({ repeatOf, named = [], handler }: Prepared, { routing }: Policy): EventBody[] {
  const who = handler
    ? [
        event('assigned', {
          owner: handler.id,
          role: handler.role,
          team: handler.team,
          taskForce: [],
          provisional: true,
        }),
      ]
    : // Where cases wait for somebody to be free, it is told when this one begins to.
      routing
      ? []
      : [event('escalated', { because: 'unassigned', to: 'supervisor' })];
  return [
    ...(repeatOf.length > 0 ? [event('repeatFound', { of: repeatOf })] : []),
    ...(named.length > 0 ? [event('staffNamed', { people: named })] : []),
    ...who,
    event('stageEntered', { stage: 'grade', round: 1 }),
  ];
}
