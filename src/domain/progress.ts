import { isOpen, nextDue } from './promises';
import { openActions, openHelpTasks, type CaseState } from './state';
import type { Stage, Words } from './types';

/** What a case waits for, in plain words and for whom; the one line a manager reads first. */
export function waitsFor(state: CaseState): Words {
  if (state.stage === 'archived') return { zh: '已结束', en: 'ended' };
  if (state.paused) {
    const whom = {
      customer: ['客户', 'the customer'],
      parts: ['配件', 'parts'],
      third_party: ['第三方', 'a third party'],
    }[state.paused.reason] as [string, string];
    return { zh: `已暂停，等${whom[0]}`, en: `paused, waiting for ${whom[1]}` };
  }
  switch (state.stage) {
    case 'receive':
      return { zh: '受理登记', en: 'being registered' };
    case 'grade':
      return { zh: '客服确认等级', en: 'an agent to confirm the grade' };
    case 'assign':
      return state.owner && !state.owner.provisional
        ? { zh: '负责人接受', en: 'the owner to accept' }
        : { zh: '分派负责人', en: 'an owner to be assigned' };
    case 'resolve':
      return resolving(state);
    case 'feedback':
      return state.followUp?.status === 'open'
        ? { zh: '二次跟进', en: 'a second follow-up' }
        : { zh: '客户评价', en: 'the customer to rate us' };
    case 'revisit':
      return state.revisit?.by === 'supervisor'
        ? { zh: '主管回访客户', en: 'a supervisor to revisit the customer' }
        : { zh: '回访客户', en: 'the customer to be revisited' };
    case 'review':
      return openActions(state).length > 0
        ? { zh: `${openActions(state).length} 项纠正措施`, en: `${openActions(state).length} corrective action(s)` }
        : state.rootCause
          ? { zh: '归档', en: 'the archive' }
          : { zh: '根因分析', en: 'the root cause' };
  }
}

function resolving(state: CaseState): Words {
  if (state.notSubstantiated?.status === 'awaitingApproval') {
    return { zh: '复核不成立的认定', en: 'a second look at the finding' };
  }
  switch (state.proposal?.status) {
    case 'awaitingApproval':
      return { zh: '审批方案', en: 'the proposal to be approved' };
    case 'offered':
      return { zh: '客户答复方案', en: 'the customer to answer the offer' };
    case 'accepted':
      return { zh: '执行方案', en: 'the solution to be carried out' };
    case 'carriedOut':
      return { zh: '办结', en: 'the owner to resolve' };
    default: {
      const open = openHelpTasks(state).length;
      if (open > 0) return { zh: `${open} 项协同任务的答复`, en: `${open} answer(s) of other departments` };
      return state.respondedAt === undefined
        ? { zh: '首次响应客户', en: 'the first response to the customer' }
        : { zh: '提出方案', en: 'a solution to be proposed' };
    }
  }
}

/** The card that Temporal UI shows of a running case. Ids, grades and times only. */
export function casePage(state: CaseState, stageWords: Record<Stage, Words>): string {
  const stage = stageWords[state.stage];
  const due = nextDue(state.clocks);
  const wait = waitsFor(state);
  const rows = Object.values(state.clocks)
    .filter(isOpen)
    .map((clock) => {
      const standing = clock.status === 'paused' ? '已停 paused' : clock.breachedAt ? '已超 broken' : '在走 running';
      return `| ${clock.id} | ${standing} | ${clock.dueAt} |`;
    });
  return [
    `**${state.caseNo}** · ${state.grade} · ${state.category}${state.gradeConfirmed ? '' : ' (建议 suggested)'}`,
    '',
    `- 阶段 stage: **${stage.zh} ${stage.en}**, 第 ${state.round} 轮 round ${state.round}`,
    `- 负责人 owner: ${state.owner ? `${state.owner.id} (${state.owner.team})` : '–'}`,
    `- 等待 waits for: **${wait.zh}** / ${wait.en}`,
    `- 下一承诺 next due: ${due ? `${due.id} ${due.dueAt}` : '–'}`,
    ...(rows.length > 0 ? ['', '| 承诺 promise | 状态 state | 到期 due (UTC) |', '|---|---|---|', ...rows] : []),
  ].join('\n');
}
