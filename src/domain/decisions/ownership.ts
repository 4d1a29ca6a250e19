/**
 * Decisions about who owns a case and who is on its task force.
 * @module
 */
import { mayOwn, MAY_OWN_ANY, needsOwner } from '../staffing/owning';
import { leading, ownedBy, COMPLAINED_OF_FORBIDDEN } from './guards';
import { z } from 'zod';
import { event } from '../case/events';
import { shortText } from '../basics/free-text';
import { staffId } from '../basics/schemas';
import { atLeast, isComplainedOf, isOwner } from '../case/permissions';
import type { Policy } from '../policy/schema';
import { ROLES } from '../basics/types';
import { GRADE_WORDS } from '../basics/words';
import { hasRule } from '../case/revision';
import type { CaseState } from '../case/state';
import { COMPLAINED_OF, decision, refuse, roleNeeded, type Refusal } from './define';

/** Free of control characters: a NUL would be refused by Postgres only after the decision was taken. */
const team = shortText(40);

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

/**
 * Refuses an owner who is complained of, is a colleague of another department, or may not own a case of this grade
 * (`mayOwn`).
 */
function ownerRefusal(state: CaseState, owner: string, role: string): Refusal | undefined {
  if (state.against.includes(owner)) {
    return refuse(
      'complained_of',
      '客户投诉的是{owner}，不能负责这件投诉；请换一位',
      'the complaint is about {owner}, who cannot own it; choose somebody else',
      { people: { owner } },
    );
  }
  if (!(MAY_OWN_ANY as readonly string[]).includes(role)) {
    return refuse(
      'owner_role',
      '{owner}是其他部门的同事，不能负责案件；可请其协助',
      '{owner} is a colleague of another department and cannot own a case; ask them for help instead',
      { people: { owner } },
    );
  }
  if (!mayOwn(role, state.grade)) {
    return refuse(
      'owner_role',
      `${GRADE_WORDS[state.grade].zh}投诉要由主管或以上负责，{owner}是客服；请换一位`,
      `a complaint graded ${GRADE_WORDS[state.grade].en} is owned by a supervisor or higher, and {owner} is an agent; choose somebody else`,
      { people: { owner } },
    );
  }
  return undefined;
}

/** The task force under a new owner: the one given, else the present members (rule `taskForceStays`). */
const taskForceUnder = (state: CaseState, owner: string, given: string[] | undefined): string[] =>
  given ?? (hasRule(state, 'taskForceStays') ? state.taskForce.filter((id) => id !== owner) : []);

/** Refuses a task force with somebody on it who is complained of. */
function partialTaskForce(
  state: CaseState,
  taskForce: readonly string[] = [],
  { routing }: Policy,
): Refusal | undefined {
  const member = taskForce.find((id) => state.against.includes(id));
  return (routing || hasRule(state, 'impartial')) && member !== undefined
    ? refuse(
        'complained_of',
        '客户投诉的是{member}，不能参加专项小组；请换一位',
        'the complaint is about {member}, who cannot join the task force; choose somebody else',
        { people: { member } },
      )
    : undefined;
}

/**
 * Whether the assignment would leave everything as it is: the same owner, not provisionally, and the same task force.
 */
const changesNothing = ({ owner, taskForce }: CaseState, given: { owner: string; taskForce?: string[] }): boolean =>
  owner?.id === given.owner &&
  !owner.provisional &&
  (given.taskForce === undefined ||
    (given.taskForce.length === taskForce.length && given.taskForce.every((id) => taskForce.includes(id))));

const sameOwner = (state: CaseState): Refusal =>
  refuse(
    'same_owner',
    '案件已由{owner}负责，不用再分派；要换人请另选一位',
    'the case is owned by {owner} already; to hand it on choose somebody else',
    ownedBy(state),
  );

export const assign = decision({
  name: 'assign',
  label: { zh: '分派', en: 'assign' },
  about: 'Names the owner (for a major complaint the lead of the task force) while nobody has accepted the case.',
  fields: () => ownerFields,
  stages: ['assign', 'resolve'],
  who: (actor, state) =>
    isComplainedOf(actor, state)
      ? COMPLAINED_OF_FORBIDDEN
      : atLeast(actor, 'agent')
        ? undefined
        : roleNeeded('agent', actor),
  ready: (state, { policy }) =>
    state.accepted || (state.stage === 'resolve' && state.respondedAt !== undefined)
      ? refuse('already_accepted', '已经有人接受了，请用改派', 'somebody has accepted the case already; use reassign')
      : // Under a policy that routes, only the first assignment counts: a second must not take the case from its owner.
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
      return refuse(
        'assign_self_only',
        '客服只能把案件分派给自己；要交给别人请找主管',
        'an agent may assign a case to themselves only; a supervisor gives it to others',
      );
    }
    if (hasRule(state, 'sameOwner') && changesNothing(state, input)) return sameOwner(state);
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
    // An owner who turned out to be complained of has lost the case; past stage `assign` it is handed on here, without
    // an owner.
    state.owner === undefined && !(hasRule(state, 'impartial') && state.stage !== 'assign')
      ? refuse('no_owner', '还没有负责人，请先分派', 'there is no owner yet; assign the case first')
      : undefined,
  check: (state, input, { policy }) =>
    input.owner === state.owner?.id
      ? sameOwner(state)
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
    isOwner(actor, state)
      ? undefined
      : state.owner
        ? refuse(
            'not_owner',
            '案件由{owner}负责，只有负责人可以接受；要自己办理请主管改派',
            'the case is owned by {owner}, and only the owner accepts it; a supervisor may reassign it to you',
            ownedBy(state),
          )
        : refuse(
            'not_owner',
            '案件还没有负责人，只有负责人可以接受；请先分派',
            'the case has no owner yet, and only the owner accepts it; assign it first',
          ),
  ready: (state, { actor, policy }) =>
    state.owner === undefined || state.owner.provisional
      ? refuse('no_owner', '还没有分派负责人，请先分派', 'the case has no owner yet; assign it first')
      : policy.routing && isComplainedOf(actor, state)
        ? COMPLAINED_OF
        : state.accepted
          ? refuse(
              'already_accepted',
              '您已经接受了这件案件，可以直接办理',
              'you have accepted the case already; go on with it',
            )
          : undefined,
  events: () => [event('accepted', {})],
});
