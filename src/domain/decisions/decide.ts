import { DECISIONS, DECISION_NAMES, decisionNamed, type DecisionName } from './catalogue';
import { z } from 'zod';
import { fingerprint } from '../basics/canonical';
import { COMPLAINED_OF, refuse, type AnyDecision, type DecisionContext, type Refusal } from './define';
import type { CaseEvent, DecisionTrace } from '../case/events';
import { faultsOf, type Fault } from '../basics/faults';
import { shortText } from '../basics/free-text';
import { staffId } from '../basics/schemas';
import { STAGE_WORDS } from '../basics/words';
import { isComplainedOf, type Staff } from '../case/permissions';
import type { Policy } from '../policy/schema';
import { openForms } from './forms';
import { append } from '../process/append';
import { overdue } from '../process/due';
import { hasRule } from '../case/revision';
import type { CaseState } from '../case/state';
import { addMs, earlier, later, toInstant, toMs } from '../time/duration';
import { ROLES, type Actor, type Instant } from '../basics/types';

const actorSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('staff'),
    id: staffId,
    role: z.enum(ROLES),
    team: shortText(40),
  }),
  z.strictObject({ kind: z.literal('customer') }),
]);

const DECISION_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** The id that a message names, however little sense the rest of it makes. */
export function decisionIdOf(message: unknown): string | undefined {
  const id = (message as { decisionId?: unknown } | null | undefined)?.decisionId;
  return typeof id === 'string' && DECISION_ID.test(id) ? id : undefined;
}

/** A decision as it travels to the workflow, by update or signal. The same shape is typed by hand in Temporal UI. */
export const decisionMessageSchema = z.strictObject({
  /** Given by the sender; the second arrival of an id changes nothing. */
  decisionId: z.string().regex(DECISION_ID),
  actor: actorSchema,
  /** Of whoever knew the person (src/temporal/signature.ts); one typed by hand in Temporal UI has none. */
  signature: z.string().max(100).optional(),
  /** When the person acted, where it may take a while to arrive. */
  sentAt: z.iso.datetime().optional(),
  /** The case as the person saw it (`case.seq`): taken only if nothing has happened since. */
  expectedSeq: z.number().int().positive().optional(),
  input: z.record(z.string(), z.unknown()).default({}),
});
export type DecisionMessage = z.input<typeof decisionMessageSchema>;

export type Verdict =
  /** `before`: what has to be agreed with other cases first. `policy`: the version that the case follows from here on. */
  | {
      kind: 'taken';
      state: CaseState;
      events: CaseEvent[];
      before?: { claimMerge: { into: string } };
      policy?: Policy;
    }
  /** The same decision has been taken before: nothing changes, and the first answer stands. */
  | { kind: 'repeated'; seq: number }
  | { kind: 'invalid'; issues: readonly Fault[] }
  | { kind: 'forbidden'; refusal: Refusal }
  | { kind: 'conflict'; refusal: Refusal; instead: DecisionName[] };

const NO_DECISION = { zh: '没有这个决定', en: 'no decision is called so' };

const CHANGED = refuse(
  'changed_meanwhile',
  '您看过之后案件已有变化，请看最新的情况再决定',
  'the case has changed since you looked at it; look again, then decide',
);

/** Where only signed decisions are taken: it did not come from the desk, a page or the API. */
export const UNSIGNED = refuse(
  'unsigned',
  '这个决定没有系统签名，不能确认是谁做的；请在工作台办理，或通过接口提交',
  'the decision carries no signature, so nobody knows whose it is; take it at the desk or by the API',
);

/** How far back `sentAt` may reach: a signal may lie at the server while every worker is away. */
const LATE_ARRIVAL_MS = 7 * 86_400_000;

/**
 * Judges a decision against a case, and says what it causes. Pure: the workflow's validator, its handlers, the API's
 * preview and the property tests all ask this one function.
 * @param now the time at which the decision is taken (workflow time)
 * @param via where it came from, if not from ourselves
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
  // Respelled: an instant without milliseconds would neither sort as text nor survive the ledger's column.
  const sent = sentAt === undefined ? now : toInstant(toMs(sentAt));
  const at = later(earlier(sent, now), addMs(now, -LATE_ARRIVAL_MS));
  const context = { actor, at: later(at, before.lastAt), policy };
  if (expectedSeq !== undefined && expectedSeq !== before.seq)
    return conflict(before, { actor, at: now, policy }, CHANGED);
  // What fell due before the person acted comes first, in whatever order the engine hands the two over.
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

/** Whoever is complained of takes no decision at all, whatever else they may do. */
const mayNot = (decision: AnyDecision, actor: Actor, state: CaseState): Refusal | undefined =>
  hasRule(state, 'impartial') && isComplainedOf(actor, state) ? COMPLAINED_OF : decision.who(actor, state);

/** What this person may decide now: the buttons of the desk, and the answer to "what instead?". */
export function allowed(state: CaseState, context: DecisionContext): DecisionName[] {
  return DECISION_NAMES.filter((name) => {
    const decision = DECISIONS[name];
    return (
      !mayNot(decision, context.actor, state) && !outOfTurn(decision, state) && !notReady(decision, state, context)
    );
  });
}

/** Decisions that fit the stage but wait for something, each with what it waits for ("why not yet?"). */
export function waiting(state: CaseState, context: DecisionContext): { decision: DecisionName; because: Refusal }[] {
  return DECISION_NAMES.flatMap((name) => {
    const decision = DECISIONS[name];
    if (mayNot(decision, context.actor, state) || outOfTurn(decision, state)) return [];
    const because = notReady(decision, state, context);
    return because ? [{ decision: name, because }] : [];
  });
}

/** All that stands between this person and one decision, of whatever stage; nothing when it is possible now. */
export function whyNot(name: DecisionName, state: CaseState, context: DecisionContext): Refusal[] {
  const decision = DECISIONS[name];
  const reasons = [
    mayNot(decision, context.actor, state),
    outOfTurn(decision, state),
    notReady(decision, state, context),
  ];
  return reasons.filter((reason) => reason !== undefined);
}

/** Whether it is for this person to take the decision now. A form that is still to be filled in is no bar: they fill it in. */
export const mayTake = (
  name: DecisionName,
  { id, role, team }: { id: string; role: Staff['role']; team: string },
  state: CaseState,
  { at, policy }: Omit<DecisionContext, 'actor'>,
): boolean =>
  whyNot(name, state, { actor: { kind: 'staff', id, role, team }, at, policy }).every(
    ({ code }) => code === 'form_missing',
  );

/** What the decision itself waits for, and the policy's forms before it. */
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

function outOfTurn(decision: AnyDecision, state: CaseState): Refusal | undefined {
  const ended = state.stage === 'archived' && decision.name === 'note' && !hasRule(state, 'notesAfterEnd');
  if (decision.stages.includes(state.stage) && !ended) return undefined;
  const stage = STAGE_WORDS[state.stage];
  const stages = decision.stages.filter((name) => name !== state.stage).map((name) => STAGE_WORDS[name]);
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
