/**
 * What a case waits for, and its summary for Temporal UI.
 * @module
 */
import { notReady, stagesOf } from '../decisions/decide';
import type { DecisionContext, Refusal } from '../decisions/define';
import { DECISIONS, type DecisionName } from '../decisions/catalogue';
import { STAGE_WORDS, CATEGORY_WORDS, GRADE_WORDS, ROLE_WORDS } from '../basics/words';
import type { Policy } from '../policy/schema';
import { needsOwner } from '../staffing/owning';
import { needsRootCause } from '../process/follow/review';
import { isOpen, nextDue, promiseWords, type Clock } from '../promises/clock';
import { openActions, openHelpTasks, type CaseState } from '../case/state';
import type { Instant, Words } from '../basics/types';
import { wallTime, type FrozenZone } from '../time/house-day';

/** What a case waits for: the next decision, or what has to come before it. */
export interface Awaited {
  /** The next decision that somebody can take now; absent where only time or other events help. */
  decision?: DecisionName;
  words: Words;
}

/** What the case waits for and of whom, in one line: what a manager reads first. */
export const waitsFor = (state: CaseState, policy: Policy): Words => awaited(state, policy).words;

/**
 * What the case waits for. It never names a decision that would be refused: if the next one is not possible yet, it
 * says what that one waits for.
 */
export function awaited(state: CaseState, policy: Policy): Awaited {
  const next = nextOf(state, policy);
  if (next.decision === undefined) return next;
  // Judged for an admin who is not in the case: what even they may not decide has to wait for something else.
  const context = { actor: ANYBODY, at: state.lastAt, policy };
  const before = notReady(DECISIONS[next.decision], state, context);
  if (!before) return next;
  return before.code === 'open_help'
    ? { decision: 'answerHelp', words: openHelp(state) }
    : stoppedBy(before, state, context);
}

/** Nobody in particular, with the highest role. */
const ANYBODY = { kind: 'staff', id: '-', role: 'admin', team: '' } as const;

/**
 * A missing form can be filled in, so that is the next decision. All other refusals say in their words what is missing.
 */
const stoppedBy = ({ code, words }: Refusal, state: CaseState, context: DecisionContext): Awaited =>
  code === 'form_missing' && !notReady(DECISIONS.fillForm, state, context)
    ? { decision: 'fillForm', words }
    : { words };

function openHelp(state: CaseState): Words {
  const open = openHelpTasks(state).length;
  return { zh: `${open} 项协同任务的答复`, en: `${open} answer(s) of other departments` };
}

/** The next decision by stage and state, whether or not it is possible yet. */
function nextOf(state: CaseState, policy: Policy): Awaited {
  if (state.stage === 'archived') return { words: { zh: '已结束', en: 'ended' } };
  // A customer who waits for a call comes first, whatever else the case waits for.
  if (state.callBack) {
    const byPhone = stagesOf(DECISIONS.respond, state).includes(state.stage);
    return {
      decision: byPhone ? 'respond' : 'write',
      words: { zh: '给客户回电话', en: 'the customer to be called back' },
    };
  }
  if (state.paused) {
    const whom = {
      customer: ['客户', 'the customer'],
      parts: ['配件', 'parts'],
      third_party: ['第三方', 'a third party'],
    }[state.paused.reason] as [string, string];
    return { decision: 'resume', words: { zh: `已暂停，等${whom[0]}`, en: `paused, waiting for ${whom[1]}` } };
  }
  switch (state.stage) {
    case 'receive':
      return { words: { zh: '受理登记', en: 'being registered' } };
    case 'grade':
      return { decision: 'grade', words: { zh: '客服确认等级', en: 'an agent to confirm the grade' } };
    case 'assign':
      return assigning(state);
    case 'resolve':
      return resolving(state);
    case 'feedback':
      return state.followUp?.status === 'open'
        ? { decision: 'followUp', words: { zh: '二次跟进', en: 'a second follow-up' } }
        : { decision: 'recordSurvey', words: { zh: '客户评价', en: 'the customer to rate us' } };
    case 'revisit':
      return {
        decision: 'recordRevisit',
        words:
          state.revisit?.by === 'supervisor'
            ? { zh: '主管回访客户', en: 'a supervisor to revisit the customer' }
            : { zh: '回访客户', en: 'the customer to be revisited' },
      };
    case 'review':
      return reviewing(state, policy);
  }
}

function assigning(state: CaseState): Awaited {
  if (!needsOwner(state)) {
    return state.accepted
      ? { decision: 'reassign', words: { zh: '主管改派负责人', en: 'a supervisor to name another owner' } }
      : { decision: 'accept', words: { zh: '负责人接受', en: 'the owner to accept' } };
  }
  return state.accepted
    ? { decision: 'reassign', words: { zh: '改派负责人', en: 'another owner to be named' } }
    : { decision: 'assign', words: { zh: '分派负责人', en: 'an owner to be assigned' } };
}

/** What a held round waits for: a lead lets the owner go on, names another owner, or takes the case over. */
const forLead = ({ held, round }: CaseState): Words =>
  held?.because === 'rounds'
    ? { zh: `经理决定第 ${round} 轮怎么办理`, en: `a manager to decide how round ${round} goes on` }
    : {
        zh: '主管决定怎么继续（客户再次不接受方案）',
        en: 'a supervisor to decide how to go on: the customer declined again',
      };

function resolving(state: CaseState): Awaited {
  if (state.held) return { decision: 'approve', words: forLead(state) };
  if (state.notSubstantiated?.status === 'awaitingApproval') {
    return { decision: 'approve', words: { zh: '复核不成立的认定', en: 'a second look at the finding' } };
  }
  if (state.notSubstantiated?.status === 'confirmed') return RESOLVE;
  switch (state.proposal?.status) {
    case 'awaitingApproval':
      return { decision: 'approve', words: { zh: '审批方案', en: 'the proposal to be approved' } };
    case 'offered':
      return { decision: 'customerAnswer', words: { zh: '客户答复方案', en: 'the customer to answer the offer' } };
    case 'accepted':
      return { decision: 'carryOut', words: { zh: '执行方案', en: 'the solution to be carried out' } };
    case 'carriedOut':
      return RESOLVE;
    default:
      if (openHelpTasks(state).length > 0) return { decision: 'answerHelp', words: openHelp(state) };
      return state.respondedAt === undefined
        ? { decision: 'respond', words: { zh: '首次响应客户', en: 'the first response to the customer' } }
        : { decision: 'propose', words: { zh: '提出方案', en: 'a solution to be proposed' } };
  }
}

const RESOLVE: Awaited = { decision: 'resolve', words: { zh: '办结', en: 'the owner to resolve' } };

function reviewing(state: CaseState, policy: Policy): Awaited {
  const open = openActions(state).length;
  if (open > 0) return { words: { zh: `${open} 项纠正措施`, en: `${open} corrective action(s)` } };
  if (!state.rootCause && needsRootCause(state, policy)) {
    return { decision: 'recordRootCause', words: { zh: '根因分析', en: 'the root cause' } };
  }
  return state.rootCause?.systemic && state.actions.length === 0
    ? { decision: 'planAction', words: { zh: '制定纠正措施', en: 'a corrective action to be planned' } }
    : { decision: 'archive', words: { zh: '归档', en: 'the archive' } };
}

/** For cases from before they carried a zone: all houses were in mainland China then. */
const FORMER_ZONE: FrozenZone = { timeZone: 'Asia/Shanghai', offsets: [[0, 480]] };

const inBoth = ({ zh, en }: Words): string => (zh === en ? zh : `${zh} ${en}`);

const standingOf = (clock: Clock): string =>
  clock.status === 'paused' ? '已停 paused' : clock.breachedAt ? '**已超时 broken**' : '进行中 running';

/**
 * The summary of a running case in Temporal UI (Markdown), most urgent first because its pane is low: what the case
 * waits for, what is due next, its promises, the rest. People have ids only, since Temporal holds no names.
 */
export function casePage(state: CaseState, policy: Policy): string {
  const zone = state.zone ?? FORMER_ZONE;
  const at = (instant: Instant): string => wallTime(instant, zone);
  const due = nextDue(state.clocks);
  const wait = waitsFor(state, policy);
  const open = Object.values(state.clocks)
    .filter(isOpen)
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  const { owner } = state;
  const role = owner && (ROLE_WORDS as Record<string, Words | undefined>)[owner.role];
  const grade = `${inBoth(GRADE_WORDS[state.grade])}${state.gradeConfirmed ? '' : '（建议 suggested）'}`;
  return [
    `**等待 waits for: ${wait.zh} / ${wait.en}**${due ? ` · ${inBoth(promiseWords(due, policy))} ${at(due.dueAt)}` : ''}`,
    ...(open.length > 0
      ? [
          '',
          `| 承诺 promise | 状态 state | 到期 due (${zone.timeZone}) |`,
          '|---|---|---|',
          ...open.map(
            (clock) => `| ${inBoth(promiseWords(clock, policy))} | ${standingOf(clock)} | ${at(clock.dueAt)} |`,
          ),
        ]
      : []),
    '',
    `- 案件 case: **${state.caseNo}** · ${grade} · ${inBoth(CATEGORY_WORDS[state.category])}`,
    `- 阶段 stage: **${inBoth(STAGE_WORDS[state.stage])}**, 第 ${state.round} 轮 round ${state.round}`,
    `- 负责人 owner: ${owner ? `${role ? inBoth(role) : owner.role} · ${owner.team} (${owner.id})` : '还没有 nobody yet'}`,
    `- 最近一条记录 last entry: ${at(state.lastAt)}`,
  ].join('\n');
}
