import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/basics/canonical';
import type { CaseEvent } from '../domain/case/events';
import { messagesFor, type Recipient } from '../domain/process/notices';
import type { MailKind } from '../domain/policy/mail-kinds';
import { isBreached, mostPressing, nextDue, nextMomentOf, type Clock } from '../domain/promises/clock';
import type { CaseState } from '../domain/case/state';
import { toInstant, toMs } from '../domain/time/duration';
import type { caseClocks, cases, redress } from './schema';

/** What the ledger's rows fold into: pure functions, so that writing through and rebuilding cannot differ. */

export type CaseRow = typeof cases.$inferSelect;
export type ClockRow = typeof caseClocks.$inferSelect;
export type RedressRow = typeof redress.$inferSelect;

export interface PlannedMail {
  seq: number;
  mail: MailKind;
  recipient: Recipient;
  recipientKey: string;
  messageId: string;
}

/** The chain before its first link. */
export const NO_HASH = '';

/** As it is stored and hashed: a plain object, its time in the one spelling that survives `timestamptz(3)`. */
export function storedEvent(event: CaseEvent): CaseEvent {
  const { seq, type, at, actor, data, decision } = event;
  const row = { seq, type, at: toInstant(toMs(at)), actor, data };
  return (decision ? { ...row, decision } : row) as CaseEvent;
}

export const linkHash = (previous: string, caseNo: string, event: CaseEvent): string =>
  createHash('sha256')
    .update(previous)
    .update(canonicalJson({ caseNo, ...event }))
    .digest('hex');

/** Sorted and each once, so that a rebuild gives the same. */
function involved({ taskForce, helpTasks, followUp, actions }: CaseState): string[] {
  const all = [
    ...taskForce,
    ...helpTasks.flatMap(({ assignee, department }) => [assignee, `team:${department}`]),
    followUp?.assignee,
    ...actions.map(({ owner }) => owner),
  ];
  return [...new Set(all.filter((id) => id !== undefined))].toSorted();
}

export function caseRow(state: CaseState, hash: string): CaseRow {
  const due = nextDue(state.clocks);
  return {
    caseNo: state.caseNo,
    lastSeq: state.seq,
    lastHash: hash,
    stage: state.stage,
    grade: state.grade,
    category: state.category,
    gradeConfirmed: state.gradeConfirmed,
    owner: state.owner?.id ?? null,
    team: state.owner?.team ?? null,
    involved: involved(state),
    against: state.against.toSorted(),
    customerId: state.customerId,
    channel: state.channel,
    language: state.language,
    round: state.round,
    nextDueAt: due?.dueAt ?? null,
    nextDueClock: due?.id ?? null,
    pressingAt: mostPressing(state.clocks)?.dueAt ?? null,
    breached: Object.values(state.clocks).some(isBreached),
    paused: state.paused !== undefined,
    outcome: state.outcome ?? null,
    receivedAt: state.receivedAt,
    updatedAt: state.lastAt,
    archivedAt: state.archivedAt ?? null,
    policyVersion: state.policyVersion,
    state,
  };
}

export const clockRow = (caseNo: string, clock: Clock): ClockRow => ({
  caseNo,
  clock: clock.id,
  promise: clock.promise,
  version: clock.version,
  status: clock.status,
  startedAt: clock.startedAt,
  dueAt: clock.dueAt,
  stoppedAt: clock.stoppedAt ?? null,
  breachedAt: clock.breachedAt ?? null,
  escalated: clock.escalated,
  nextAt: nextMomentOf(clock)?.at ?? null,
});

/** Folding touches only the clocks an event changes: the others stay the same objects. */
export const changedClocks = (before: CaseState | undefined, after: CaseState): ClockRow[] =>
  Object.values(after.clocks)
    .filter((clock) => before?.clocks[clock.id] !== clock)
    .map((clock) => clockRow(after.caseNo, clock));

export const redressRows = (caseNo: string, event: CaseEvent): RedressRow[] =>
  event.type === 'carriedOut'
    ? event.data.remedies.map(({ kind, amount }, n) => ({ caseNo, seq: event.seq, n, kind, amount, at: event.at }))
    : [];

export function recipientKey(to: Recipient): string {
  switch (to.kind) {
    case 'customer':
      return 'customer';
    case 'user':
      return `user:${to.id}`;
    case 'role':
      return `role:${to.role}:${to.team ?? '*'}`;
    case 'department':
      return `department:${to.department}`;
  }
}

/** Somebody who is told twice of one event (owner and member of the task force) is told once. */
export function plannedMails(
  event: CaseEvent,
  { before, state }: { before: CaseState | undefined; state: CaseState },
  mailDomain: string,
): PlannedMail[] {
  const planned = new Map<string, PlannedMail>();
  for (const [n, { mail, to }] of messagesFor(event, state, before).entries()) {
    const key = recipientKey(to);
    if (planned.has(`${mail} ${key}`)) continue;
    const messageId = `<${state.caseNo}.${event.seq}.${mail}.${n}@${mailDomain}>`;
    planned.set(`${mail} ${key}`, { seq: event.seq, mail, recipient: to, recipientKey: key, messageId });
  }
  return [...planned.values()];
}
