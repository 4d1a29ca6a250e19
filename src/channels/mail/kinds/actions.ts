import type { MailKind } from '../../../domain/policy/mail-kinds';
import { addMs, durationMs } from '../../../domain/time/duration';
import { duration } from '../../../render/format';
import { CAUSE_WORDS } from '../../../render/words';
import type { Facts, MailContent, Writer } from './facts';
import { expect } from './occasion';

async function actionPlanned(facts: Facts): Promise<MailContent> {
  const { source, event } = facts;
  const { actionId, kind, cause, description } = expect(event, 'actionPlanned').data;
  const rules = source.policy.correctiveAction;
  const startWithin = durationMs(kind === 'urgent' ? rules.containment : rules.preventiveStart);
  return facts.content({
    ...(await facts.forStaff()),
    // The action's own deadline, not one of the case's promises.
    promise: null,
    dueAt: facts.when(addMs(event.at, startWithin)),
    action: actionId,
    urgent: kind === 'urgent',
    startWithin: duration(startWithin, source.language),
    cause: facts.say(CAUSE_WORDS[cause]),
    description: await facts.read(description),
  });
}

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
  const { actionId, dueAt } = expect(event, 'actionWarned').data;
  // The action's own deadline, not one of the case's promises.
  return facts.content({ ...(await facts.forStaff()), promise: null, action: actionId, dueAt: facts.when(dueAt) });
}

/** Notices about corrective actions. */
export const ACTION_NOTICES = { actionPlanned, actionDue } satisfies Partial<Record<MailKind, Writer>>;
