/**
 * Judges decisions on a case.
 * @module
 */
import { DECISIONS, DECISION_NAMES, decisionNamed, type DecisionName } from './catalogue';
import { z } from 'zod';
import { fingerprint } from '../basics/canonical';
import { COMPLAINED_OF, refuse, type AnyDecision, type DecisionContext, type Refusal } from './define';
import type { CaseEvent, DecisionTrace } from '../case/events';
import { faultsOf, type Fault } from '../basics/faults';
import { shortText } from '../basics/free-text';
import { staffId } from '../basics/schemas';
import { STAGE_WORDS } from '../basics/words';
import { isAuditor, isComplainedOf, type Staff } from '../case/permissions';
import type { Policy } from '../policy/schema';
import { openForms } from './forms';
import { append } from '../process/append';
import { overdue } from '../process/due';
import { hasRule, type Rule } from '../case/revision';
import type { CaseState } from '../case/state';
import { addMs, earlier, later, toInstant, toMs } from '../time/duration';
import { ROLES, type Actor, type Instant, type Stage } from '../basics/types';
import { OPEN } from './guards';

const actorSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('staff'),
    id: staffId,
    role: z.enum(ROLES),
    team: shortText(40),
  }),
  z.strictObject({ kind: z.literal('customer') }),
  z.strictObject({ kind: z.literal('system') }),
]);

/**
 * What our programs decide by themselves, for a department that has answered in its own tracker; and what they note of a platform
 * where the customer complains too. Nobody else speaks as the system.
 */
const BY_SYSTEM: readonly string[] = ['answerHelp', 'startAction', 'note'] satisfies DecisionName[];

const DECISION_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** The decision id in a message, whatever the rest of it is; undefined when it has none of the right form. */
export function decisionIdOf(message: unknown): string | undefined {
  const id = (message as { decisionId?: unknown } | null | undefined)?.decisionId;
  return typeof id === 'string' && DECISION_ID.test(id) ? id : undefined;
}

/**
 * A decision as it travels to the workflow, by update or signal. The same message can be typed by hand in Temporal UI.
 */
export const decisionMessageSchema = z.strictObject({
  /** Given by the sender. The second arrival of an id changes nothing. */
  decisionId: z.string().regex(DECISION_ID),
  actor: actorSchema,
  /**
   * Made by the program that knew who the actor is (src/temporal/signature.ts). A message typed by hand in Temporal UI
   * has none.
   */
  signature: z.string().max(100).optional(),
  /** When the person acted, for messages that may be long on their way. */
  sentAt: z.iso.datetime().optional(),
  /** The case as the person saw it (`case.seq`): the decision is refused if anything has happened since. */
  expectedSeq: z.number().int().positive().optional(),
  input: z.record(z.string(), z.unknown()).default({}),
});
/** A decision as its sender writes it, see `decisionMessageSchema`. */
export type DecisionMessage = z.input<typeof decisionMessageSchema>;

/**
 * The judgement on a decision. `invalid` is answered with 422, `forbidden` with 403, `conflict` with 409. `instead`:
 * what the actor may decide now.
 */
export type Verdict =
  /**
   * `state`, `events`: the case afterwards, and what is to be written. `before`: what has to be agreed with another
   * case first. `policy`: the policy that the case follows from here on.
   */
  | {
      kind: 'taken';
      state: CaseState;
      events: CaseEvent[];
      before?: { claimMerge: { into: string } };
      policy?: Policy;
    }
  /** The same decision was taken before: nothing changes, and the first answer (entry `seq`) stands. */
  | { kind: 'repeated'; seq: number }
  | { kind: 'invalid'; issues: readonly Fault[] }
  | { kind: 'forbidden'; refusal: Refusal }
  | { kind: 'conflict'; refusal: Refusal; instead: DecisionName[] };

const NOT_BY_SYSTEM = { zh: '不能是系统；这个决定要由人来做', en: 'must be a person; the system does not decide this' };
const NO_DECISION = { zh: '没有这个决定', en: 'no decision is called so' };

/** Refuses a decision by somebody who has not seen the newest entries. */
export const CHANGED = refuse(
  'changed_meanwhile',
  '您看过之后案件已有变化，请看最新的情况再决定',
  'the case has changed since you looked at it; look again, then decide',
);

/** Refuses a decision that came through Temporal without our signature, where only signed ones are taken. */
export const UNSIGNED = refuse(
  'unsigned',
  '这个决定没有系统签名，不能确认是谁做的；请在工作台办理，或通过接口提交',
  'the decision carries no signature, so nobody knows whose it is; take it at the desk or by the API',
);

/** How far back `sentAt` may reach. A signal may wait at the Temporal server for as long as no worker runs. */
const LATE_ARRIVAL_MS = 7 * 86_400_000;

/**
 * Judges a decision on a case, and says what it causes. Pure: the validator and the handlers of the workflow, the
 * preview of the API and the property tests all ask this one function.
 *
 * A decision counts from `sentAt`: what fell due before then is part of the events to be written, and comes first.
 * @param name of the decision; an unknown one is `invalid`
 * @param message unparsed, a `DecisionMessage` if it is well formed
 * @param now when the decision is taken (workflow time)
 * @param via where it came from, if not from our own programs
 */
export function decide(
  before: CaseState,
  name: string,
  message: unknown,
  now: Instant,
  policy: Policy,
  via?: DecisionTrace['via'],
): Verdict {
  const decision = decisionNamed(name);
  if (!decision) return { kind: 'invalid', issues: [{ path: 'decision', words: NO_DECISION }] };
  const envelope = decisionMessageSchema.safeParse(message, { reportInput: true });
  if (!envelope.success) return { kind: 'invalid', issues: faultsOf(envelope.error) };
  const { decisionId, actor, sentAt, expectedSeq, input } = envelope.data;
  if (actor.kind === 'system' && !BY_SYSTEM.includes(name)) {
    return { kind: 'invalid', issues: [{ path: 'actor', words: NOT_BY_SYSTEM }] };
  }

  const print = fingerprint([name, input]);
  const known = Object.hasOwn(before.decisions, decisionId) ? before.decisions[decisionId] : undefined;
  if (known) {
    return known.print === print
      ? { kind: 'repeated', seq: known.seq }
      : conflict(
          before,
          { actor, at: now, policy },
          {
            code: 'decision_id_reused',
            words: {
              zh: '这个 decisionId 已用于另一个决定，请换一个',
              en: 'this decisionId was used for another decision; send another one',
            },
          },
        );
  }

  const parsed = decision.wire.safeParse(input, { reportInput: true });
  if (!parsed.success) {
    return {
      kind: 'invalid',
      issues: faultsOf(parsed.error).map((issue) => ({ ...issue, path: `input.${issue.path}` })),
    };
  }
  // Respelled with milliseconds: without them it would not compare as text.
  const sent = sentAt === undefined ? now : toInstant(toMs(sentAt));
  const at = later(earlier(sent, now), addMs(now, -LATE_ARRIVAL_MS));
  const context = { actor, at: later(at, before.lastAt), policy };
  if (expectedSeq !== undefined && expectedSeq !== before.seq)
    return conflict(before, { actor, at: now, policy }, CHANGED);
  // What fell due before the person acted is written first, in whatever order Temporal delivers the timer and the
  // decision.
  const due = overdue(before, context.at, policy);
  const state = due?.state ?? before;
  const forbidden = mayNot(decision, actor, state);
  if (forbidden) return { kind: 'forbidden', refusal: forbidden };
  const refusal =
    outOfTurn(decision, state) ?? notReady(decision, state, context) ?? decision.check(state, parsed.data, context);
  if (refusal) return conflict(state, context, refusal);

  const movedTo = decision.policy?.(parsed.data);
  const occurred = { at: context.at, actor, decision: { id: decisionId, name, print, ...(via && { via }) } };
  const { state: next, events } = append(
    state,
    state.caseNo,
    decision.events(state, parsed.data, context),
    occurred,
    movedTo ?? policy,
  );
  return {
    kind: 'taken',
    state: next,
    events: [...(due?.events ?? []), ...events],
    before: decision.before?.(parsed.data),
    policy: movedTo,
  };
}

const AUDITORS_READ = refuse(
  'forbidden',
  '审计员只看不办；请让案件的负责人或主管来做',
  'an auditor reads and decides nothing; let the owner of the case or a supervisor do it',
);

/**
 * An auditor takes no decision at all, nor does whoever is complained of (rule `impartial`); for everybody else the
 * decision says who may.
 */
const mayNot = (decision: AnyDecision, actor: Actor, state: CaseState): Refusal | undefined => {
  if (isAuditor(actor)) return AUDITORS_READ;
  return hasRule(state, 'impartial') && isComplainedOf(actor, state) ? COMPLAINED_OF : decision.who(actor, state);
};

/**
 * What this person may decide now, as far as it can be told without an input: the buttons of the desk, and `instead` of
 * a refusal.
 */
export function allowed(state: CaseState, context: DecisionContext): DecisionName[] {
  return DECISION_NAMES.filter((name) => {
    const decision = DECISIONS[name];
    return (
      !mayNot(decision, context.actor, state) && !outOfTurn(decision, state) && !notReady(decision, state, context)
    );
  });
}

/** Decisions that are this person's to take in this stage but have to wait, each with what it waits for. */
export function waiting(state: CaseState, context: DecisionContext): { decision: DecisionName; because: Refusal }[] {
  return DECISION_NAMES.flatMap((name) => {
    const because = becauseOf(name, state, context);
    return because ? [{ decision: name, because }] : [];
  });
}

/** What a decision has to wait for that is this person's to take in this stage; undefined: nothing, or it is not theirs. */
export function becauseOf(name: DecisionName, state: CaseState, context: DecisionContext): Refusal | undefined {
  const decision = DECISIONS[name];
  return mayNot(decision, context.actor, state) || outOfTurn(decision, state)
    ? undefined
    : notReady(decision, state, context);
}

/** All reasons why this person cannot take a decision now, whatever the stage; empty when they can. */
export function whyNot(name: DecisionName, state: CaseState, context: DecisionContext): Refusal[] {
  const decision = DECISIONS[name];
  const reasons = [
    mayNot(decision, context.actor, state),
    outOfTurn(decision, state),
    notReady(decision, state, context),
  ];
  return reasons.filter((reason) => reason !== undefined);
}

/**
 * Whether it is for this person to take the decision now. A form that has to be filled in before does not count: they
 * can fill it in.
 */
export const mayTake = (
  name: DecisionName,
  { id, role, team }: { id: string; role: Staff['role']; team: string },
  state: CaseState,
  { at, policy }: Omit<DecisionContext, 'actor'>,
): boolean =>
  whyNot(name, state, { actor: { kind: 'staff', id, role, team }, at, policy }).every(
    ({ code }) => code === 'form_missing',
  );

/**
 * What a decision waits for, whoever takes it: a form of the policy, or what the decision itself asks for; undefined:
 * nothing.
 */
export function notReady(decision: AnyDecision, state: CaseState, context: DecisionContext): Refusal | undefined {
  const [form] = openForms(context.policy.forms, state).filter(({ before }) => before === decision.name);
  return form
    ? refuse(
        'form_missing',
        `请先填写“${form.name.zh}”，再${decision.label.zh}`,
        `fill in “${form.name.en}” first, then ${decision.label.en}`,
      )
    : decision.ready(state, context);
}

/** Stages in which a decision was possible before a rule added others. */
const STAGES_BEFORE: Partial<Record<string, { rule: Rule; stages: readonly Stage[] }>> = {
  note: { rule: 'notesAfterEnd', stages: OPEN },
  respond: { rule: 'respondThroughout', stages: ['grade', 'assign', 'resolve'] },
};

/** The stages of this case in which a decision is possible. */
export function stagesOf({ name, stages }: Pick<AnyDecision, 'name' | 'stages'>, state: CaseState): readonly Stage[] {
  const before = STAGES_BEFORE[name];
  return before && !hasRule(state, before.rule) ? before.stages : stages;
}

/** Refuses a decision that is not possible in the present stage, and names the stages in which it is. */
function outOfTurn(decision: AnyDecision, state: CaseState): Refusal | undefined {
  const possible = stagesOf(decision, state);
  if (possible.includes(state.stage)) return undefined;
  const stage = STAGE_WORDS[state.stage];
  const stages = possible.filter((name) => name !== state.stage).map((name) => STAGE_WORDS[name]);
  return refuse(
    'out_of_turn',
    `案件在“${stage.zh}”阶段，不能${decision.label.zh}；可以的阶段：${stages.map(({ zh }) => zh).join('、')}`,
    `the case is in stage ${stage.en}, where “${decision.label.en}” is not possible; it is in: ${stages.map(({ en }) => en).join(', ')}`,
  );
}

const conflict = (state: CaseState, context: DecisionContext, refusal: Refusal): Verdict => ({
  kind: 'conflict',
  refusal,
  instead: allowed(state, context),
});
