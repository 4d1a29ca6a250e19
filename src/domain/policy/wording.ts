import type { MailKind } from './mail-kinds';

const CUSTOMER = ['caseNo', 'contact', 'handler', 'name', 'org', 'progressUrl'] as const;
const STAFF = ['caseNo', 'caseUrl', 'category', 'contact', 'dueAt', 'grade', 'org', 'owner', 'stage', 'waits'] as const;

/**
 * The values that each mail is written with, by the names under which a department may use them in its own words
 * (`{{caseNo}}`). Some are empty at times: a handler before anybody has been named, a telephone number where none is
 * set.
 */
export const MAIL_VALUES: Record<MailKind, readonly string[]> = {
  receipt: [...CUSTOMER, 'accessCode', 'answerBy', 'resolveBy'],
  progress: [...CUSTOMER, 'answerBy', 'into', 'intoUrl', 'resolveBy', 'round'],
  response: [...CUSTOMER, 'resolveBy', 'words'],
  letter: [...CUSTOMER, 'resolveBy', 'words'],
  solution: [...CUSTOMER, 'answerBy', 'proposalUrl', 'solution'],
  solutionReminder: [...CUSTOMER, 'answerBy', 'proposalUrl'],
  result: [...CUSTOMER, 'outcome', 'reasons', 'revisitBy', 'summary', 'surveyUntil', 'surveyUrl'],
  survey: [...CUSTOMER, 'surveyUrl', 'until'],
  surveyReminder: [...CUSTOMER, 'surveyUrl', 'until'],
  extension: [...CUSTOMER, 'newDue', 'reason', 'was', 'what'],
  closed: [...CUSTOMER, 'outcome', 'reopenUntil'],
  lostLink: [...CUSTOMER, 'accessCode'],
  assigned: [...STAFF, 'earlierCases', 'files', 'promise', 'reach', 'wish', 'words'],
  promiseWarned: [...STAFF, 'left', 'promise'],
  escalation: [...STAFF, 'action', 'declines', 'earlier', 'earlierCases', 'promise', 'reopenings', 'round'],
  chased: [...STAFF, 'count', 'promise', 'words'],
  mentioned: [...STAFF, 'by', 'promise', 'words'],
  helpRequested: [...STAFF, 'asker', 'department', 'promise', 'question', 'task'],
  helpAnswered: [...STAFF, 'answer', 'by', 'department', 'promise', 'task'],
  approvalNeeded: [...STAFF, 'by', 'findings', 'limit', 'promise', 'text', 'total'],
  returned: [...STAFF, 'by', 'promise', 'reason'],
  customerAnswered: [...STAFF, 'promise', 'words'],
  customerSilent: [...STAFF, 'promise'],
  reopened: [...STAFF, 'promise', 'round', 'words'],
  // Nothing is due any more, so there is no `dueAt`.
  customerWithdrew: [...STAFF.filter((name) => name !== 'dueAt'), 'words'],
  customerAdded: [...STAFF, 'promise', 'words'],
  customerWrote: [...STAFF, 'promise', 'words'],
  callBackWanted: [...STAFF, 'callFrom', 'callTo', 'promise', 'reach', 'words'],
  turnedWorse: [...STAFF, 'promise', 'suggested', 'words'],
  resumed: [...STAFF, 'promise'],
  followUp: [...STAFF, 'attitude', 'comment', 'overall', 'promise', 'solution', 'speed', 'words'],
  actionPlanned: [...STAFF, 'action', 'cause', 'description', 'startWithin'],
  actionDue: [...STAFF, 'action', 'holder', 'is', 'round', 'was'],
  mailFailed: [...STAFF, 'mail', 'promise'],
  askByPhone: [...STAFF, 'promise', 'reach'],
  decisionRefused: [...STAFF, 'code', 'decision', 'promise'],
};

/** A placeholder `{{…}}`, or a pair of braces without its partner. */
const PLACEHOLDER = /\{\{(.*?)\}\}|\{\{|\}\}/gs;

/** The placeholders of a wording that this mail does not fill, as they are written there; broken braces count. */
export function unknownPlaceholders(mail: MailKind, text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([whole, inside]) =>
    inside !== undefined && MAIL_VALUES[mail].includes(inside.trim())
      ? []
      : [whole.replaceAll(/\s+/g, ' ').slice(0, 60)],
  );
}
