import type { Actor } from '../../domain/basics/types';
import type { EventType } from '../../domain/case/events';
import type { Staff } from '../../domain/case/permissions';
import type { DecisionName } from '../../domain/decisions/catalogue';

/** Decisions that only add something: no other decision takes the ground from them. */
const ADDS: readonly DecisionName[] = ['note', 'addEvidence', 'chase', 'customerWrote', 'wantCallBack'];

/** What others may do without the ground of a decision changing. */
const HARMLESS: readonly string[] = ['noted', 'chased', 'callBackWanted'] satisfies EventType[];

/** Whether a decision can be overtaken by what others do while its form is open. */
export const canBeOvertaken = (name: DecisionName): boolean => !ADDS.includes(name);

/**
 * Whether an entry changes what somebody decides on, who has seen the case before it: what another person has decided, and
 * what has come from the customer. What the process does by itself does not count, nor what somebody has done themselves.
 */
export function overtakes(type: string, by: { kind: Actor['kind']; id?: string }, reader: Pick<Staff, 'id'>): boolean {
  if (by.kind === 'system' || by.id === reader.id) return false;
  return !HARMLESS.includes(type) && !(type === 'evidenceAdded' && by.kind === 'staff');
}
