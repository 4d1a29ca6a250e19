import { emailKey, phoneKey } from '../../contact';
import { isDatabaseAway } from '../../db/errors';
import type { ComplaintRecord } from '../../db/records';
import type { CaseEvent, EventData } from '../../domain/case/events';
import { DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import { isCaseNumber, readCaseNumber } from '../../domain/basics/ids';
import type { Policy } from '../../domain/policy/schema';
import { customerSteps } from '../../domain/views/customer-steps';
import { isOpen } from '../../domain/promises/clock';
import { leadTold } from '../../domain/process/notices';
import { isDangerous, isChasedOn, type CaseState } from '../../domain/case/state';
import { addMs, durationMs, toInstant } from '../../domain/time/duration';
import type { Instant, Words } from '../../domain/basics/types';
import { stateAtReceipt } from '../case/case-view';
import type { ProgressView, ProposalView, Scores, SurveyView } from './answers';
import type { Decided, Deciding } from '../case/decide';
import { readCode, readToken, sameHash, sha256, TOKEN, type LinkPurpose, type Links } from '../access/links';
import type { PolicyCache } from '../rules/policies';
import { gone, isRefused, unknownLink, wrongCode } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { Stores } from '../../db';
import { HOUR } from '../../domain/basics/milliseconds';

/**
 * What became of a submission of the customer's pages; the API answers with a status instead. `taken`: in the ledger.
 * `accepted`: will be, a worker is away (202). `refused`: the guard's sentence. `away`: nothing was stored (503).
 * `unknown`: no such link (404).
 */
export type Submitted =
  { kind: 'taken' } | { kind: 'accepted' } | { kind: 'refused'; words: Words } | { kind: 'away' } | { kind: 'unknown' };

interface Needs {
  stores: Stores;
  policies: PolicyCache;
  staff: StaffDirectory;
  links: Links;
  decide: Pick<Deciding, 'take'>;
  /** Of the Message-IDs. */
  mailDomain: string;
  clock: () => number;
}

interface Known {
  record: ComplaintRecord;
  state: CaseState;
  policy: Policy;
}

/** A case, reached by a link that answers once. */
interface Followed extends Known {
  link: { hash: string; subject: string; expired: boolean; used: boolean };
}

const CUSTOMER = { kind: 'customer' } as const;

/** In whatever spelling: the telephone number or the mail address of this complaint. */
function isContactOf({ customer }: ComplaintRecord, typed: string): boolean {
  const phone = phoneKey(typed);
  const email = typed.includes('@') ? emailKey(typed.normalize('NFKC')) : undefined;
  return (
    (phone !== undefined && phone === phoneKey(customer.phone)) ||
    (email !== undefined && email === emailKey(customer.email))
  );
}

/** A question that has been taken out since the page was opened costs nobody their rating. */
function asked(answers: Scores['answers'], { survey }: Policy): Pick<Scores, 'answers'> {
  if (!answers) return {};
  const known = Object.entries(answers).filter(([id]) => survey.questions?.some((question) => question.id === id));
  return { answers: Object.fromEntries(known) };
}

/** Everything a customer does without a login: with number and code, or with a link that answers once. */
export function createCustomer({ stores, policies, staff, links, decide, mailDomain, clock }: Needs) {
  const now = (): Instant => toInstant(clock());

  async function load(record: ComplaintRecord): Promise<Known> {
    const stored = await stores.cases.get(record.caseNo);
    const policy = await policies.version(stored?.state.policyVersion ?? record.policyVersion);
    return { record, policy, state: stored?.state ?? stateAtReceipt(record, policy) };
  }

  /** A wrong code and an unknown number take the same way and get the same answer. */
  async function enter(caseNo: string, code: string): Promise<ComplaintRecord> {
    const known = readCaseNumber(caseNo);
    const record = isCaseNumber(known) ? await stores.complaints.get(known) : undefined;
    if (!sameHash(sha256(readCode(code)), record?.accessCodeHash) || !record) throw wrongCode();
    return record;
  }

  async function follow(purpose: LinkPurpose, pasted: string): Promise<Followed> {
    const token = readToken(pasted);
    if (!TOKEN.test(token)) throw unknownLink();
    const hash = links.hash(token);
    const link = await stores.links.get(hash);
    if (link?.purpose !== purpose) throw unknownLink();
    const record = await stores.complaints.get(link.caseNo);
    if (!record) throw unknownLink();
    const { subject, expiresAt, usedAt } = link;
    return { ...(await load(record)), link: { hash, subject, expired: expiresAt < now(), used: usedAt !== undefined } };
  }

  /**
   * Mails the link to the address that stands in the complaint, when the number and the telephone number or address fit
   * together. Nobody learns whether they did; before the receipt is in the ledger it is the receipt that brings the link.
   */
  async function sendLink(typedNo: string, contact: string): Promise<void> {
    const caseNo = readCaseNumber(typedNo);
    // Anything else is nothing that Postgres could look up.
    if (!isCaseNumber(caseNo)) return;
    const [record, stored] = await Promise.all([stores.complaints.get(caseNo), stores.cases.get(caseNo)]);
    if (!record?.customer.email || !stored || !isContactOf(record, contact)) return;
    await stores.outbox.planLostLink(caseNo, stored.state.seq, Math.floor(clock() / HOUR), mailDomain);
  }

  async function handlerOf({ owner }: CaseState): Promise<Pick<ProgressView, 'handler' | 'handlerWords'>> {
    if (!owner) return {};
    const handlerWords = await staff.words(owner.id);
    return { handler: handlerWords.zh, handlerWords };
  }

  /** Only somebody beside the handler: that they have been told of their own delay is no news to the customer. */
  function alertedOf(state: CaseState, events: readonly CaseEvent[]): Pick<ProgressView, 'alerted'> {
    const told = events.findLast(({ type, data }) => {
      if (type !== 'escalated') return false;
      const step = data as EventData['escalated'];
      const isTheirs = step.clock === 'firstResponse' || step.clock === 'resolution';
      return step.because === 'promise' && isTheirs && (step.to === 'supervisor' || step.to === 'manager');
    });
    if (told?.type !== 'escalated') return {};
    const alerted = leadTold(told.data, state);
    const isManagers = state.owner?.role === 'manager' || state.owner?.role === 'admin';
    return isManagers ? {} : { alerted };
  }

  const textOf = async (textId: string | undefined): Promise<string | undefined> =>
    textId === undefined ? undefined : (await stores.texts.get([textId])).get(textId)?.body;

  /** Mails carry the same links; a customer who looks before the mail has gone out gets a link that works, too. */
  async function give(purpose: LinkPurpose, caseNo: string, subject: string): Promise<{ token: string; url: string }> {
    const token = purpose === 'proposal' ? links.proposalToken(caseNo, subject) : links.surveyToken(caseNo, subject);
    await stores.links.ensure({
      hash: links.hash(token),
      purpose,
      caseNo,
      subject,
      expiresAt: links.expiresAt(purpose, now()),
    });
    const url = purpose === 'proposal' ? links.proposalUrl(caseNo, subject) : links.surveyUrl(caseNo, subject);
    return { token, url };
  }

  async function progressOf({ record, state, policy }: Known): Promise<ProgressView> {
    const { caseNo } = record;
    const events = await stores.ledger.events(caseNo);
    const open = (id: string): Instant | undefined => {
      const promise = state.clocks[id];
      return promise && isOpen(promise) && promise.status !== 'paused' ? promise.dueAt : undefined;
    };
    const { proposal } = state;
    const offered = isOffered(state) ? proposal : undefined;
    const summary = state.resolution && lastOf(events, 'resolved')?.summary.textId;
    const [handler, solution, result, offerLink, surveyLink, agreed, mergedInto, followUp, steps] = await Promise.all([
      handlerOf(state),
      textOf(offered?.solution.textId),
      textOf(summary),
      offered && give('proposal', caseNo, offered.id),
      state.survey?.status === 'open' ? give('survey', caseNo, state.survey.id) : undefined,
      agreedOf(events),
      mergedIntoOf(record, state),
      followUpOf(state),
      stepsOf(state, events),
    ]);
    return {
      caseNo,
      customerName: record.customer.name,
      language: record.language,
      stage: state.stage,
      round: state.round,
      receivedAt: record.receivedAt,
      ...(isDangerous(state) && { danger: true as const }),
      steps,
      ...handler,
      ...alertedOf(state, events),
      answerBy: open('firstResponse'),
      respondedAt: state.respondedAt,
      resolveBy: open('resolution'),
      onHold: state.clocks.resolution?.status === 'paused' ? true : undefined,
      revisitBy: open('revisit'),
      paused: state.paused,
      offer:
        offered && offerLink
          ? {
              remedies: offered.remedies,
              solution: solution ?? '',
              answerBy: open(`customerAnswer:${offered.id}`),
              ...offerLink,
            }
          : undefined,
      agreed,
      mergedInto,
      followUp,
      outcome: state.outcome ?? state.resolution?.outcome,
      result,
      survey: surveyLink && { ...surveyLink, until: open('survey') },
      chase: chasing(state, policy, now()),
      reopen: reopening(state, policy, now()),
    };
  }

  /** What the customer accepted in the present round, or last of all. */
  async function agreedOf(events: readonly CaseEvent[]): Promise<ProgressView['agreed']> {
    const answered = events.findLast((item) => item.type === 'customerAnswered' && item.data.accepted);
    if (answered?.type !== 'customerAnswered') return undefined;
    const { proposalId } = answered.data;
    const proposed = events.find((item) => item.type === 'proposed' && item.data.proposalId === proposalId);
    if (proposed?.type !== 'proposed') return undefined;
    const done = events.findLast((item) => item.type === 'carriedOut' && item.data.proposalId === proposalId);
    const { remedies, solution } = proposed.data;
    return {
      remedies,
      solution: (await textOf(solution.textId)) ?? '',
      at: answered.at,
      carriedOutAt: done?.at,
    };
  }

  /** Another customer's number is not told, though the cases were joined. */
  async function mergedIntoOf({ customer }: ComplaintRecord, state: CaseState): Promise<ProgressView['mergedInto']> {
    const { mergedInto: caseNo } = state;
    const target = caseNo === undefined ? undefined : await stores.complaints.get(caseNo);
    return target?.customer.id === customer.id
      ? { caseNo: target.caseNo, url: links.progressUrl(target.caseNo) }
      : undefined;
  }

  async function followUpOf({ followUp, clocks }: CaseState): Promise<ProgressView['followUp']> {
    if (followUp?.status !== 'open') return undefined;
    const byWords = followUp.assignee === undefined ? undefined : await staff.words(followUp.assignee);
    return { by: byWords?.zh, byWords, dueAt: clocks.followUp?.dueAt };
  }

  async function stepsOf(state: CaseState, events: readonly CaseEvent[]): Promise<ProgressView['steps']> {
    return Promise.all(
      customerSteps(state, events).map(async ({ text, ...item }) => {
        const words = await textOf(text?.textId);
        return words === undefined ? item : { ...item, text: words };
      }),
    );
  }

  async function proposalOf({ record, state, link }: Followed): Promise<ProposalView> {
    const events = await stores.ledger.events(record.caseNo);
    const proposed = events.find((item) => item.type === 'proposed' && item.data.proposalId === link.subject);
    if (proposed?.type !== 'proposed') throw unknownLink();
    const answered = events.find((item) => item.type === 'customerAnswered' && item.data.proposalId === link.subject);
    const current = state.proposal?.id === link.subject && isOffered(state) && !link.expired;
    const [handler, solution] = await Promise.all([handlerOf(state), textOf(proposed.data.solution.textId)]);
    return {
      caseNo: record.caseNo,
      customerName: record.customer.name,
      language: record.language,
      ...handler,
      remedies: proposed.data.remedies,
      solution: solution ?? '',
      answerBy: state.clocks[`customerAnswer:${link.subject}`]?.dueAt,
      status:
        answered?.type === 'customerAnswered'
          ? answered.data.accepted
            ? 'accepted'
            : 'declined'
          : current
            ? 'open'
            : 'over',
      answeredAt: answered?.at,
    };
  }

  async function surveyOf({ record, policy, state, link }: Followed): Promise<SurveyView> {
    const events = await stores.ledger.events(record.caseNo);
    const recorded = events.find((item) => item.type === 'surveyRecorded' && item.data.surveyId === link.subject);
    const questions = policy.survey.questions ?? [];
    const base = { caseNo: record.caseNo, language: record.language, questions, ...(await handlerOf(state)) };
    if (recorded?.type === 'surveyRecorded') {
      const { speed, solution, attitude, total, comment, answers } = recorded.data;
      return {
        ...base,
        status: 'answered',
        ...(recorded.data.low && { followUp: await followUpOf(state) }),
        answers: { speed, solution, attitude, total, comment: await textOf(comment?.textId), answers },
      };
    }
    const open = state.survey?.id === link.subject && state.survey.status === 'open' && !link.expired;
    return { ...base, status: open ? 'open' : 'over', until: state.clocks.survey?.dueAt };
  }

  /** A link answers once; the repeat of the very same submission gets the first answer. */
  async function answerLink(
    purpose: LinkPurpose,
    token: string,
    name: DecisionName,
    inputOf: (subject: string, policy: Policy) => Record<string, unknown>,
    decisionId?: string,
  ): Promise<Decided> {
    const { record, policy, state, link } = await follow(purpose, token);
    const repeated = decisionId !== undefined && Object.hasOwn(state.decisions, decisionId);
    if (!repeated && link.used)
      throw gone('这个链接已经用过了，以那一次为准', 'this link has been used already, and that answer stands');
    if (!repeated && link.expired)
      throw gone(
        '这个链接已经过期，请打开查询页看最新的情况',
        'this link has expired; the progress page shows where your complaint stands',
      );
    const decided = await decide.take({ record, state }, name, inputOf(link.subject, policy), CUSTOMER, { decisionId });
    await stores.links.use(link.hash);
    return decided;
  }

  async function withCode(
    caseNo: string,
    code: string,
    name: DecisionName,
    input: Record<string, unknown>,
    decisionId?: string,
  ): Promise<Decided> {
    const { record, state } = await load(await enter(caseNo, code));
    return decide.take({ record, state }, name, input, CUSTOMER, { decisionId });
  }

  const api = {
    async progress(caseNo: string, code: string): Promise<ProgressView> {
      return progressOf(await load(await enter(caseNo, code)));
    },
    async proposal(token: string): Promise<ProposalView> {
      return proposalOf(await follow('proposal', token));
    },
    async survey(token: string): Promise<SurveyView> {
      return surveyOf(await follow('survey', token));
    },
    answer: (token: string, { decisionId, ...input }: { accepted: boolean; reason?: string; decisionId?: string }) =>
      answerLink(
        'proposal',
        token,
        'customerAnswer',
        (proposalId) => ({ ...input, via: 'link', proposalId }),
        decisionId,
      ),
    rate: (token: string, { decisionId, ...input }: Scores & { decisionId?: string }) =>
      answerLink(
        'survey',
        token,
        'recordSurvey',
        (surveyId, policy) => ({ ...input, ...asked(input.answers, policy), via: 'link', surveyId }),
        decisionId,
      ),
    chase: (caseNo: string, code: string, { decisionId, ...input }: { note?: string; decisionId?: string }) =>
      withCode(caseNo, code, 'chase', input, decisionId),
    withdraw: (caseNo: string, code: string, { decisionId, ...input }: { reason: string; decisionId?: string }) =>
      withCode(caseNo, code, 'withdraw', input, decisionId),
    reopen: (caseNo: string, code: string, { decisionId, ...input }: { reason: string; decisionId?: string }) =>
      withCode(caseNo, code, 'reopen', input, decisionId),
  };

  /** A link that has just done its work shows the way to the progress page; one that is open or has expired does not. */
  const withWayOn =
    <V extends object>(purpose: LinkPurpose, show: (known: Followed) => Promise<V>) =>
    (token: string): Promise<(V & { progressUrl?: string }) | undefined> =>
      unlessUnknown(
        follow(purpose, token).then(async (known) => {
          const { record, link } = known;
          const view = await show(known);
          return link.used && !link.expired ? { ...view, progressUrl: links.progressUrl(record.caseNo) } : view;
        }),
      );

  /** The same for pages: they show a sentence where the API answers with a status. */
  const pages = {
    progress: (caseNo: string, code: string) => unlessUnknown(api.progress(caseNo, code)),
    proposal: withWayOn('proposal', proposalOf),
    survey: withWayOn('survey', surveyOf),
    answer: (token: string, input: { accepted: boolean; reason?: string; decisionId: string }) =>
      submitted(api.answer(token, input)),
    rate: (token: string, input: Scores & { decisionId: string }) => submitted(api.rate(token, input)),
    chase: (caseNo: string, code: string, input: { note?: string; decisionId: string }) =>
      submitted(api.chase(caseNo, code, input)),
    withdraw: (caseNo: string, code: string, input: { reason: string; decisionId: string }) =>
      submitted(api.withdraw(caseNo, code, input)),
    reopen: (caseNo: string, code: string, input: { reason: string; decisionId: string }) =>
      submitted(api.reopen(caseNo, code, input)),
    sendLink,
    isAway: (error: unknown): boolean => isDatabaseAway(error),
  };

  return { ...api, enter, pages };
}
export type Customer = ReturnType<typeof createCustomer>;

async function unlessUnknown<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isRefused(error, 'notFound')) return undefined;
    throw error;
  }
}

async function submitted(work: Promise<Decided>): Promise<Submitted> {
  try {
    return { kind: (await work).status };
  } catch (error) {
    if (isDatabaseAway(error)) return { kind: 'away' };
    if (!isRefused(error)) throw error;
    if (error.kind === 'notFound') return { kind: 'unknown' };
    return error.kind === 'away' ? { kind: 'away' } : { kind: 'refused', words: error.words };
  }
}

const isOffered = (state: CaseState): boolean =>
  (state.proposal?.status === 'offered' || state.proposal?.status === 'unanswered') &&
  state.notSubstantiated === undefined &&
  state.stage === 'resolve';

function lastOf<T extends 'resolved'>(events: readonly CaseEvent[], type: T): EventData[T] | undefined {
  const last = events.findLast((item) => item.type === type);
  return last?.type === type ? (last.data as EventData[T]) : undefined;
}

function chasing(state: CaseState, policy: Policy, now: Instant): ProgressView['chase'] {
  if (!DECISIONS.chase.stages.includes(state.stage)) return undefined;
  const { lastAt, today } = state.chases;
  const left = isChasedOn(state, now) ? Math.max(0, policy.chase.perDay - today) : policy.chase.perDay;
  const nextAt = lastAt && addMs(lastAt, durationMs(policy.chase.minGap));
  return { left, lastAt, nextAt: nextAt !== undefined && nextAt > now ? nextAt : undefined };
}

function reopening(state: CaseState, policy: Policy, now: Instant): ProgressView['reopen'] {
  if (!DECISIONS.reopen.stages.includes(state.stage)) return undefined;
  if (state.stage !== 'archived') return {};
  if (state.outcome === 'merged') return undefined;
  const until = addMs(state.archivedAt ?? state.lastAt, durationMs(policy.reopen.grace));
  return until > now ? { until } : undefined;
}
