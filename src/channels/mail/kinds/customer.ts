import { lastOf } from '../../../domain/case/events';
import type { Language, Words } from '../../../domain/basics/types';
import { isDangerous, type CaseState } from '../../../domain/case/state';
import type { MailKind } from '../../../domain/policy/mail-kinds';
import { promiseWords } from '../../../domain/promises/clock';
import { PROMISE_WORDS } from '../../../domain/promises/names';
import { addMs, durationMs } from '../../../domain/time/duration';
import { inFours } from '../../../render/format';
import { inLanguage, OUTCOME_WORDS } from '../../../render/words';
import type { Facts, MailContent, Writer } from './facts';
import { eventOfType, sameMoment, thisRound } from './occasion';

/** Why a case is paused, as its customer reads it. */
const PAUSE_REASONS: Record<NonNullable<CaseState['paused']>['reason'], Words> = {
  customer: { zh: '我们在等您提供所需的情况。', en: 'We are waiting for what we need from you.' },
  parts: { zh: '我们在等配件到货。', en: 'We are waiting for spare parts.' },
  third_party: { zh: '我们在等第三方的结果。', en: 'We are waiting for a third party.' },
};

/** A date that was moved: its promise by name, and the old and new date as the reader reads them. */
interface Moved {
  what: string;
  was: string | null;
  now: string | null;
}

/** Labels for one or two moved dates. With two (those of answer and solution) each label names its promise. */
function movedDates([first, second]: readonly Moved[], language: Language) {
  const zh = language === 'zh-CN';
  const label = (moved: Moved | undefined, is: Words): string =>
    moved && second ? `${moved.what}${zh ? '，' : ', '}${inLanguage(is, language)}` : inLanguage(is, language);
  return {
    what: [first, second].flatMap((moved) => (moved ? [moved.what] : [])).join(zh ? '和' : ' and '),
    was: first?.was ?? null,
    newDue: first?.now ?? null,
    alsoWas: second?.was ?? null,
    alsoNewDue: second?.now ?? null,
    labels: {
      was: label(first, DATE_WORDS.was),
      newDue: label(first, DATE_WORDS.now),
      alsoWas: label(second, DATE_WORDS.was),
      alsoNewDue: label(second, DATE_WORDS.now),
    },
  };
}

const DATE_WORDS = { was: { zh: '原定时间', en: 'Date so far' }, now: { zh: '新的时间', en: 'New date' } };

async function receipt(facts: Facts): Promise<MailContent> {
  const { source, moment } = facts;
  return facts.content({
    ...(await facts.forCustomer()),
    accessCode: inFours(source.links.accessCode(source.caseNo)),
    danger: isDangerous(moment),
    answerBy: facts.when(facts.openUntil('firstResponse')),
    resolveBy: facts.when(facts.openUntil('resolution')),
  });
}

/** The customer's case is being assigned, worked on, or goes on in another case: a template for each. */
async function progress(facts: Facts): Promise<MailContent> {
  const { source, event, moment } = facts;
  const { stage, round } = eventOfType(event, 'stageEntered').data;
  const answerBy = facts.when(facts.openUntil('firstResponse'));
  const resolveBy = facts.when(facts.openUntil('resolution'));
  const common = await facts.forCustomer();
  switch (stage) {
    case 'assign':
      return facts.content({ ...common, answerBy, resolveBy }, 'progress/assign');
    case 'resolve':
      return round > 1
        ? facts.content({ ...common, round, resolveBy }, 'progress/again')
        : facts.content({ ...common, answerBy, resolveBy }, 'progress/resolve');
    default: {
      const into = moment.mergedInto;
      // The case it was merged into may be another customer's, whose case number must not be told.
      const own = into !== undefined && (await source.sameCustomer(into));
      return facts.content(
        { ...common, into: own ? into : null, intoUrl: own ? source.links.progressUrl(into) : null },
        'progress/merged',
      );
    }
  }
}

/** What a person has written to the customer, under the writer's name. */
async function written(facts: Facts): Promise<MailContent> {
  const { event } = facts;
  return facts.content({
    ...(await facts.forCustomer()),
    handler: await facts.actor(),
    words: await facts.read(eventOfType(event, 'responded', 'wroteToCustomer').data.text),
    resolveBy: facts.when(facts.openUntil('resolution')),
  });
}

/** A solution is offered. Without a clock for the answer it is only told, with the template `solution/informed`. */
async function solution(facts: Facts): Promise<MailContent> {
  const { source, event, past } = facts;
  const { proposalId } = eventOfType(event, 'solutionOffered').data;
  const proposed = lastOf(past, 'proposed', (data) => data.proposalId === proposalId);
  const asked = facts.clock(`customerAnswer:${proposalId}`);
  return facts.content(
    {
      ...(await facts.forCustomer()),
      solution: await facts.read(proposed?.solution),
      remedies: facts.remedies(proposed?.remedies),
      proposalUrl: await source.links.proposalUrl(source.caseNo, proposalId),
      answerBy: facts.when(asked?.dueAt),
    },
    asked ? 'solution/offer' : 'solution/informed',
  );
}

async function solutionReminder(facts: Facts): Promise<MailContent> {
  const { source, event, past } = facts;
  const { clock, dueAt } = eventOfType(event, 'promiseWarned').data;
  const proposalId = clock.slice(clock.indexOf(':') + 1);
  return facts.content({
    ...(await facts.forCustomer()),
    remedies: facts.remedies(lastOf(past, 'proposed', (data) => data.proposalId === proposalId)?.remedies),
    proposalUrl: await source.links.proposalUrl(source.caseNo, proposalId),
    answerBy: facts.when(dueAt),
  });
}

/** What came of the complaint, with the link to the survey while that is open. */
async function result(facts: Facts): Promise<MailContent> {
  const { source, event, past } = facts;
  const { outcome, summary } = eventOfType(event, 'resolved').data;
  const round = thisRound(past);
  const notUpheld = outcome === 'not_upheld';
  return facts.content({
    ...(await facts.forCustomer()),
    outcome: facts.say(OUTCOME_WORDS[outcome]),
    summary: await facts.read(summary),
    remedies: notUpheld ? [] : facts.remedies(lastOf(round, 'carriedOut')?.remedies),
    reasons: notUpheld ? await facts.read(lastOf(round, 'notSubstantiatedFound')?.reasons) : null,
    notUpheld,
    revisitBy: facts.when(source.now.revisit?.dueAt),
    bySupervisor: source.now.revisit?.by === 'supervisor',
    surveyUrl:
      source.now.survey?.status === 'open' ? await source.links.surveyUrl(source.caseNo, source.now.survey.id) : null,
    surveyUntil: facts.when(facts.openUntil('survey')),
  });
}

/** Asks for the survey, or reminds of it. */
async function survey(facts: Facts): Promise<MailContent> {
  const { source, event } = facts;
  const { surveyId } = eventOfType(event, 'surveySent', 'surveyReminded').data;
  return facts.content({
    ...(await facts.forCustomer()),
    surveyUrl: await source.links.surveyUrl(source.caseNo, surveyId),
    until: facts.when(facts.clock('survey')?.dueAt),
  });
}

/** One or two promised dates have changed. */
async function extension(facts: Facts): Promise<MailContent> {
  const { source, event, before, after, past } = facts;
  const named = (clock: string): string => {
    const known = after.clocks[clock];
    return facts.say(known ? promiseWords(known, source.policy) : PROMISE_WORDS.resolution);
  };
  if (event.type === 'promiseMoved') {
    // Cases that run under the rules from before `datesTold` (src/domain/case/revision.ts) plan this mail at this
    // event.
    const { clock, dueAt, reason } = event.data;
    const dates = [{ what: named(clock), was: facts.when(before?.clocks[clock]?.dueAt), now: facts.when(dueAt) }];
    const plain = { earlier: false, latest: false, silent: false, resumed: false };
    return facts.content({
      ...(await facts.forCustomer()),
      ...movedDates(dates, source.language),
      ...plain,
      reason: await facts.read(reason),
    });
  }
  const { dates, why } = eventOfType(event, 'datesMoved').data;
  // After a pause no old date is shown: it was only the latest possible one, and naming it would look like a delay.
  const moved = dates.map(({ clock, from, to }) => ({
    what: named(clock),
    was: why === 'resumed' ? null : facts.when(from),
    now: facts.when(to),
  }));
  const earlier = dates.every(({ from, to }) => to < from);
  const cause = past.findLast((item) => sameMoment(item, event) && item.type === 'promiseMoved');
  const because = why === 'extended' && cause?.type === 'promiseMoved' ? await facts.read(cause.data.reason) : null;
  return facts.content({
    ...(await facts.forCustomer()),
    ...movedDates(moved, source.language),
    earlier,
    resumed: why === 'resumed',
    reason: because ?? (why === 'paused' && after.paused ? facts.say(PAUSE_REASONS[after.paused.reason]) : null),
    latest: why === 'paused',
    silent: why === 'silent',
  });
}

/** The case is closed, and until when the customer may have it reopened. */
async function closed(facts: Facts): Promise<MailContent> {
  const { source, event, moment } = facts;
  return facts.content(
    {
      ...(await facts.forCustomer()),
      outcome: moment.outcome ? facts.say(OUTCOME_WORDS[moment.outcome]) : null,
      reopenUntil: facts.when(addMs(moment.archivedAt ?? event.at, durationMs(source.policy.reopen.grace))),
    },
    moment.outcome === 'withdrawn' ? 'closed/withdrawn' : 'closed/done',
  );
}

async function lostLink(facts: Facts): Promise<MailContent> {
  const { source } = facts;
  return facts.content({ ...(await facts.forCustomer()), accessCode: inFours(source.links.accessCode(source.caseNo)) });
}

/** The writers of mails to the customer. */
export const CUSTOMER_LETTERS = {
  receipt,
  progress,
  response: written,
  letter: written,
  solution,
  solutionReminder,
  result,
  survey,
  surveyReminder: survey,
  extension,
  closed,
  lostLink,
} satisfies Partial<Record<MailKind, Writer>>;
