import type { Words } from '../basics/types';
import { isSoured, type CaseEvent } from '../case/events';
import type { CaseState } from '../case/state';
import type { MailKind } from '../policy/mail-kinds';
import { PROMISE_WORDS } from '../promises/names';

/** What a notice says, in one short line: what happened, and with that what its reader has to do with it. */
type Line = Words | ((event: CaseEvent, now: CaseState, reader: string) => Words);

const AGAIN: Words = { zh: '案件重新办理', en: 'The case is taken up again' };

/** The lines of the kinds that staff are told of. */
const LINES: Partial<Record<MailKind, Line>> = {
  assigned: placeWords,
  promiseWarned: ({ type, data }, now) =>
    type === 'promiseWarned' ? about({ zh: '快到期', en: 'Due soon' }, data.clock, now) : DUE,
  escalation: escalationWords,
  chased: ({ actor }) =>
    actor.kind === 'customer'
      ? { zh: '客户在催', en: 'The customer asks how it goes' }
      : { zh: '同事在催办', en: 'A colleague asks how it goes' },
  mentioned: { zh: '备注里提到您', en: 'A note mentions you' },
  helpRequested: { zh: '请您协助', en: 'Your help is asked for' },
  helpAnswered: { zh: '协助已有答复', en: 'The help you asked for has come' },
  approvalNeeded: { zh: '等您审批', en: 'Waits for your approval' },
  returned: { zh: '被退回', en: 'Sent back to you' },
  customerAnswered: ({ type, data }) =>
    type === 'customerAnswered' && data.accepted
      ? { zh: '客户接受方案', en: 'The customer accepts the solution' }
      : { zh: '客户不接受方案', en: 'The customer declines the solution' },
  customerSilent: { zh: '客户没有答复方案', en: 'The customer has not answered the solution' },
  reopened: ({ type, data }) =>
    type === 'roundOpened' ? { zh: `${AGAIN.zh}，第 ${data.round} 轮`, en: `${AGAIN.en}, round ${data.round}` } : AGAIN,
  customerWithdrew: { zh: '客户撤诉', en: 'The customer has withdrawn' },
  customerAdded: { zh: '客户补充了材料', en: 'The customer has added files' },
  customerWrote: { zh: '客户留言', en: 'The customer has written' },
  callBackWanted: { zh: '客户要求回电', en: 'The customer wants a call' },
  turnedWorse: { zh: '情况可能变严重', en: 'It may be getting worse' },
  resumed: { zh: '暂停结束，继续办理', en: 'The pause is over' },
  followUp: { zh: '请您做二次跟进', en: 'A second follow-up is yours' },
  actionPlanned: { zh: '纠正措施由您负责', en: 'A corrective action is yours' },
  actionDue: ({ type }) =>
    type === 'actionMeasured'
      ? { zh: '纠正措施没有达到效果', en: 'A corrective action had no effect' }
      : { zh: '纠正措施快到期', en: 'A corrective action is due soon' },
  mailFailed: ({ type, data }) =>
    type !== 'mailFailed' || data.by === undefined
      ? { zh: '有邮件没有送达', en: 'A mail did not arrive' }
      : data.by === 'wechat'
        ? data.unsure
          ? { zh: '不清楚给客户的微信消息到了没有', en: 'A WeChat message to the customer may not have arrived' }
          : { zh: '给客户的微信消息没有送达', en: 'A WeChat message to the customer did not arrive' }
        : data.unsure
          ? { zh: '不清楚给客户的短信到了没有', en: 'A text message to the customer may not have arrived' }
          : { zh: '给客户的短信没有送达', en: 'A text message to the customer did not arrive' },
  askByPhone: { zh: '请打电话问客户是否接受方案', en: 'Call the customer about the solution' },
  decisionRefused: { zh: '您的操作没有生效', en: 'A decision of yours had no effect' },
};

const DUE: Words = { zh: '快到期', en: 'Due soon' };

/** What a notice of this kind says of its event, in one line. @param reader user id of whoever reads it */
export function noticeWords(kind: MailKind, event: CaseEvent, now: CaseState, reader: string): Words {
  const line = LINES[kind] ?? { zh: '有新情况', en: 'News in the case' };
  const words = typeof line === 'function' ? line(event, now, reader) : line;
  return isSoured(event) ? { zh: `${words.zh}，语气转为不满`, en: `${words.en}, and sounds dissatisfied now` } : words;
}

/** With the name of the promise behind it. */
function about(words: Words, clock: string | undefined, now: CaseState): Words {
  const promise = clock === undefined ? undefined : now.clocks[clock]?.promise;
  if (promise === undefined) return words;
  const name = PROMISE_WORDS[promise];
  return { zh: `${words.zh}：${name.zh}`, en: `${words.en}: ${name.en}` };
}

function placeWords({ type, data }: CaseEvent, _now: CaseState, reader: string): Words {
  if (type === 'taskForceOpened') return data.members.includes(reader) ? JOINED : LEFT;
  if (type !== 'assigned' && type !== 'reassigned') return LEFT;
  if (data.owner === reader) {
    return type === 'assigned' && data.provisional
      ? { zh: '新投诉，请先联系客户', en: 'New complaint: reach the customer first' }
      : { zh: '案件由您负责', en: 'The case is yours' };
  }
  return data.taskForce.includes(reader) ? JOINED : LEFT;
}

const JOINED: Words = { zh: '请您参加专项小组', en: 'You are on the task force' };
const LEFT: Words = { zh: '案件已交给别人', en: 'The case went to somebody else' };

function escalationWords({ type, data, at }: CaseEvent, now: CaseState): Words {
  if (type !== 'escalated') return ESCALATED;
  const isAhead = data.dueAt !== undefined && at < data.dueAt;
  switch (data.because) {
    case 'promise':
      return about(isAhead ? DUE : { zh: '已超时', en: 'Overdue' }, data.clock, now);
    case 'rounds':
      return { zh: `已到第 ${now.round} 轮，仍没有解决`, en: `Round ${now.round}, and not solved` };
    case 'declined':
      return { zh: '客户再次不接受方案', en: 'The customer has declined again' };
    case 'unassigned':
      return { zh: '没有找到可以接手的人', en: 'Nobody was found to take it' };
    case 'action':
      return { zh: '纠正措施已超时', en: 'A corrective action is overdue' };
    case 'reopened':
      return { zh: '多次重启', en: 'Reopened again and again' };
    case 'repeat':
      return { zh: '重复投诉的客户', en: 'A customer who complained before' };
    case 'named':
      return { zh: '投诉里提到同事，请核实', en: 'It names a colleague: please find out' };
    case 'complainedOf':
      return { zh: '被投诉的人已退出', en: 'Whoever is complained of is out of it' };
    case 'gradedDown':
      return { zh: '定级低于建议，请您确认', en: 'Graded lower than suggested: please confirm' };
  }
}

const ESCALATED: Words = { zh: '升级', en: 'Escalation' };
