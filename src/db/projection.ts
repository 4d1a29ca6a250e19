/**
 * What the ledger's events become in the tables: rows of cases, clocks and redress, and mails. Pure functions, so that
 * writing an event and rebuilding from the ledger give the same rows.
 * @module
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/basics/canonical';
import { awaits } from '../domain/case/awaits';
import type { CaseEvent } from '../domain/case/events';
import { messagesFor, type Recipient } from '../domain/process/notices';
import type { MailKind } from '../domain/policy/mail-kinds';
import { isBreached, mostPressing, nextDue, nextMomentOf, type Clock } from '../domain/promises/clock';
import type { CaseState } from '../domain/case/state';
import { roomNews, type NewsOfCase } from '../domain/case/rooms';
import { PLATFORM_MAILS } from '../domain/case/platforms';
import { handedOver, type HandedOver } from '../domain/case/trackers';
import { webhookMessage, webhookMessageId, type WebhookEvent } from '../domain/case/webhook-events';
import { toInstant, toMs } from '../domain/time/duration';
import type { caseClocks, cases, redress } from './schema';

/** Rows of the projection's tables. */
export type CaseRow = typeof cases.$inferSelect;
export type ClockRow = typeof caseClocks.$inferSelect;
export type RedressRow = typeof redress.$inferSelect;

/** A mail that an event causes, as it goes into the outbox. */
export interface PlannedMail {
  /** The event that causes it. */
  seq: number;
  mail: MailKind;
  recipient: Recipient;
  /** See `recipientKey`. */
  recipientKey: string;
  messageId: string;
}

/** What other systems are told of an event, as it is planned for each of them that wants it. */
export interface PlannedWebhook {
  type: WebhookEvent;
  messageId: string;
  body: string;
}

/** What rooms are told of an event, as it is planned for each of them that wants it. */
export interface PlannedNews extends NewsOfCase {
  seq: number;
}

/** What of an event goes to the tracker of a department, as it is planned. */
export type PlannedTicket = HandedOver;

/** What stands for the previous hash before the first event of a case. */
export const NO_HASH = '';

/**
 * An event as it is stored and hashed: known fields only, its time in UTC with milliseconds as
 * `timestamptz(3)` gives it back.
 */
export function storedEvent(event: CaseEvent): CaseEvent {
  const { seq, type, at, actor, data, decision } = event;
  const row = { seq, type, at: toInstant(toMs(at)), actor, data };
  return (decision ? { ...row, decision } : row) as CaseEvent;
}

/**
 * The hash of an event: sha-256 in hex over the hash of the event before it and over its own content in canonical JSON.
 */
export const linkHash = (previous: string, caseNo: string, event: CaseEvent): string =>
  createHash('sha256')
    .update(previous)
    .update(canonicalJson({ caseNo, ...event }))
    .digest('hex');

/**
 * Who sees the case beside its owner and those who lead: user ids, and `team:<department>` for a whole department.
 * Sorted and each once, so that a rebuild gives the same row.
 */
function involved({ taskForce, helpTasks, followUp, actions }: CaseState): string[] {
  const all = [
    ...taskForce,
    ...helpTasks.flatMap(({ assignee, department }) => [assignee, `team:${department}`]),
    followUp?.assignee,
    ...actions.map(({ owner }) => owner),
  ];
  return [...new Set(all.filter((id) => id !== undefined))].toSorted();
}

/**
 * The row of a case in `cases`.
 * @param hash the hash of its last event
 */
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
    awaits: awaits(state),
    repeat: state.repeatOf.length > 0,
    outcome: state.outcome ?? null,
    resolvedAt: state.resolution?.at ?? null,
    receivedAt: state.receivedAt,
    updatedAt: state.lastAt,
    archivedAt: state.archivedAt ?? null,
    policyVersion: state.policyVersion,
    state,
  };
}

/** The row of a clock in `case_clocks`. */
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

/**
 * Rows of the clocks that differ between two states. `evolve` keeps the objects of unchanged clocks, so identity tells.
 */
export const changedClocks = (before: CaseState | undefined, after: CaseState): ClockRow[] =>
  Object.values(after.clocks)
    .filter((clock) => before?.clocks[clock.id] !== clock)
    .map((clock) => clockRow(after.caseNo, clock));

/** The rows in `redress` of an event: one for each remedy of `carriedOut`, none for any other. */
export const redressRows = (caseNo: string, event: CaseEvent): RedressRow[] =>
  event.type === 'carriedOut'
    ? event.data.remedies.map(({ kind, amount }, n) => ({ caseNo, seq: event.seq, n, kind, amount, at: event.at }))
    : [];

/** A recipient as one string. The outbox keeps one row for each event, kind of mail and key. */
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

/**
 * The mails that an event causes. A recipient who would get one kind twice for the event (as owner and as member
 * of the task force) gets it once. The Message-ID follows from case, sequence, kind and place in the list, so a
 * repeat gives the same one.
 */
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

/** A message to the customer beside mail, as it is planned where they are reached that way. */
export interface PlannedMessage {
  seq: number;
  mail: MailKind;
  /** Follows from the entry, so that the same one planned twice is one message, and has one id at the gateway. */
  key: string;
}

/** What of these mails goes to the platform where the customer complained. */
export const plannedReplies = (mails: readonly PlannedMail[]): Pick<PlannedMail, 'seq' | 'mail'>[] =>
  mails
    .filter(({ recipient, mail }) => recipient.kind === 'customer' && PLATFORM_MAILS.includes(mail))
    .map(({ seq, mail }) => ({ seq, mail }));

/** What customers are told of these mails where another way than mail reaches them. */
export const plannedMessages = (caseNo: string, mails: readonly PlannedMail[]): PlannedMessage[] =>
  mails
    .filter(({ recipient }) => recipient.kind === 'customer')
    .map(({ seq, mail }) => ({
      seq,
      mail,
      key: createHash('sha256').update(`${caseNo}/${seq}/${mail}`).digest('hex').slice(0, 32),
    }));

/** What other systems are told of an event: nothing or one message. @param state after it */
export function plannedWebhooks(event: CaseEvent, state: CaseState): PlannedWebhook[] {
  const message = webhookMessage(event, state);
  if (!message) return [];
  const messageId = webhookMessageId(state.caseNo, event.seq);
  return [{ type: message.type, messageId, body: JSON.stringify(message) }];
}

/** What of an event goes to a tracker: nothing or one thing. */
export function plannedTickets(event: CaseEvent, state: CaseState): PlannedTicket[] {
  const handed = handedOver(event, state);
  return handed ? [handed] : [];
}

/** What rooms are told of an event: nothing or one thing. */
export function plannedNews(
  event: CaseEvent,
  { before, state }: { before: CaseState | undefined; state: CaseState },
): PlannedNews[] {
  const told = roomNews(event, state, before);
  return told ? [{ seq: event.seq, ...told }] : [];
}
