import { DANGER } from '../../../domain/case/state';
import { lastOf, type CaseEvent } from '../../../domain/case/events';
import { decisionNamed } from '../../../domain/decisions/catalogue';
import { departmentWords } from '../../../domain/policy/departments';
import type { MailKind } from '../../../domain/policy/mail-kinds';
import { MAIL_WORDS } from '../../../domain/policy/mail-words';
import { toMs } from '../../../domain/time/duration';
import { saidIn } from '../../../domain/views/conversation';
import { duration, money } from '../../../render/format';
import { GRADE_WORDS, remedyText } from '../../../render/words';
import type { Facts, MailContent, Writer } from './facts';
import { eventOfType, isCustomers, sameMoment } from './occasion';
import { reachWords } from './words';

/**
 * The owner whom an event of placing names, and the task force. Opening a task force names no owner.
 * @throws Error when the event places nobody
 */
function placing(event: CaseEvent): { owner: string | undefined; taskForce: readonly string[] } {
  return event.type === 'taskForceOpened'
    ? { owner: undefined, taskForce: event.data.members }
    : eventOfType(event, 'assigned', 'reassigned').data;
}

/**
 * Tells somebody their place in the case: they own it (`lead`), help on its task force, stay on that under another
 * owner (`stays`), or are out of it (`left`; `released` when it was the task force). Who is out has nothing left to
 * do, and is not told the customer's words, wish, files and ways to be reached.
 */
async function assigned(facts: Facts): Promise<MailContent> {
  const { source, event, before, moment } = facts;
  const { owner, taskForce } = placing(event);
  const reader = source.userId;
  const lead = reader === undefined || reader === owner;
  const left = !lead && !taskForce.includes(reader);
  return facts.content({
    ...(await facts.forStaff()),
    provisional: event.type === 'assigned' && event.data.provisional,
    lead,
    left,
    // They were on the task force and not the owner.
    released: left && before?.owner?.id !== reader,
    stays: !lead && !left && before?.taskForce.includes(reader) === true,
    ...(left
      ? { words: null, wish: null, files: null, reach: null, earlierCases: null }
      : {
          words: await facts.read(moment.text),
          wish: source.wish ?? null,
          files: String(source.now.evidence.length),
          reach: facts.say(reachWords(source.reach)),
          earlierCases: await facts.earlierCases(),
        }),
  });
}

async function promiseWarned(facts: Facts): Promise<MailContent> {
  const { source, event, after } = facts;
  const { clock, dueAt } = eventOfType(event, 'promiseWarned').data;
  return facts.content({
    ...(await facts.forStaff(after.clocks[clock])),
    dueAt: facts.when(dueAt),
    left: duration(toMs(dueAt) - toMs(event.at), source.language),
  });
}

async function chased(facts: Facts): Promise<MailContent> {
  const { event } = facts;
  const { count, note } = eventOfType(event, 'chased').data;
  return facts.content({
    ...(await facts.forStaff()),
    byCustomer: event.actor.kind === 'customer',
    count,
    words: isForOwner(facts) ? await facts.read(note) : null,
  });
}

/** A note names the reader. Its words are left out if they may not see the case any more. */
async function mentioned(facts: Facts): Promise<MailContent> {
  const { source, event } = facts;
  const { text } = eventOfType(event, 'noted').data;
  return facts.content({
    ...(await facts.forStaff()),
    by: await facts.actor(),
    words: (await source.maySee(source.caseNo)) ? await facts.read(text) : null,
  });
}

async function helpRequested(facts: Facts): Promise<MailContent> {
  const { source, event } = facts;
  const { taskId, department, question } = eventOfType(event, 'helpRequested').data;
  const clock = facts.clock(`help:${taskId}`);
  return facts.content({
    ...(await facts.forStaff(clock)),
    asker: await facts.actor(),
    department: facts.say(departmentWords(department, source.policy)),
    question: await facts.read(question),
    task: taskId,
  });
}

async function helpAnswered(facts: Facts): Promise<MailContent> {
  const { source, event, moment } = facts;
  const { taskId, answer } = eventOfType(event, 'helpAnswered').data;
  const department = moment.helpTasks.find((task) => task.id === taskId)?.department ?? '';
  return facts.content({
    ...(await facts.forStaff()),
    by: await facts.actor(),
    department: facts.say(departmentWords(department, source.policy)),
    task: taskId,
    answer: await facts.read(answer),
  });
}

/** Asks for the approval of a proposal, or of the finding "not substantiated", which has no amounts. */
async function approvalNeeded(facts: Facts): Promise<MailContent> {
  const { source, event, moment } = facts;
  const by = await facts.actor();
  if (event.type === 'notSubstantiatedFound') {
    return facts.content({
      ...(await facts.forStaff(facts.clock('approval:notSubstantiated'))),
      by,
      total: null,
      limit: null,
      remedies: [],
      text: await facts.read(event.data.reasons),
      findings: null,
    });
  }
  const { proposalId, total, remedies, solution, findings } = eventOfType(event, 'proposed').data;
  return facts.content({
    ...(await facts.forStaff(facts.clock(`approval:${proposalId}`))),
    by,
    total: money(total, source.language),
    limit: money(source.policy.compensation.approvalAbove[moment.grade], source.language),
    remedies: remedies.map((remedy) => remedyText(remedy, source.language, 'staff')),
    text: await facts.read(solution),
    findings: await facts.read(findings),
  });
}

async function returned(facts: Facts): Promise<MailContent> {
  const { event } = facts;
  const { subject, reason } = eventOfType(event, 'rejected').data;
  return facts.content({
    ...(await facts.forStaff()),
    proposal: subject === 'proposal',
    by: await facts.actor(),
    reason: await facts.read(reason),
  });
}

/** The customer's yes or no to an offer; their words only in a mail to one person. */
async function customerAnswered(facts: Facts): Promise<MailContent> {
  const { source, event } = facts;
  const { accepted, reason } = eventOfType(event, 'customerAnswered').data;
  return facts.content({
    ...(await facts.forStaff()),
    accepted,
    words: source.userId === undefined ? null : await facts.read(reason),
  });
}

async function customerSilent(facts: Facts): Promise<MailContent> {
  return facts.content(await facts.forStaff());
}

/** Another round has begun: who wanted it, and their words. */
async function reopened(facts: Facts): Promise<MailContent> {
  const { source, event, past } = facts;
  const { because, round } = eventOfType(event, 'roundOpened').data;
  const said = {
    reopened: () => lastOf(past, 'reopened')?.reason,
    survey: () => lastOf(past, 'followedUp')?.report,
    revisit: () => lastOf(past, 'revisitRecorded')?.report,
  }[because]();
  const isByCustomer = source.events.some((item) => isCustomers(item, event, 'reopened'));
  return facts.content({
    ...(await facts.forStaff()),
    round,
    byCustomer: because === 'reopened' && isByCustomer,
    byStaff: because === 'reopened' && !isByCustomer,
    byFollowUp: because === 'survey',
    byRevisit: because === 'revisit',
    words: await facts.read(said),
  });
}

async function customerWithdrew(facts: Facts): Promise<MailContent> {
  const { event } = facts;
  return facts.content({
    ...(await facts.forStaff()),
    words: await facts.read(eventOfType(event, 'withdrawn').data.reason),
  });
}

async function customerAdded(facts: Facts): Promise<MailContent> {
  const { event } = facts;
  return facts.content({
    ...(await facts.forStaff()),
    resumed: endedWait(facts),
    words: await facts.read(eventOfType(event, 'evidenceAdded').data.note),
  });
}

/** Whether the reader owns the case: the customer's words go to the owner alone, others read them in the case. */
const isForOwner = ({ source }: Facts): boolean =>
  source.userId !== undefined && source.userId === source.now.owner?.id;

/** Whether what the customer said ended a pause that waited for them. */
const endedWait = ({ before, moment }: Facts): boolean => before?.paused?.reason === 'customer' && !moment.paused;

async function customerWrote(facts: Facts): Promise<MailContent> {
  const { event } = facts;
  const { text } = eventOfType(event, 'customerWrote').data;
  return facts.content({
    ...(await facts.forStaff()),
    resumed: endedWait(facts),
    words: isForOwner(facts) ? await facts.read(text) : null,
  });
}

async function callBackWanted(facts: Facts): Promise<MailContent> {
  const { source, event } = facts;
  const { from, to, note } = eventOfType(event, 'callBackWanted').data;
  return facts.content({
    ...(await facts.forStaff()),
    callFrom: facts.when(from),
    callTo: facts.when(to),
    reach: facts.say(reachWords(source.reach)),
    resumed: endedWait(facts),
    words: isForOwner(facts) ? await facts.read(note) : null,
  });
}

/** What the customer has written looks worse than the case is graded; nothing is regraded by it. */
async function turnedWorse(facts: Facts): Promise<MailContent> {
  const { event, past } = facts;
  const { grade, rules, of } = eventOfType(event, 'turnedWorse').data;
  const message = past.find(({ seq }) => seq === of);
  const text = message && saidIn(message);
  const raised = past.some(
    (item) =>
      item.type === 'regraded' && item.data.because === 'danger' && item.seq > event.seq && sameMoment(event, item),
  );
  return facts.content({
    ...(await facts.forStaff()),
    suggested: facts.say(GRADE_WORDS[grade]),
    danger: rules.includes(DANGER),
    raised,
    words: isForOwner(facts) ? await facts.read(text) : null,
  });
}

async function resumed(facts: Facts): Promise<MailContent> {
  return facts.content(await facts.forStaff());
}

/** A low score asks for a follow-up: the scores, and what the complaint was. */
async function followUp(facts: Facts): Promise<MailContent> {
  const { moment, past } = facts;
  const scores = lastOf(past, 'surveyRecorded');
  const score = (value: number | undefined) => (value === undefined ? null : `${value} / 5`);
  return facts.content({
    ...(await facts.forStaff(facts.clock('followUp'))),
    speed: score(scores?.speed),
    solution: score(scores?.solution),
    attitude: score(scores?.attitude),
    overall: score(scores?.total),
    comment: await facts.read(scores?.comment),
    words: await facts.read(moment.text),
  });
}

async function mailFailed(facts: Facts): Promise<MailContent> {
  const { event } = facts;
  const failed = eventOfType(event, 'mailFailed').data;
  return facts.content({
    ...(await facts.forStaff()),
    toCustomer: failed.to === 'customer',
    byText: failed.by !== undefined,
    byWechat: failed.by === 'wechat',
    unsure: failed.unsure ?? false,
    mail: failed.mail in MAIL_WORDS ? facts.say(MAIL_WORDS[failed.mail as MailKind]) : failed.mail,
  });
}

async function askByPhone(facts: Facts): Promise<MailContent> {
  const { source, event } = facts;
  const { proposalId } = eventOfType(event, 'solutionOffered').data;
  return facts.content({
    ...(await facts.forStaff(facts.clock(`customerAnswer:${proposalId}`))),
    reach: facts.say(reachWords(source.reach)),
    noPhone: !source.reach.phone,
  });
}

async function decisionRefused(facts: Facts): Promise<MailContent> {
  const { event } = facts;
  const { decision, code } = eventOfType(event, 'decisionRefused').data;
  const label = decisionNamed(decision)?.label;
  return facts.content({ ...(await facts.forStaff()), decision: label ? facts.say(label) : decision, code });
}

/** The writers of notices to staff about a case they have to do with. */
export const STAFF_NOTICES = {
  assigned,
  promiseWarned,
  chased,
  mentioned,
  helpRequested,
  helpAnswered,
  approvalNeeded,
  returned,
  customerAnswered,
  customerSilent,
  reopened,
  customerWithdrew,
  customerAdded,
  customerWrote,
  callBackWanted,
  turnedWorse,
  resumed,
  followUp,
  mailFailed,
  askByPhone,
  decisionRefused,
} satisfies Partial<Record<MailKind, Writer>>;
