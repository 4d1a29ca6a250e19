import { INTERVIEW, type ActionRow, type CaseTicket, type ComplaintRecord, type Evidence } from '../../db/records';
import { allowed, waiting } from '../../domain/decisions/decide';
import { nextDecision } from '../../domain/views/next-decision';
import type { Refusal } from '../../domain/decisions/define';
import { DECISIONS } from '../../domain/decisions/catalogue';
import type { NamedStaff } from '../../domain/case/events';
import { openForms } from '../../domain/decisions/forms';
import { mayCall, type Staff } from '../../domain/case/permissions';
import type { Policy } from '../../domain/policy/schema';
import { waitsFor } from '../../domain/views/progress';
import { isBreached, nextDue, promiseWords, standingOf, type Clock } from '../../domain/promises/clock';
import { firstEvents } from '../../domain/process/receipt';
import { PROCESS_REVISION } from '../../domain/case/revision';
import type { CaseState } from '../../domain/case/state';
import { toInstant } from '../../domain/time/duration';
import { TAKEN_DOWN, type Role } from '../../domain/basics/types';
import type { CaseAnswer, CaseView } from './answers';
import { caseRecord, type ToldEvent } from './case-record';
import { aboutWords } from './decision-about';
import { maskEmail, maskPhone } from '../../contact';
import type { WordsRead } from './words-read';

/** The state of a complaint whose workflow has not written anything yet: the fold of the first entries of its receipt. */
export function stateAtReceipt(record: ComplaintRecord, policy: Policy): CaseState {
  const { channel, language, receivedAt, suggestion, text, customer } = record;
  const { textId, sha256 } = text;
  const { grade, category, engine } = suggestion;
  const rules = suggestion.reasons.map((reason) => reason.rule);
  const received = {
    channel,
    language,
    customerId: customer.id,
    text: { textId, sha256 },
    receivedAt,
    revision: PROCESS_REVISION,
    suggestion: { grade, category, rules, engine },
  };
  return firstEvents(record.caseNo, received, policy).state;
}

interface Person {
  id: string;
  name: string;
}

/** Everything that a case's answer is made of. */
export interface CaseParts {
  state: CaseState;
  record: ComplaintRecord;
  /** What is read from its text. */
  words: WordsRead;
  policy: Policy;
  names: ReadonlyMap<string, string>;
  texts: ReadonlyMap<string, { body: string }>;
  evidence: readonly Evidence[];
  told: readonly ToldEvent[];
  actionRows: readonly ActionRow[];
  /** In trackers of other departments, the oldest first. */
  tickets: readonly CaseTicket[];
  /** How often the customer has complained lately, this one included: `INTERVIEW`. */
  complaints: number;
  /** Other cases that the reader may see. */
  seen: ReadonlySet<string>;
}

/** The ids of all staff whose names the view shows, except those in the ledger's own entries. */
export const peopleIn = (state: CaseState, record: Pick<ComplaintRecord, 'by'>): string[] => [
  ...new Set(
    [
      state.owner?.id,
      ...state.taskForce,
      ...state.against,
      record.by,
      state.lowered?.by,
      ...state.deciders,
      ...(state.handlers ?? []),
      ...state.helpTasks.flatMap(({ askedBy, assignee }) => [askedBy, assignee]),
      state.proposal?.by,
      state.notSubstantiated?.by,
      state.followUp?.assignee,
      ...(state.followUp?.notBy ?? []),
      ...state.actions.map(({ owner }) => owner),
    ].filter((id) => id !== undefined),
  ),
];

/** An answer in whose reasons ids of people and cases have not been replaced by names yet (`createNaming`). */
type Unnamed = Omit<CaseAnswer, 'waiting'> & {
  waiting: (Omit<CaseAnswer['waiting'][number], 'because'> & { because: Refusal })[];
};

/**
 * A case as this person may see it, with what they may decide now and what has to come first.
 * @param now milliseconds since 1970
 * @param open whether phone and mail address of the customer are shown in full
 */
export function caseAnswer(parts: CaseParts, actor: Staff, now: number, open = mayCall(actor, parts.state)): Unnamed {
  const { state, policy } = parts;
  const context = { actor, at: toInstant(now), policy };
  const shown = caseView(parts, open);
  const possible = allowed(state, context);
  const isCheckDue = shown.actions.some(
    ({ status, checkAt }) => status === 'started' && checkAt !== undefined && checkAt <= context.at,
  );
  return {
    case: shown,
    next: nextDecision(state, possible, context, isCheckDue),
    allowed: possible.map((name) => ({
      decision: name,
      label: DECISIONS[name].label,
      about: DECISIONS[name].about,
      aboutWords: aboutWords(name),
      schema: { $ref: `/openapi.json#/components/schemas/${schemaName(name)}` },
      schemaUrl: `/api/decisions/${name}`,
    })),
    // Without forms in the policy, "fill in a form" would wait for ever; it is left out.
    waiting: waiting(state, context)
      .filter(({ because }) => because.code !== 'no_forms')
      .map(({ decision, because }) => ({
        decision,
        label: DECISIONS[decision].label,
        because,
      })),
  };
}

/** The name of a decision's body among the schemas of the OpenAPI document. */
export const schemaName = (decision: string): string => `Decision_${decision}`;

/** The values of a form, parsed from their text; undefined once erased, and the bare text if it is not JSON. */
function valuesOf(body: string | undefined): unknown {
  try {
    return body === undefined ? undefined : (JSON.parse(body) as unknown);
  } catch {
    return body;
  }
}

/** The customer's own words in which somebody is named, each once. */
const quoted = ({ at }: NamedStaff, { text, wantedRemedy = '' }: ComplaintRecord): string[] => [
  ...new Set(at.map(({ in: field, from, to }) => (field === 'text' ? text.body : wantedRemedy).slice(from, to))),
];

/**
 * The part of a state that is answered as it is. A new field of the state does not compile here until it is left out, or is
 * a field of the answer as well.
 */
const answeredAsItIs = <T>(part: T & (keyof T extends keyof CaseView ? unknown : never)): T => part;

/** As they began. A stored state has them in an order of the database's own. */
const inOrder = (clocks: CaseState['clocks']): Clock[] =>
  Object.values(clocks).toSorted((a, b) => a.startedAt.localeCompare(b.startedAt) || a.id.localeCompare(b.id));

/** A case as its state and its ledger so far have it. @param open as for `caseAnswer` */
export function caseView(parts: CaseParts, open: boolean): CaseView {
  const { state, record, words, policy, names, texts, evidence, seen, complaints } = parts;
  const person = (id: string): Person => ({ id, name: names.get(id) ?? id });
  const {
    text: _text,
    decisions: _decisions,
    datesTold: _datesTold,
    zone: _zone,
    reached: _reached,
    messages: _messages,
    ...shown
  } = state;
  const {
    clocks,
    owner,
    taskForce,
    proposal,
    against,
    named = [],
    forms,
    repeatOf,
    absorbed,
    mergedInto,
    ...rest
  } = shown;
  const needed = new Set(openForms(policy.forms, state).map(({ id }) => id));
  const due = nextDue(clocks);
  const { phone, email, ...customer } = record.customer;
  return {
    ...answeredAsItIs(rest),
    ...caseRecord(parts),
    people: Object.fromEntries(peopleIn(state, record).map((id) => [id, names.get(id) ?? id])),
    interview: complaints >= INTERVIEW.complaints ? { complaints, days: INTERVIEW.days } : undefined,
    repeatOf: repeatOf.filter((caseNo) => seen.has(caseNo)),
    absorbed: absorbed.filter((caseNo) => seen.has(caseNo)),
    ...(mergedInto !== undefined && seen.has(mergedInto) && { mergedInto }),
    customer: {
      ...customer,
      ...(phone === undefined ? {} : { phone: open ? phone : maskPhone(phone) }),
      ...(email === undefined ? {} : { email: open ? email : maskEmail(email) }),
    },
    product: record.product,
    occurredAt: record.occurredAt,
    place: record.place,
    text: record.text.body,
    wantedRemedy: record.wantedRemedy,
    filedBy: record.by,
    source: record.source,
    senderCheck: record.senderCheck,
    sourceNo: record.sourceNo,
    ...(record.by === undefined && TAKEN_DOWN.includes(record.channel) && { channelUnconfirmed: true as const }),
    suggestion: { ...record.suggestion, marks: words.marks },
    found: words.found,
    owner: owner && { ...owner, role: owner.role as Role, ...person(owner.id) },
    taskForce: taskForce.map(person),
    against: against.map((id) => {
      const only = named.find((one) => one.id === id);
      return only ? { ...person(id), suggested: true, words: quoted(only, record) } : person(id);
    }),
    proposal: proposal && { ...proposal, solution: texts.get(proposal.solution.textId)?.body ?? null },
    evidence: evidence.map(({ caseNo: _caseNo, namedAs, ...file }) => ({ ...file, namedAs: namedAs ?? undefined })),
    forms: (policy.forms ?? [])
      .filter(({ id }) => forms?.[id] !== undefined || needed.has(id))
      .map((form) => ({ ...form, values: valuesOf(texts.get(forms?.[form.id]?.values.textId ?? '')?.body) })),
    clocks: inOrder(clocks).map((clock) => ({
      id: clock.id,
      promise: clock.promise,
      name: promiseWords(clock, policy),
      version: clock.version,
      status: clock.status,
      standing: standingOf(clock),
      startedAt: clock.startedAt,
      dueAt: clock.dueAt,
      breached: isBreached(clock),
      breachedAt: clock.breachedAt,
      stoppedAt: clock.stoppedAt,
    })),
    nextDue: due && { clock: due.id, name: promiseWords(due, policy), dueAt: due.dueAt },
    breached: Object.values(clocks).some(isBreached),
    waitsFor: waitsFor(state, policy),
    // As the clocks stand now; before the workflow has started them, as promised in the receipt.
    answerBy: clocks.firstResponse?.dueAt ?? record.answerBy,
    resolveBy: clocks.resolution?.dueAt ?? record.resolveBy,
  };
}
