import { lastOf } from '../../../domain/case/events';
import type { MailKind } from '../../../domain/policy/mail-kinds';
import { GRADE_WORDS } from '../../../render/words';
import type { Facts, MailContent, Writer } from './facts';
import { eventOfType } from './occasion';

/**
 * Tells somebody above the owner why the case needs them. One template for all reasons: each has its flag (`byPromise`,
 * `byRounds`, …), and values that belong to another reason are null or not shown.
 */
async function escalation(facts: Facts): Promise<MailContent> {
  const { source, event, after, moment, past } = facts;
  const { because, to, clock, dueAt, actionId, action: done } = eventOfType(event, 'escalated').data;
  const broken = clock === undefined ? undefined : after.clocks[clock];
  return facts.content({
    ...(await facts.forStaff(broken)),
    ...(because === 'promise' || because === 'action' ? { dueAt: facts.when(dueAt) } : {}),
    byPromise: because === 'promise',
    byRounds: because === 'rounds',
    byDeclines: because === 'declined',
    byUnassigned: because === 'unassigned',
    byAction: because === 'action',
    byReopenings: because === 'reopened',
    byRepeat: because === 'repeat',
    byNamed: because === 'named',
    byComplainedOf: because === 'complainedOf',
    byLower: because === 'gradedDown',
    people: (because === 'named' || because === 'complainedOf') && (await facts.people(after.against)),
    lowerer: await facts.person(moment.lowered?.by),
    lowerFrom: moment.lowered ? facts.say(GRADE_WORDS[moment.lowered.from]) : null,
    lowerReason:
      because === 'gradedDown'
        ? await facts.read(lastOf(past, 'graded')?.reason ?? lastOf(past, 'regraded')?.reason)
        : null,
    earlier: moment.repeatOf.length,
    oneEarlier: moment.repeatOf.length === 1,
    earlierCases: because === 'repeat' ? await facts.earlierCases() : null,
    reopenings: moment.reopenings,
    action: actionId ?? null,
    round: moment.round,
    declines: moment.declines,
    toManager: source.role === undefined ? to === 'manager' : source.role === 'manager',
    toSupervisor: source.role === undefined ? to === 'supervisor' : source.role === 'supervisor',
    // A chain may also have steps before the due time, when nothing is late yet.
    ahead: because === 'promise' && dueAt !== undefined && event.at < dueAt,
    raised: done === 'raiseGrade',
    taskForce: done === 'openTaskForce',
    reassigned: done === 'reassign',
  });
}

/** The writers of notices to whoever is to step in beside the owner. */
export const ESCALATIONS = { escalation } satisfies Partial<Record<MailKind, Writer>>;
