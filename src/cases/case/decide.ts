import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway, TextMismatch } from '../../db/errors';
import { decide as judge, type DecisionMessage } from '../../domain/decisions/decide';
import { MERGE_UNKNOWN } from '../../domain/decisions/ending';
import { DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import type { CaseEvent } from '../../domain/case/events';
import { fold } from '../../domain/case/evolve';
import { isCaseNumber } from '../../domain/basics/ids';
import { departmentCalled } from '../../domain/policy/departments';
import { canonicalJson, fingerprint } from '../../domain/basics/canonical';
import { formFaults, type FormValues } from '../../domain/policy/forms';
import type { Policy } from '../../domain/policy/schema';
import { maySee, type Staff } from '../../domain/case/permissions';
import type { CaseState } from '../../domain/case/state';
import { toInstant } from '../../domain/time/duration';
import type { Actor } from '../../domain/basics/types';
import type { DecisionAnswer, Hint } from './answers';
import type { Departments } from '../people/departments';
import { EngineError, type Engine } from '../engine/engine';
import type { Naming } from './naming';
import type { PolicyCache } from '../rules/policies';
import type { Seen, VisibleCases } from './visible';
import { away, conflict, forbiddenBy, invalid, isRefused, noSuchCase, type Refused } from '../refused';
import type { Fault } from '../../domain/basics/faults';
import type { Signing } from '../../temporal/signature';
import type { StaffDirectory } from '../access/staff';
import { inputOf, type Starter } from '../engine/starter';
import type { Stores } from '../../db';
import { takeTexts } from './texts';

/** A decision's input as its `api` schema gives it, without `decisionId`. */
export type DecisionInput = Record<string, unknown>;

export type Decided =
  | { status: 'taken'; decisionId: string; seq: number }
  /** Stored with the case; a worker takes it as soon as there is one. */
  | { status: 'accepted'; decisionId: string };

/** `expectedSeq`: the case as the person saw it. */
interface Ids {
  decisionId?: string;
  expectedSeq?: number;
}

type Decider = Exclude<Actor, { kind: 'system' }>;

interface Needs {
  stores: Stores;
  engine: Engine;
  policies: PolicyCache;
  staff: StaffDirectory;
  visible: VisibleCases;
  naming: Naming;
  departments: Departments;
  starter: Pick<Starter, 'startNow'>;
  signing: Pick<Signing, 'sign'>;
  timeoutMs: number;
  clock: () => number;
}

/** Together with the wait for a worker below the five seconds after which a person stops believing in an answer. */
const SIGNAL_DEADLINE_MS = 600;
const START_DEADLINE_MS = 2_000;
/** Between two tries of an update whose workflow task was lost: the server has to plan the next one. */
const LOST_PAUSE_MS = 100;

export const decidedRefusal = (code: string, zh: string, en: string, instead?: DecisionName[]): Refused =>
  conflict({ code, words: { zh, en } }, instead);

const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });

/** A mail that cannot go out would be a promise kept on paper only. */
const noAddressToAnswer = (): Refused =>
  decidedRefusal(
    'no_address',
    '客户没有留邮箱，邮件发不出去；请打电话或当面答复，再用 via: phone 或 counter 登记',
    'the customer left no mail address, so no mail can go out; answer by phone or at the counter and record that (via: phone or counter)',
  );

/** Other customers' complaints end in this one: it is not one person's to take back. */
const holdsOthers = (): Refused =>
  decidedRefusal(
    'has_absorbed',
    '别的投诉已并入或正要并入本案，不能整案撤回；请联系负责人，由其办结',
    'other complaints were merged into this one, or are about to be, so it cannot be withdrawn as a whole; tell its handler, who will resolve it',
  );

const isOffer = (name: DecisionName): boolean => name === 'propose' || name === 'approve';

/** Whoever proposes learns that the question will reach nobody by itself. */
const hintsOn = (name: DecisionName, { record, state }: Pick<Seen, 'record' | 'state'>): Hint[] =>
  isOffer(name) && state.proposal?.status === 'offered' ? noAddressHint(record) : [];

function noAddressHint(record: Seen['record']): Hint[] {
  if (record.customer.email) return [];
  const words = {
    zh: '客户没有留邮箱，收不到方案的邮件；请打电话问客户是否同意，再登记答复（customerAnswer，via: phone）',
    en: 'the customer left no mail address and gets no mail about the offer: ask by phone whether they agree and record the answer (customerAnswer, via: phone)',
  };
  return [{ code: 'no_address', words }];
}

/** What becomes of a decision that nobody could take at once. */
const STORED: Hint = {
  code: 'stored',
  words: {
    zh: '已收下存好，系统恢复后按那时的案情办理；那时已办不成的不会生效，会记入案件并发邮件告诉您，不用重复提交',
    en: 'stored, and taken when a worker is back, judged by the case as it stands then; if it is not possible by then, nothing comes of it, the case says so and you get a mail; do not send it again',
  },
};

/** It has been taken: only the case could not be read for the answer. */
const TAKEN_UNSEEN: Hint = {
  code: 'taken',
  words: {
    zh: '已经生效，只是暂时读不出案件；过一会儿再看',
    en: 'taken; only the case cannot be read for a moment, so look again later',
  },
};

const idReused = (): Refused =>
  decidedRefusal(
    'decision_id_reused',
    '这个 decisionId 已用于另一个决定，请换一个',
    'this decisionId was used for another decision; send another one',
  );

export function createDecide({
  stores,
  engine,
  policies,
  staff,
  visible,
  naming,
  departments,
  starter,
  signing,
  timeoutMs,
  clock,
}: Needs) {
  /**
   * Takes a decision to the workflow, which alone decides. What it needs from our tables is filled in before, its free
   * texts are stored first, and it is carried by an update; when no worker answers in time, by a signal.
   */
  async function take(
    seen: Pick<Seen, 'record' | 'state'>,
    name: DecisionName,
    given: DecisionInput,
    actor: Decider,
    { decisionId = randomUUID(), expectedSeq }: Ids = {},
  ): Promise<Decided> {
    try {
      return await carry(seen, name, given, actor, { decisionId, expectedSeq });
    } catch (error) {
      throw await naming.namedError(error, actor.kind === 'staff' ? actor : { ...actor, id: seen.record.customer.id });
    }
  }

  async function carry(
    seen: Pick<Seen, 'record' | 'state'>,
    name: DecisionName,
    given: DecisionInput,
    actor: Decider,
    { decisionId, expectedSeq }: Ids & { decisionId: string },
  ): Promise<Decided> {
    const { caseNo } = seen.record;
    if (name === 'merge' && actor.kind === 'staff') await mustSee(given.into, actor);
    if (name === 'respond' && given.via === 'mail' && !seen.record.customer.email) throw noAddressToAnswer();
    const leaves = name === 'withdraw' && !Object.hasOwn(seen.state.decisions, decisionId);
    if (leaves && seen.state.absorbed.length > 0) throw holdsOthers();
    const filled = await fillIn(caseNo, name, given, () => policies.version(seen.state.policyVersion));
    const { input, texts } = takeTexts(filled, DECISIONS[name].texts, { caseNo, decisionId, decision: name });
    try {
      await stores.texts.put(texts.map((text) => ({ ...text, caseNo })));
    } catch (error) {
      if (!(error instanceof TextMismatch)) throw error;
      throw idReused();
    }
    // One moment, whichever way it travels: a worker that returns may be given the update or the signal first.
    const message = signing.sign(caseNo, name, {
      decisionId,
      actor,
      sentAt: toInstant(clock()),
      ...(expectedSeq !== undefined && { expectedSeq }),
      input,
    });
    if (!leaves) return bring(seen, name, message);
    if (!(await stores.merges.claimWithdrawal({ caseNo, decisionId, message }, toInstant(clock()))))
      throw holdsOthers();
    const clear = () => stores.pendingDecisions.remove({ caseNo, decisionId }).catch(() => undefined);
    try {
      const decided = await bring(seen, name, message);
      // One that is only stored keeps others from being merged into the case until it is taken.
      if (decided.status === 'taken') await clear();
      return decided;
    } catch (error) {
      await clear();
      throw error;
    }
  }

  /** Carries it by an update; when no worker answers in time, by a signal. */
  async function bring(
    seen: Pick<Seen, 'record' | 'state'>,
    name: DecisionName,
    message: DecisionMessage,
  ): Promise<Decided> {
    const { caseNo } = seen.record;
    const { decisionId } = message;
    const deadline = clock() + timeoutMs;
    let startsLeft = 2;
    for (;;) {
      try {
        const taken = await engine.update(caseNo, name, message, Math.max(200, deadline - clock()));
        return { status: 'taken', decisionId, seq: taken.seq };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (error.kind === 'missing' && startsLeft-- > 0) {
          const known = await startAgain(seen, name, message);
          if (known) return known;
          continue;
        }
        // An event arrived while the case was ending, say: nobody may hear of a fault, least of all when it has been written.
        if (error.kind === 'lost' && clock() + LOST_PAUSE_MS < deadline) {
          await sleep(LOST_PAUSE_MS);
          continue;
        }
        if (error.kind === 'silent' || error.kind === 'lost') return signalled(caseNo, name, message);
        throw refusedBy(error);
      }
    }
  }

  /**
   * No worker answered: the server keeps a signal until there is one. When the server does not answer either, it is away.
   * "Accepted" has to hold even if the engine loses the run with its signals, so it is written down first.
   */
  async function signalled(caseNo: string, name: DecisionName, message: DecisionMessage): Promise<Decided> {
    const { decisionId } = message;
    await stores.pendingDecisions.add({ caseNo, decisionId, name, message }, toInstant(clock()));
    try {
      await engine.signal(caseNo, name, message, SIGNAL_DEADLINE_MS);
      return { status: 'accepted', decisionId };
    } catch (error) {
      // Not accepted: whoever hears of a fault decides anew. One that cannot be crossed out is sent again, under its id.
      await stores.pendingDecisions.remove({ caseNo, decisionId }).catch(() => undefined);
      if (error instanceof EngineError) throw away('temporal');
      throw error;
    }
  }

  /**
   * There is no open run: it was not started yet, or the case has ended, or the engine lost it. An ended case answers from
   * what is stored; only a decision that it would take starts it again.
   */
  async function startAgain(
    seen: Pick<Seen, 'record' | 'state'>,
    name: DecisionName,
    message: DecisionMessage,
  ): Promise<Decided | undefined> {
    const { record } = seen;
    const state = (await stores.cases.get(record.caseNo))?.state;
    const policy = await policies.version(state?.policyVersion ?? record.policyVersion);
    try {
      if (!state) {
        await starter.startNow(record);
        return undefined;
      }
      const verdict = judge(state, name, message, toInstant(clock()), policy);
      switch (verdict.kind) {
        case 'repeated':
          return { status: 'taken', decisionId: message.decisionId, seq: verdict.seq };
        case 'invalid':
          throw invalid(withoutPrefix(verdict.issues));
        case 'forbidden':
          throw forbiddenBy(verdict.refusal);
        case 'conflict':
          throw conflict(verdict.refusal, verdict.instead);
        default:
          await engine.carryOn({ ...(await inputOf(record, policies)), policy, carry: state }, START_DEADLINE_MS);
          return undefined;
      }
    } catch (error) {
      if (error instanceof EngineError) throw away('temporal');
      throw error;
    }
  }

  /** A case that is not there and one that is not theirs to see are the same, here as well. */
  async function mustSee(into: unknown, actor: Staff): Promise<void> {
    try {
      await visible.see(String(into), actor);
    } catch (error) {
      throw isRefused(error, 'notFound') ? conflict(MERGE_UNKNOWN) : error;
    }
  }

  /**
   * The place in the ledger of a decision that this person has taken already, whatever has become of the case, or of those
   * whom the decision names, since then.
   */
  async function takenBefore(
    caseNo: string,
    name: DecisionName,
    given: DecisionInput,
    actor: Staff,
    decisionId: string,
  ): Promise<{ seq: number; events: CaseEvent[]; now: CaseState } | undefined> {
    const now = isCaseNumber(caseNo) ? (await stores.cases.get(caseNo))?.state : undefined;
    const known = now && Object.hasOwn(now.decisions, decisionId) ? now.decisions[decisionId] : undefined;
    if (!now || !known) return undefined;
    const events = await stores.ledger.events(caseNo);
    const own = events.filter(({ decision }) => decision?.id === decisionId);
    const first = own.find((item) => item.actor.kind === 'staff');
    if (first?.actor.kind !== 'staff' || first.actor.id !== actor.id) return undefined;
    const filled = await filledAsThen(name, given, first);
    const { input } = takeTexts(filled, DECISIONS[name].texts, { caseNo, decisionId, decision: name });
    if (known.print !== fingerprint([name, input])) throw idReused();
    return { seq: known.seq, events: events.filter(({ seq }) => seq <= (own.at(-1)?.seq ?? 0)), now };
  }

  /** What was filled in when the decision was taken: people change roles and teams. */
  async function filledAsThen(name: DecisionName, given: DecisionInput, first: CaseEvent): Promise<DecisionInput> {
    switch (name) {
      case 'assign':
      case 'reassign':
        return first.type === 'assigned' || first.type === 'reassigned'
          ? { ...given, ownerRole: first.data.role, ownerTeam: first.data.team }
          : given;
      case 'fillForm':
        return { ...given, values: canonicalJson(given.values) };
      case 'requestHelp':
        return first.type === 'helpRequested' ? { ...given, department: first.data.department } : given;
      case 'movePolicy': {
        const policy = typeof given.to === 'number' ? await stores.policies.get(given.to) : undefined;
        return { to: given.to, policy };
      }
      default:
        return given;
    }
  }

  /** What the API knows better than its caller, and ids that have to be somebody's. */
  async function fillIn(
    caseNo: string,
    name: DecisionName,
    given: DecisionInput,
    policyOf: () => Promise<Policy>,
  ): Promise<DecisionInput> {
    const faults: Fault[] = [];
    const somebody = async (path: string, id: unknown, active = true) => {
      if (typeof id !== 'string') return undefined;
      const user = await staff.find(id);
      if (!user || (active && !user.active)) faults.push(fault(path, '没有这位在职的同事', 'is nobody who works here'));
      return user;
    };
    const all = (path: string, ids: unknown, active: boolean) =>
      Promise.all(Array.isArray(ids) ? ids.map((id, index) => somebody(`${path}.${index}`, id, active)) : []);

    let filled = given;
    switch (name) {
      case 'assign':
      case 'reassign': {
        const owner = await somebody('owner', given.owner);
        await all('taskForce', given.taskForce, true);
        if (owner) filled = { ...given, ownerRole: owner.role, ownerTeam: owner.team };
        break;
      }
      case 'grade':
      case 'regrade':
        await all('against', given.against, false);
        break;
      case 'requestHelp': {
        await somebody('assignee', given.assignee);
        const known = await departments();
        const staffed = known.filter(({ people }) => people > 0);
        const list = {
          zh: staffed.map((one) => (one.name.zh === one.id ? one.id : `${one.name.zh}（${one.id}）`)).join('、'),
          en: staffed.map((one) => (one.name.en === one.id ? one.id : `${one.name.en} (${one.id})`)).join(', '),
        };
        const found = departmentCalled(String(given.department), known);
        if (!found) {
          faults.push(
            fault(
              'department',
              `没有这个部门；可以请求协助的有：${list.zh}`,
              `no such department; there are: ${list.en}`,
            ),
          );
        } else if (found.people === 0) {
          faults.push(
            fault(
              'department',
              `这个部门现在还没有人；可以请求协助的有：${list.zh}`,
              `nobody works there yet; there are: ${list.en}`,
            ),
          );
        } else filled = { ...given, department: found.id };
        break;
      }
      case 'planAction':
        await somebody('owner', given.owner);
        break;
      case 'fillForm': {
        const form = (await policyOf()).forms?.find(({ id }) => id === given.form);
        if (!form || typeof given.values !== 'object' || given.values === null) break;
        const wrong = formFaults(form, given.values as FormValues);
        faults.push(...wrong.map(({ path, words }) => ({ path: `values.${path}`, words: words })));
        filled = { ...given, values: canonicalJson(given.values) };
        break;
      }
      case 'movePolicy': {
        // Whatever the caller sent: what a case moves to is what was published.
        const policy = typeof given.to === 'number' ? await stores.policies.get(given.to) : undefined;
        filled = { to: given.to, policy };
        break;
      }
      case 'addEvidence': {
        const file = await stores.evidence.get(caseNo, String(given.evidenceId));
        if (file?.sha256 !== given.sha256) {
          faults.push(fault('evidenceId', '本案没有上传过这个文件', 'no such file has been uploaded to this case'));
        }
        break;
      }
      default:
    }
    if (faults.length > 0) throw invalid(faults);
    return filled;
  }

  /** For staff: the case must be theirs to see, and the answer shows it as it is afterwards. */
  async function decideAsStaff(
    caseNo: string,
    name: DecisionName,
    { decisionId, expectedSeq, ...input }: DecisionInput & Ids,
    actor: Staff,
  ): Promise<DecisionAnswer> {
    const before = decisionId === undefined ? undefined : await takenBefore(caseNo, name, input, actor, decisionId);
    if (before && decisionId !== undefined) return repeated(caseNo, actor, decisionId, before);
    const seen = await visible.see(caseNo, actor);
    const decided = await take(seen, name, input, actor, { decisionId, expectedSeq });
    if (decided.status === 'accepted') {
      const hints = isOffer(name) ? [STORED, ...noAddressHint(seen.record)] : [STORED];
      return waitingFor(caseNo, decided.decisionId, hints);
    }
    try {
      const state = (await stores.cases.get(caseNo))?.state ?? seen.state;
      const answer = await visible.answerOn({ record: seen.record, state }, actor);
      const hints = hintsOn(name, { record: seen.record, state });
      return {
        ...answer,
        decision: { decisionId: decided.decisionId, seq: decided.seq, ...(hints.length > 0 && { hints }) },
      };
    } catch (error) {
      // It has been taken; only the look at it has to wait.
      if (isDatabaseAway(error)) return waitingFor(caseNo, decided.decisionId, [TAKEN_UNSEEN]);
      throw error;
    }
  }

  /** The first answer once more: with the case as it is now or, where it is not theirs to see any more, as it was then. */
  async function repeated(
    caseNo: string,
    actor: Staff,
    decisionId: string,
    { seq, events, now }: { seq: number; events: CaseEvent[]; now: CaseState },
  ): Promise<DecisionAnswer> {
    const decision = { decisionId, seq };
    const record = await stores.complaints.get(caseNo);
    const then = fold(caseNo, events);
    if (!record || !then) throw noSuchCase();
    if (maySee(actor, now)) return { ...(await visible.answerOn({ record, state: now }, actor)), decision };
    const answer = await visible.answerOn({ record, state: then }, actor);
    const evidence = answer.case.evidence.filter(({ evidenceId }) => then.evidence.includes(evidenceId));
    return { case: { ...answer.case, evidence }, allowed: [], waiting: [], decision };
  }

  return { take, decide: decideAsStaff };
}
export type Deciding = ReturnType<typeof createDecide>;

const waitingFor = (caseNo: string, decisionId: string, hints: Hint[]): DecisionAnswer => ({
  status: 'accepted',
  decision: { decisionId, hints },
  lookAt: `/api/cases/${caseNo}`,
});

/** The workflow names fields as it knows them: `input.reason`. The client sent `reason`. */
const withoutPrefix = (issues: readonly Fault[]): Fault[] =>
  issues.map(({ path, words }) => ({ path: path.replace(/^input\.?/, ''), words }));

function refusedBy(error: EngineError): unknown {
  if (error.kind === 'away' || error.kind === 'missing') return away('temporal');
  const { refusal } = error;
  if (error.kind !== 'refused' || !refusal) return error;
  if (refusal.type === 'invalid' || !refusal.refusal) return invalid(withoutPrefix(refusal.issues ?? []));
  return refusal.type === 'forbidden' ? forbiddenBy(refusal.refusal) : conflict(refusal.refusal, refusal.instead);
}
