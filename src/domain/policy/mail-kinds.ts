/** Every kind of mail. Each has one template in each language, which a policy may reword. */
export const MAIL_KINDS = [
  // to the customer
  'receipt',
  'progress',
  'response',
  /** Somebody who works on the case writes to the customer, in whatever stage. */
  'letter',
  'solution',
  'solutionReminder',
  'result',
  'survey',
  'surveyReminder',
  'extension',
  'closed',
  /** Sent when somebody asks for it who has lost the link to their complaint; no event plans it. */
  'lostLink',
  // to staff
  'assigned',
  'promiseWarned',
  'escalation',
  'chased',
  /** Somebody is named in a note. */
  'mentioned',
  'helpRequested',
  'helpAnswered',
  'approvalNeeded',
  'returned',
  'customerAnswered',
  'customerSilent',
  /**
   * The case goes into another round, by the wish of the customer or because a follow-up or revisit found it unsolved.
   */
  'reopened',
  'customerWithdrew',
  'customerAdded',
  'customerWrote',
  'callBackWanted',
  /** What the customer has written looks worse than the case is graded. */
  'turnedWorse',
  /** The time is over for which the case was paused. */
  'resumed',
  'followUp',
  'actionPlanned',
  'actionDue',
  'mailFailed',
  /**
   * The customer left no mail address, and a solution waits for their answer. Planned by the mail relay instead of an
   * event.
   */
  'askByPhone',
  /**
   * A decision that was stored while no worker ran was refused when its turn came. Planned by the watch instead of an
   * event.
   */
  'decisionRefused',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/**
 * Mails that come by the clock or because somebody is impatient. They come in bursts, so several are gathered into one;
 * and none is worth waking anybody, so they keep to the working hours of their reader.
 */
export const REMINDERS: readonly MailKind[] = [
  'promiseWarned',
  'escalation',
  'chased',
  'customerSilent',
  'customerAdded',
  'customerWrote',
  'callBackWanted',
  'actionDue',
  'mailFailed',
];
/** Whether a mail is gathered and kept for working hours (`REMINDERS`). */
export const isReminder = (mail: MailKind): boolean => REMINDERS.includes(mail);
