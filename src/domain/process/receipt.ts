/**
 * The first events of a case.
 * @module
 */
import { event, type CaseEvent, type EventBody, type NamedStaff } from '../case/events';
import type { Policy } from '../policy/schema';
import { append, SYSTEM } from './append';
import { hasRule } from '../case/revision';
import type { ComplaintInput } from './start';
import type { CaseState } from '../case/state';
import type { Instant } from '../basics/types';

/** What is known of a complaint when it is received. */
export type Received = NonNullable<ComplaintInput['received']>;

/**
 * What is found out about a complaint before the receipt goes out. `repeatOf`: other cases of the same customer.
 * `handler`: who is named to the customer; absent: nobody is free.
 */
export interface Prepared {
  repeatOf: string[];
  /** Staff whose names appear in the complaint. */
  named?: NamedStaff[];
  handler?: { id: string; role: string; team: string };
}

/**
 * The beginning of every ledger: the complaint, and the grade suggested for it with the promises that run for that
 * grade. The API shows a case by these events until a worker has come to it.
 */
export function firstEvents(
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
 * All events of the receipt: the complaint is on record, repeats and names of staff are found, and somebody is named to
 * the customer at once (first-contact duty 首问负责). Without anybody to name, the supervisor is told, unless the policy
 * routes.
 * @param now when a worker came to it: cases without the rule `receiptAtReceived` date what was found then
 */
export function receipt(
  caseNo: string,
  received: Received,
  prepared: Prepared,
  policy: Policy,
  now: Instant,
): { state: CaseState; events: CaseEvent[] } {
  const first = firstEvents(caseNo, received, policy);
  // Dated before every decision, also one that was sent before a worker came to the complaint.
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
    : // With routing a supervisor is told later, when the case goes into the queue (`afterSearch`).
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
