import { z } from 'zod';
import { extendedPlan } from '../clocks';
import { event } from '../events';
import { shortText, textRefSchema } from '../free-text';
import { CASE_NO, readCaseNumber, SLUG, STAFF_ID } from '../ids';
import { atLeast, isComplainedOf, isOwner, worksOn } from '../permissions';
import { extensionWithin, policySchema, policyVersion, type Policy } from '../policy';
import type { Clock } from '../promises';
import { needsOwner } from '../process';
import { CATEGORIES, GRADES, rankOf, ROLES, type Actor, type Category, type Grade, type Stage } from '../types';
import { hasRule } from '../revision';
import { isChasedOn, type CaseState } from '../state';
import { durationMs } from '../time';
import { COMPLAINED_OF, decision, type About, FORBIDDEN, refuse, type Refusal } from './define';

/** Staff ids as the users table gives them out. */
export const staffId = z.string().regex(STAFF_ID);
/** Clean text: a NUL would be refused by the ledger's column, after the decision was taken. */
const team = shortText(40);

export const OPEN: readonly Stage[] = ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit', 'review'];

const ownedBy = ({ owner }: CaseState): About => ({ people: { owner: owner?.id ?? '' } });

export const working = (actor: Actor, state: CaseState): Refusal | undefined =>
  isComplainedOf(actor, state)
    ? COMPLAINED_OF
    : worksOn(actor, state)
      ? undefined
      : atLeast(actor, 'agent')
        ? refuse(
            'not_yours',
            '案件由{owner}负责，请负责人来做，或由主管改派',
            'the case is owned by {owner}; let the owner do it, or have it reassigned by a supervisor',
            ownedBy(state),
          )
        : FORBIDDEN;

export const leading = (actor: Actor, state: CaseState): Refusal | undefined =>
  isComplainedOf(actor, state) || !atLeast(actor, 'supervisor') ? FORBIDDEN : undefined;

const ownerFields = {
  owner: staffId,
  ownerRole: z.enum(ROLES).default('agent').describe('role of the owner; the API fills it in'),
  ownerTeam: team.default('after-sales').describe('team of the owner; the API fills it in'),
  taskForce: z
    .array(staffId)
    .max(20)
    .optional()
    .describe('members besides the owner, who leads; left out: it stays as it is'),
};

/** Who may own a case of this grade: general anybody, important and major a supervisor or higher (seed 003). */
function ownerRefusal(state: CaseState, owner: string, role: string): Refusal | undefined {
  if (state.against.includes(owner)) {
    return refuse('complained_of', '被投诉的人不能负责这件投诉', 'the person complained of cannot own the case');
  }
  if (role === 'colleague') {
    return refuse(
      'owner_role',
      '其他部门的同事不能负责案件，可请求协助',
      'a colleague of another department cannot own a case; ask for help instead',
    );
  }
  if (state.grade !== 'general' && role === 'agent') {
    return refuse(
      'owner_role',
      `${state.grade === 'major' ? '重大' : '重要'}投诉要由主管或以上负责`,
      `a complaint graded ${state.grade} is owned by a supervisor or higher`,
    );
  }
  return undefined;
}

/** Another lead goes on with the same people; on the way to a new one nobody is dropped by having been left out. */
const taskForceUnder = (state: CaseState, owner: string, given: string[] | undefined): string[] =>
  given ?? (hasRule(state, 'taskForceStays') ? state.taskForce.filter((id) => id !== owner) : []);

/** Nobody who is complained of sits on the task force either. */
function partialTaskForce(
  state: CaseState,
  taskForce: readonly string[] = [],
  { routing }: Policy,
): Refusal | undefined {
  return (routing || hasRule(state, 'impartial')) && taskForce.some((id) => state.against.includes(id))
    ? refuse('complained_of', '被投诉的人不能参加这件投诉的处理', 'the person complained of cannot join the task force')
    : undefined;
}

const subcategory = z.string().regex(SLUG).optional().describe('second level, as the policy names it');

/** A second level belongs to its category. */
const subcategoryRefusal = (
  input: { category: Category; subcategory?: string },
  policy: Policy,
): Refusal | undefined =>
  input.subcategory === undefined ||
  policy.subcategories?.some(({ id, under }) => id === input.subcategory && under === input.category)
    ? undefined
    : refuse('no_such_subcategory', '这个类别下没有这个二级类别', 'that category has no such second level');

/** Danger to life or body; threats, stalking, personal data in wrong hands: rules of the rubric that mean a hazard. */
const HAZARDS: readonly string[] = ['M1', 'M5'];

const isHazard = ({ suggestion }: CaseState): boolean =>
  suggestion?.grade === 'major' && suggestion.rules.some((rule) => HAZARDS.includes(rule));

/**
 * A lower grade has a reason, unless whoever leads says so: their judgement is what the reason is for. Where a rule of
 * safety found a hazard, who decides is somebody who leads, and with a reason: the customer's life does not hang on one
 * reading.
 */
function loweringRefusal(
  state: CaseState,
  input: { grade: Grade; reason?: unknown },
  actor: Actor,
): Refusal | undefined {
  if (!hasRule(state, 'lowerGradeHeld') || rankOf(input.grade) >= rankOf(state.grade)) return undefined;
  const leads = atLeast(actor, 'supervisor');
  if (isHazard(state) && !leads) {
    return refuse(
      'hazard',
      '投诉里有安全隐患，定得更低须由主管或以上决定；请先按建议的等级定级，并告诉主管',
      'the complaint speaks of a hazard: only a supervisor or higher may grade it lower; grade it as suggested and tell your supervisor',
    );
  }
  return input.reason === undefined && (isHazard(state) || !leads)
    ? refuse('reason_needed', '定得比建议低，请写明理由（reason）', 'graded lower than suggested: say why (reason)')
    : undefined;
}

/** Whom a complaint is about is taken back by somebody who leads, as is what the complaint itself suggests. */
const clearingRefusal = (state: CaseState, against: string[] | undefined, actor: Actor): Refusal | undefined =>
  !against ||
  !hasRule(state, 'impartial') ||
  atLeast(actor, 'supervisor') ||
  state.against.every((id) => against.includes(id))
    ? undefined
    : refuse(
        'lead_clears',
        '只有主管或以上可以认定投诉的不是这个人；请把原有的人也列上（against），或告诉主管',
        'only a supervisor or higher may say that it is not about somebody; list those who are there as well (against), or tell your supervisor',
      );

const against = z.array(staffId).max(10).optional().describe('staff whom the customer complains of');

export const grade = decision({
  name: 'grade',
  label: { zh: '定级', en: 'grade' },
  about:
    'Confirms or changes the suggested grade and category. The promises are planned anew. A lower grade needs a reason and is told to who leads; of a hazard only they may lower it.',
  texts: ['reason'],
  fields: (text) => ({
    grade: z.enum(GRADES),
    category: z.enum(CATEGORIES),
    subcategory,
    against,
    reason: text(2_000).optional().describe('why it differs from the suggestion; needed for a lower grade'),
  }),
  stages: ['grade'],
  who: (actor) => (atLeast(actor, 'agent') ? undefined : FORBIDDEN),
  check: (state, input, { actor, policy }) =>
    subcategoryRefusal(input, policy) ??
    loweringRefusal(state, input, actor) ??
    clearingRefusal(state, input.against, actor),
  events: (state, input) => [
    event('graded', {
      grade: input.grade,
      category: input.category,
      ...(input.subcategory !== undefined && { subcategory: input.subcategory }),
      agreesWithSuggestion: state.suggestion?.grade === input.grade && state.suggestion.category === input.category,
      against: input.against,
      reason: input.reason,
    }),
  ],
});

export const regrade = decision({
  name: 'regrade',
  label: { zh: '改级', en: 'regrade' },
  about:
    'Changes the grade or category later, with a reason, and says whom the complaint is about. A higher grade may send the case to another owner; the same grade once more, by who leads, confirms a lower one.',
  texts: ['reason'],
  fields: (text) => ({
    grade: z.enum(GRADES),
    category: z.enum(CATEGORIES),
    subcategory,
    against,
    reason: text(2_000),
  }),
  stages: ['assign', 'resolve', 'feedback', 'revisit', 'review'],
  who: working,
  check: (state, input, { actor, policy }) =>
    state.grade === input.grade &&
    state.category === input.category &&
    state.subcategory === (input.subcategory ?? state.subcategory) &&
    input.against === undefined &&
    // The same once more by somebody who leads is how they confirm it.
    !(state.lowered && atLeast(actor, 'supervisor'))
      ? refuse('same_grade', '等级和类别与现在相同', 'grade and category are the same as now')
      : (subcategoryRefusal(input, policy) ??
        loweringRefusal(state, input, actor) ??
        clearingRefusal(state, input.against, actor)),
  events: (state, input) => [
    event('regraded', {
      grade: input.grade,
      category: input.category,
      ...(input.subcategory !== undefined && { subcategory: input.subcategory }),
      from: state.grade,
      against: input.against,
      reason: input.reason,
    }),
  ],
});

/** The owner is the one there is, for good, and so is everybody on the task force. */
const changesNothing = ({ owner, taskForce }: CaseState, given: { owner: string; taskForce?: string[] }): boolean =>
  owner?.id === given.owner &&
  !owner.provisional &&
  (given.taskForce === undefined ||
    (given.taskForce.length === taskForce.length && given.taskForce.every((id) => taskForce.includes(id))));

const SAME_OWNER = refuse('same_owner', '负责人没有变化', 'that person owns the case already');

export const assign = decision({
  name: 'assign',
  label: { zh: '分派', en: 'assign' },
  about: 'Names the owner (for a major complaint the lead of the task force) while nobody has accepted the case.',
  fields: () => ownerFields,
  stages: ['assign', 'resolve'],
  who: (actor, state) => (isComplainedOf(actor, state) || !atLeast(actor, 'agent') ? FORBIDDEN : undefined),
  ready: (state, { policy }) =>
    state.accepted || (state.stage === 'resolve' && state.respondedAt !== undefined)
      ? refuse('already_accepted', '已经有人接受了，请用改派', 'somebody has accepted the case already; use reassign')
      : // Under a policy that routes a case is claimed once; whoever comes second takes it from nobody.
        policy.routing && !needsOwner(state)
        ? refuse(
            'already_owned',
            '案件已由{owner}负责，要换人请主管改派',
            'the case is already owned by {owner}; a supervisor may reassign it',
            ownedBy(state),
          )
        : undefined,
  check: (state, input, { actor, policy }) => {
    const partial = partialTaskForce(state, input.taskForce, policy);
    if (partial) return partial;
    if (actor.kind === 'staff' && actor.role === 'agent' && input.owner !== actor.id) {
      return refuse('assign_self_only', '客服只能把案件分派给自己', 'an agent may assign a case to themselves only');
    }
    if (hasRule(state, 'sameOwner') && changesNothing(state, input)) return SAME_OWNER;
    return ownerRefusal(state, input.owner, input.ownerRole);
  },
  events: (state, input) => [
    event('assigned', {
      owner: input.owner,
      role: input.ownerRole,
      team: input.ownerTeam,
      taskForce: taskForceUnder(state, input.owner, input.taskForce),
      provisional: false,
    }),
  ],
});

export const reassign = decision({
  name: 'reassign',
  label: { zh: '改派', en: 'reassign' },
  about:
    'Hands the case to another owner, with a reason. The task force stays, unless another is named; whoever leaves is told.',
  texts: ['reason'],
  fields: (text) => ({
    ...ownerFields,
    formerOwner: z
      .enum(['leaves', 'stays'])
      .default('leaves')
      .describe('`stays`: the former owner goes on as a member of the task force'),
    reason: text(2_000),
  }),
  stages: ['assign', 'resolve', 'feedback', 'revisit', 'review'],
  who: (actor, state) => (isOwner(actor, state) ? undefined : leading(actor, state)),
  ready: (state) =>
    // Whoever had it may have turned out to be complained of; past stage assign it is handed on here.
    state.owner === undefined && !(hasRule(state, 'impartial') && state.stage !== 'assign')
      ? refuse('no_owner', '还没有负责人，请先分派', 'there is no owner yet; assign the case first')
      : undefined,
  check: (state, input, { policy }) =>
    input.owner === state.owner?.id
      ? SAME_OWNER
      : (partialTaskForce(state, input.taskForce, policy) ?? ownerRefusal(state, input.owner, input.ownerRole)),
  events: (state, input) => {
    const { owner } = state;
    const force = taskForceUnder(state, input.owner, input.taskForce);
    const stays = owner !== undefined && input.formerOwner === 'stays' && !force.includes(owner.id);
    const taskForce = stays ? [...force, owner.id] : force;
    const left = state.taskForce.filter((id) => id !== input.owner && !taskForce.includes(id));
    return [
      event('reassigned', {
        owner: input.owner,
        role: input.ownerRole,
        team: input.ownerTeam,
        taskForce,
        from: owner?.id,
        ...(hasRule(state, 'taskForceStays') && left.length > 0 && { left }),
        reason: input.reason,
      }),
    ];
  },
});

export const accept = decision({
  name: 'accept',
  label: { zh: '接受', en: 'accept' },
  about: 'The owner takes the case on.',
  fields: () => ({}),
  stages: ['assign', 'resolve'],
  who: (actor, state) =>
    isOwner(actor, state) ? undefined : refuse('not_owner', '只有负责人可以接受', 'only the owner can accept the case'),
  ready: (state, { actor, policy }) =>
    state.owner === undefined || state.owner.provisional
      ? refuse('no_owner', '还没有分派负责人', 'the case has no owner yet')
      : policy.routing && isComplainedOf(actor, state)
        ? COMPLAINED_OF
        : state.accepted
          ? refuse('already_accepted', '已经接受了', 'the case has been accepted already')
          : undefined,
  events: () => [event('accepted', {})],
});

export const respond = decision({
  name: 'respond',
  label: { zh: '响应客户', en: 'respond' },
  about:
    'A person has spoken to the customer for the first time: stops the first-response promise. Later contacts too.',
  texts: ['text'],
  fields: (text) => ({
    via: z.enum(['phone', 'mail', 'sms', 'chat', 'wechat', 'counter', 'other']),
    text: text(8_000).describe('what was said; with `mail` it is sent to the customer as it stands'),
  }),
  stages: ['grade', 'assign', 'resolve'],
  who: working,
  events: (state, input, { actor }) => [
    ...(!state.accepted && isOwner(actor, state) && !state.owner?.provisional ? [event('accepted', {})] : []),
    event('responded', { via: input.via, text: input.text }),
  ],
});

export const addEvidence = decision({
  name: 'addEvidence',
  label: { zh: '添加证据', en: 'add evidence' },
  about: 'Attaches a file that has been uploaded through the evidence route.',
  texts: ['note'],
  fields: (text) => ({
    evidenceId: z.uuid(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    note: text(2_000).optional(),
  }),
  stages: OPEN,
  who: () => undefined,
  check: (state, input) =>
    state.evidence.includes(input.evidenceId)
      ? refuse('known_evidence', '这份证据已经在案', 'this evidence is in the case already')
      : undefined,
  events: (_state, input) => [event('evidenceAdded', input)],
});

export const pause = decision({
  name: 'pause',
  label: { zh: '暂停', en: 'pause' },
  about:
    'Stops the house promises while we wait for the customer, parts or a third party, until a stated time at most.',
  texts: ['note'],
  fields: (text, { moment }) => ({
    reason: z.enum(['customer', 'parts', 'third_party']),
    until: moment.describe('resumes by itself then; 30 days at most'),
    note: text(2_000),
  }),
  stages: ['assign', 'resolve'],
  who: working,
  ready: (state) => (state.paused ? refuse('already_paused', '已经暂停', 'the case is paused already') : undefined),
  check: (_state, input, { at }) => {
    const ms = Date.parse(input.until) - Date.parse(at);
    return ms <= 0 || ms > 30 * 86_400_000
      ? refuse('until', '恢复时间须在今后30天内', 'the time to resume must lie within the next 30 days')
      : undefined;
  },
  events: (_state, input) => [
    event('paused', { reason: input.reason, until: new Date(input.until).toISOString(), note: input.note }),
  ],
});

export const resume = decision({
  name: 'resume',
  label: { zh: '恢复', en: 'resume' },
  about: 'Lets the promises run again; the time stood still is given back.',
  fields: () => ({}),
  stages: ['assign', 'resolve'],
  who: working,
  ready: (state) => (state.paused ? undefined : refuse('not_paused', '案件没有暂停', 'the case is not paused')),
  events: () => [event('resumed', { because: 'decision' })],
});

export const chase = decision({
  name: 'chase',
  label: { zh: '催办', en: 'chase' },
  about: 'Presses for progress: counted, rate-limited, told to the owner and their supervisor.',
  texts: ['note'],
  fields: (text) => ({ note: text(1_000).optional() }),
  stages: ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit'],
  who: () => undefined,
  ready: (state, { at, policy }) => {
    const { lastAt, today } = state.chases;
    if (lastAt === undefined) return undefined;
    const gap = policy.chase.minGap;
    const gapMs = gap.value * { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }[gap.unit];
    if (Date.parse(at) - Date.parse(lastAt) < gapMs) {
      return refuse(
        'chase_gap',
        '刚刚催办过，负责人和主管已经看到',
        'it has just been chased; the owner and their lead have seen it',
      );
    }
    return isChasedOn(state, at) && today >= policy.chase.perDay
      ? refuse(
          'chase_limit',
          `今天已催办${today}次，明天可以再催`,
          `chased ${today} times today; possible again tomorrow`,
        )
      : undefined;
  },
  events: (state, input) => [event('chased', { count: state.chases.count + 1, note: input.note })],
});

/** What a law or a regulator lets be extended, by whom and how often, is said by the policy. */
function extensionRefusal(clock: Clock, actor: Actor, policy: Policy): Refusal | undefined {
  const extension = policy.clocks?.find(({ id }) => id === clock.id)?.extension;
  if (!extension) {
    return refuse('no_extension', '这个时限不允许延期', 'this time limit cannot be extended');
  }
  if (!atLeast(actor, extension.by)) {
    return refuse('extension_role', '延期要由更高一级批准', `an extension of this time limit needs a ${extension.by}`);
  }
  return clock.version > extension.times
    ? refuse('extended_enough', `最多延期${extension.times}次`, `it may be extended ${extension.times} time(s) at most`)
    : undefined;
}

/** An extension that was a slip is put right by an earlier date; the promise as it was before it stands. */
const isCorrection = ({ beforeExtension, dueAt }: Clock, due: number, now: number): boolean =>
  beforeExtension !== undefined && due > now && due < Date.parse(dueAt) && due >= Date.parse(beforeExtension);

/** A year mistyped is noticed before the customer is told it. */
function tooLate(due: number, now: number, policy: Policy): Refusal | undefined {
  const within = durationMs(extensionWithin(policy));
  const days = Math.floor(within / 86_400_000);
  return due - now > within
    ? refuse(
        'too_far',
        days > 0 ? `一次最多延到今后 ${days} 天内，请检查年份和日期` : '新的时间超出了规则允许的延期',
        days > 0
          ? `a promise is extended by ${days} days from now at most; check the year and the date`
          : 'the new time is further ahead than the policy lets a promise be extended',
      )
    : undefined;
}

export const extend = decision({
  name: 'extend',
  label: { zh: '延期', en: 'extend' },
  about:
    'Moves the due time of a promise, with approver, reason and new date; the customer is told. An extension by mistake is put right by an earlier date.',
  texts: ['reason'],
  fields: (text, { moment }) => ({
    promise: z.enum(['resolution', 'help', 'followUp', 'revisit', 'review', 'further']),
    clock: z
      .string()
      .max(60)
      .optional()
      .describe('which one, where several are open (`help:h2`), or which further clock'),
    dueAt: moment,
    reason: text(2_000),
  }),
  stages: OPEN,
  who: leading,
  check: (state, input, { at, actor, policy }) => {
    const clock = state.clocks[input.clock ?? input.promise];
    if (!clock || clock.promise !== input.promise || clock.status !== 'running') {
      return refuse('no_such_promise', '没有在走的这个承诺', 'no such promise is running');
    }
    const due = Date.parse(input.dueAt);
    const corrects = isCorrection(clock, due, Date.parse(at));
    const limited = clock.promise === 'further' && !corrects ? extensionRefusal(clock, actor, policy) : undefined;
    if (limited) return limited;
    const late = hasRule(state, 'soundDates') ? tooLate(due, Date.parse(at), policy) : undefined;
    if (late || corrects) return late;
    if (due > Date.parse(at) && due > Date.parse(clock.dueAt)) return undefined;
    return clock.beforeExtension === undefined
      ? refuse('due', '新的时间须晚于现在和原定时间', 'the new time must be later than now and than the old one')
      : refuse(
          'due',
          '新的时间须晚于现在，且不早于延期之前的时间，也不能与现在的时间相同',
          'the new time must be later than now, no earlier than the date before it was extended, and not the present one',
        );
  },
  events: (state, input, { at, policy }) => {
    const clock = state.clocks[input.clock ?? input.promise];
    if (!clock) return [];
    const dueAt = new Date(input.dueAt).toISOString();
    return [
      event('promiseMoved', {
        clock: clock.id,
        version: clock.version + 1,
        dueAt,
        ...extendedPlan(state, policy, clock, dueAt, at),
        because: 'extended',
        reason: input.reason,
      }),
    ];
  },
});

export const fillForm = decision({
  name: 'fillForm',
  label: { zh: '填写表单', en: 'fill in a form' },
  about: 'Fills in a form of the policy; some decisions wait for it. Filled in again, the newer values count.',
  texts: ['values'],
  fields: (text, { number }) => ({
    form: z.string().regex(SLUG),
    values: z
      .union([text(40_000), z.record(z.string().max(40), z.union([z.string(), number, z.boolean()]))])
      .describe('field by field, as the form types them'),
  }),
  stages: ['grade', 'assign', 'resolve', 'feedback', 'revisit', 'review'],
  who: working,
  ready: (_state, { policy }) =>
    policy.forms ? undefined : refuse('no_forms', '本流程没有表单', 'this process has no forms'),
  check: (_state, input, { policy }) =>
    !policy.forms?.some(({ id }) => id === input.form)
      ? refuse('no_such_form', '没有这张表单', 'there is no such form')
      : textRefSchema.safeParse(input.values).success
        ? undefined
        : refuse('form_values', '表单请在系统里填写', 'a form is filled in at the desk or by the API'),
  events: (_state, input) => [event('formFilled', { form: input.form, values: textRefSchema.parse(input.values) })],
});

export const movePolicy = decision({
  name: 'movePolicy',
  label: { zh: '改用新版规则', en: 'move to another policy' },
  about:
    'Moves a running case to another published version of the policy. Promises are planned anew; what is broken or over stays as it is.',
  fields: () => ({
    to: policyVersion,
    policy: policySchema.optional().describe('that version; the API fills it in'),
  }),
  stages: OPEN,
  who: (actor) => (atLeast(actor, 'manager') ? undefined : FORBIDDEN),
  check: (state, input) =>
    input.policy?.version !== input.to
      ? refuse('no_such_policy', '没有这个版本的规则', 'no such version of the policy is published')
      : input.to === state.policyVersion
        ? refuse('same_policy', '案件已经在这个版本下', 'the case is under that version already')
        : undefined,
  events: (state, input) => [event('policyMoved', { from: state.policyVersion, to: input.to })],
  policy: (input) => input.policy,
});

/** The same whether there is no such case or one that is not theirs to see. */
export const MERGE_UNKNOWN = refuse(
  'merge_unknown',
  '没有这件要并入的案件，或您无权查看；请核对编号',
  'there is no such case to merge into, or it is not yours to see; check the number',
);

export const merge = decision({
  name: 'merge',
  label: { zh: '并入', en: 'merge' },
  about: 'Closes this case as a duplicate of another, which goes on for both.',
  texts: ['reason'],
  fields: (text) => ({
    into: z.string().max(64).transform(readCaseNumber).pipe(z.string().regex(CASE_NO)),
    reason: text(2_000),
  }),
  stages: ['receive', 'grade', 'assign', 'resolve'],
  who: working,
  ready: (state) =>
    state.absorbed.length > 0
      ? refuse(
          'has_absorbed',
          '别的案件已并入本案，不能再并入其他案件',
          'other cases were merged into this one; it cannot be merged away',
        )
      : undefined,
  check: (state, input) =>
    input.into === state.caseNo ? refuse('self', '不能并入自己', 'a case cannot be merged into itself') : undefined,
  events: (_state, input) => [event('merged', { into: input.into, reason: input.reason })],
  // Two cases cannot be merged into each other.
  before: ({ into }) => ({ claimMerge: { into } }),
});

export const withdraw = decision({
  name: 'withdraw',
  label: { zh: '撤诉', en: 'withdraw' },
  about: 'The customer takes the complaint back; recorded in their words.',
  texts: ['reason'],
  fields: (text) => ({ reason: text(2_000) }),
  stages: ['receive', 'grade', 'assign', 'resolve'],
  who: (actor, state) => (actor.kind === 'customer' ? undefined : working(actor, state)),
  events: (_state, input) => [event('withdrawn', { reason: input.reason })],
});

export const note = decision({
  name: 'note',
  label: { zh: '备注', en: 'note' },
  about: 'An internal note; the customer never sees it.',
  texts: ['text'],
  fields: (text) => ({ text: text(8_000) }),
  // Calls of thanks, or from an authority, come after the end as well.
  stages: [...OPEN, 'archived'],
  who: (actor) => (actor.kind === 'staff' ? undefined : FORBIDDEN),
  events: (_state, input) => [event('noted', { text: input.text })],
});
