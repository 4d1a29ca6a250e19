import type { MailKind } from '../../../domain/policy/mail-kinds';
import type { Words } from '../../../domain/basics/types';
import type { Reach } from '../mail-data';

/** The name of each kind of mail, for the notice to staff that one could not be delivered. */
export const MAIL_WORDS: Record<MailKind, Words> = {
  receipt: { zh: '受理回执', en: 'receipt' },
  progress: { zh: '进展', en: 'progress' },
  response: { zh: '答复', en: 'answer' },
  letter: { zh: '给客户的信', en: 'letter to the customer' },
  solution: { zh: '解决方案', en: 'solution' },
  solutionReminder: { zh: '方案提醒', en: 'reminder of the solution' },
  result: { zh: '处理结果', en: 'result' },
  survey: { zh: '评价邀请', en: 'survey' },
  surveyReminder: { zh: '评价提醒', en: 'reminder of the survey' },
  extension: { zh: '延期通知', en: 'new date' },
  closed: { zh: '办结通知', en: 'closing' },
  lostLink: { zh: '查询链接', en: 'progress link' },
  assigned: { zh: '分派', en: 'assignment' },
  promiseWarned: { zh: '到期提醒', en: 'due soon' },
  escalation: { zh: '升级', en: 'escalation' },
  chased: { zh: '催办', en: 'chase' },
  mentioned: { zh: '备注提到您', en: 'mention in a note' },
  helpRequested: { zh: '请求协助', en: 'request for help' },
  helpAnswered: { zh: '协助答复', en: 'answer to a request for help' },
  approvalNeeded: { zh: '待审批', en: 'approval' },
  returned: { zh: '退回', en: 'returned' },
  customerAnswered: { zh: '客户答复', en: "customer's answer" },
  customerSilent: { zh: '客户未答复', en: 'no answer' },
  reopened: { zh: '重新办理', en: 'taken up again' },
  customerWithdrew: { zh: '客户撤诉', en: 'withdrawal' },
  customerAdded: { zh: '客户补充材料', en: "customer's files" },
  customerWrote: { zh: '客户留言', en: "customer's message" },
  callBackWanted: { zh: '客户要求回电', en: 'call wanted' },
  turnedWorse: { zh: '情况可能变严重', en: 'turn for the worse' },
  resumed: { zh: '恢复办理', en: 'end of the pause' },
  followUp: { zh: '二次跟进', en: 'second follow-up' },
  actionPlanned: { zh: '纠正措施', en: 'corrective action' },
  actionDue: { zh: '措施到期', en: 'corrective action due' },
  mailFailed: { zh: '邮件未送达', en: 'mail not delivered' },
  askByPhone: { zh: '请电话询问客户', en: 'ask the customer by phone' },
  decisionRefused: { zh: '操作没有生效', en: 'a decision without effect' },
};

/** Ways of being reached that a customer can ask for, by the channel's name; others are not mentioned. */
const PREFERRED: Record<string, Words> = {
  phone: { zh: '电话', en: 'a call' },
  mail: { zh: '邮件', en: 'e-mail' },
  sms: { zh: '短信', en: 'text message' },
  wechat: { zh: '微信', en: 'WeChat' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  chat: { zh: '在线客服', en: 'chat' },
  visit: { zh: '上门', en: 'a visit' },
};

/** How the customer can be reached. Number and address stay in the case, where access is checked. */
export function reachWords({ phone, email, preferred }: Reach): Words {
  const ways = {
    zh: phone
      ? email
        ? '电话、邮箱'
        : '只有电话，没有邮箱，信发不到，请打电话告诉客户'
      : email
        ? '只有邮箱'
        : '没有留电话和邮箱',
    en: phone
      ? email
        ? 'phone and e-mail'
        : 'phone only; no letter of ours arrives, so tell the customer by phone'
      : email
        ? 'e-mail only'
        : 'neither phone nor e-mail',
  };
  const wish = preferred === undefined ? undefined : PREFERRED[preferred];
  const kept =
    phone || email ? { zh: '（号码、地址见案件）', en: ' (number and address are in the case)' } : { zh: '', en: '' };
  return {
    zh: `${ways.zh}${wish ? `；客户希望用${wish.zh}` : ''}${kept.zh}`,
    en: `${ways.en}${wish ? `; prefers ${wish.en}` : ''}${kept.en}`,
  };
}
