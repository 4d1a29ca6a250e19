/** Every kind of mail: one template in each language, which a policy may reword. */
export const MAIL_KINDS = [
  // to the customer
  'receipt',
  'progress',
  'response',
  'solution',
  'solutionReminder',
  'result',
  'survey',
  'surveyReminder',
  'extension',
  'closed',
  /** Asked for by whoever has lost the link; no event plans it. */
  'lostLink',
  // to staff
  'assigned',
  'promiseWarned',
  'escalation',
  'chased',
  'helpRequested',
  'helpAnswered',
  'approvalNeeded',
  'returned',
  'customerAnswered',
  'customerSilent',
  /** Another round: by the customer's wish, or since a follow-up or revisit found it unsolved. */
  'reopened',
  'customerWithdrew',
  'customerAdded',
  /** The time a case was paused for is over. */
  'resumed',
  'followUp',
  'actionPlanned',
  'actionDue',
  'mailFailed',
  /** The customer left no mail address, and a solution waits for their answer; planned by the relay. */
  'askByPhone',
  /** What was stored while no worker was there could not be done when its turn came. */
  'decisionRefused',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/**
 * Notices that come by the clock or because somebody is impatient. They are the ones that arrive in bursts, so they are
 * gathered, and none of them is worth waking anybody: they keep to the reader's working hours.
 */
export const REMINDERS: readonly MailKind[] = [
  'promiseWarned',
  'escalation',
  'chased',
  'customerSilent',
  'customerAdded',
  'actionDue',
  'mailFailed',
];
export const isReminder = (mail: MailKind): boolean => REMINDERS.includes(mail);
