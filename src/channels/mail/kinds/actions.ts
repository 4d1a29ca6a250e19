import type { MailKind } from '../../../domain/policy/mail-kinds';
import { addMs, durationMs } from '../../../domain/time/duration';
import { duration } from '../../../render/format';
import { CAUSE_WORDS } from '../../../render/words';
import type { Facts, MailContent, Writer } from './facts';
import { eventOfType } from './occasion';

/** A corrective action was planned: to its owner. */
async function actionPlanned(facts: Facts): Promise<MailContent> {
  const { source, event } = facts;
  const { actionId, kind, cause, description } = eventOfType(event, 'actionPlanned').data;
  const rules = source.policy.correctiveAction;
  const startWithin = durationMs(kind === 'urgent' ? rules.containment : rules.preventiveStart);
  return facts.content({
    ...(await facts.forStaff()),
    // Replaces the case's next promise, which `forStaff` shows: this mail is about the action's own deadline.
    promise: null,
    dueAt: facts.when(addMs(event.at, startWithin)),
    action: actionId,
    urgent: kind === 'urgent',
    startWithin: duration(startWithin, source.language),
    cause: facts.say(CAUSE_WORDS[cause]),
    description: await facts.read(description),
  });
}

/**
 * A corrective action is due (`actionWarned`), to its owner; or its effect check failed (`actionMeasured`), to its
 * owner and a supervisor, with a template of its own.
 */
async function actionDue(facts: Facts): Promise<MailContent> {
  const { source, event, moment } = facts;
  if (event.type === 'actionMeasured') {
    const { actionId, before: was, after: is, round } = event.data;
    const holder = moment.actions.find(({ id }) => id === actionId)?.owner;
    return facts.content(
      {
        ...(await facts.forStaff()),
        promise: null,
        dueAt: null,
        action: actionId,
        mine: source.userId === holder,
        holder: await facts.person(holder),
        was,
        is,
        round,
      },
      'actionMissed',
    );
  }
  const { actionId, dueAt } = eventOfType(event, 'actionWarned').data;
  // As in `actionPlanned`: the action's own deadline takes the place of the case's next promise.
  return facts.content({ ...(await facts.forStaff()), promise: null, action: actionId, dueAt: facts.when(dueAt) });
}

/** The writers of notices about corrective actions. */
export const ACTION_NOTICES = { actionPlanned, actionDue } satisfies Partial<Record<MailKind, Writer>>;
