/**
 * The reference of mails: which there are, what causes each, who reads it, and when it is held back.
 * @module
 */
import { MAIL_WORDS } from '../../domain/policy/mail-words';
import type { Words } from '../../domain/basics/types';
import { isReminder, MAIL_KINDS, type MailKind } from '../../domain/policy/mail-kinds';
import { MAIL_VALUES } from '../../domain/policy/wording';
import { code, page, table, type Tongue } from './markdown';

const INTRO: Words = {
  en: [
    'Every kind of mail, in the order of `MAIL_KINDS` (`src/domain/policy/mail-kinds.ts`). Most are planned by `messagesFor` (`src/domain/process/notices.ts`) in the transaction of the event that causes them. Three are not: `lostLink` (somebody asks for it), `askByPhone` (the relay finds that the customer has no mail address) and `decisionRefused` (the watch finds that a stored decision was refused). A mail to the admins about cases that do not go on by themselves (`stuck`) belongs to no case and is no kind of its own.',
    'Every mail to staff has one button, which opens its case on the desk (`caseUrl`), with the form of the decision it asks for where there is one (`src/domain/views/asked.ts`); a mail of many notices opens My day. Whoever is not signed in signs in first.',
    'A policy may put its own words into any of them; the last column names the values it may use. A simple complaint costs its customer four mails: receipt, answer, result, closing.',
  ].join('\n\n'),
  zh: [
    '全部邮件种类，按 `MAIL_KINDS`（`src/domain/policy/mail-kinds.ts`）的顺序。多数由 `messagesFor`（`src/domain/process/notices.ts`）排定，和引起它的事件在同一个事务里。三种例外：`lostLink`（有人索取）、`askByPhone`（发送时发现客户没有邮箱）、`decisionRefused`（巡查发现存下的决定被拒绝）。给管理员的“案件自己走不下去”（`stuck`）不属于任何案件，也不是单独的种类。',
    '给员工的每封邮件都有一个按钮，打开工作台上的这件案件（`caseUrl`）；需要对方做决定的，同时打开那个决定的表单（`src/domain/views/asked.ts`）；合并的邮件打开“我的一天”。没有登录的先登录。',
    '规则可以给任何一种换上自己的措辞；最后一列是可以用的值。一件简单的投诉，客户收到四封邮件：受理回执、答复、处理结果、办结通知。',
  ].join('\n\n'),
};

const HELD: Words = {
  en: [
    'What holds a mail back or leaves it out when its turn comes:',
    [
      '- **gathered**: a reminder. A reader gets the first at once and what follows in one mail a minute later, inside their shifts or working hours; of a major case at once, to whoever is on duty.',
      '- **told by text message** (`by_sms`): the customer wants these, or left a number alone, and the house has a gateway ([Text messages](architecture/sms.md)). When the text message fails the mail goes after all.',
      '- **told on WeChat** (`by_wechat`): the customer came by an official account, and neither they nor whoever handles the case want another way. When the message fails the mail goes, if there is an address.',
      '- **nothing new** (`isNoNews`, `src/channels/mail/news.ts`): it would say what the reader knows already, as that work begins under the handler and dates of the receipt.',
      '- **out of date** (`isMoot`, there too): what it says is not so any more when it leaves.',
      '- **other readers** (`src/channels/mail/duty.ts`): somebody on leave is stood in for; what was meant for the owner goes to whoever owns the case by then; whoever is complained of gets nothing.',
      '- **too many**: above the limits of `docs/operating.md`, all wait, and the log says so.',
    ].join('\n'),
  ].join('\n\n'),
  zh: [
    '轮到发送时，什么会让它等待或不发：',
    [
      '- **合并**：属于提醒。一个人的第一条立刻发，随后的一分钟后合成一封，只在其班次或工作时间内；重大投诉立刻发给值班的人。',
      '- **改用短信**（`by_sms`）：客户要短信，或只留了电话，而且单位接好了短信网关（[Text messages](architecture/sms.md)）。短信没送到时，邮件照发。',
      '- **改用微信**（`by_wechat`）：客户从公众号来，本人和办理的人也没有要别的方式。微信没送到时，有邮箱的邮件照发。',
      '- **没有新内容**（`isNoNews`，`src/channels/mail/news.ts`）：收件人已经知道，例如开始处理时负责人和日期仍是回执里的。',
      '- **已过时**（`isMoot`，同一文件）：发出时所说的已经不成立。',
      '- **换人收**（`src/channels/mail/duty.ts`）：请假的人由代班人收；给负责人的，发给当时的负责人；被投诉的人什么都收不到。',
      '- **太多**：超过 `docs/operating.md` 的限度时全部等待，日志会写明。',
    ].join('\n'),
  ].join('\n\n'),
};

const HEAD: Words = {
  en: 'kind|中文|what causes it|who reads it|gathered|values',
  zh: '种类|English|什么引起|谁收|合并|可用的值',
};

const CUSTOMER: Words = { en: 'customer', zh: '客户' };
const OWNER: Words = { en: 'owner', zh: '负责人' };

/** What causes each kind, and who reads it. */
const ABOUT: Record<MailKind, { cause: Words; to: Words }> = {
  receipt: { cause: { en: 'the complaint is received', zh: '投诉已受理' }, to: CUSTOMER },
  progress: {
    cause: {
      en: 'work begins, or the case was merged into another one',
      zh: '开始处理，或并入另一件',
    },
    to: CUSTOMER,
  },
  response: { cause: { en: 'an answer is written by mail', zh: '以邮件答复客户' }, to: CUSTOMER },
  letter: {
    cause: { en: 'somebody who works on the case writes to the customer', zh: '办理的人写信给客户' },
    to: CUSTOMER,
  },
  solution: { cause: { en: 'a solution is offered', zh: '向客户提出方案' }, to: CUSTOMER },
  solutionReminder: {
    cause: { en: 'the offer is still unanswered, before its time is over', zh: '期限将到而客户还没有答复方案' },
    to: CUSTOMER,
  },
  result: {
    cause: { en: 'the case is resolved; holds the link to the survey', zh: '处理完毕；附评价链接' },
    to: CUSTOMER,
  },
  survey: {
    cause: {
      en: 'only cases of older versions; the link is in the result now',
      zh: '只有旧版本的案件；现在链接在结果邮件里',
    },
    to: CUSTOMER,
  },
  surveyReminder: { cause: { en: 'the survey is still unanswered', zh: '客户还没有评价' }, to: CUSTOMER },
  extension: {
    cause: {
      en: 'a date that was promised to the customer has moved: extended, paused, resumed, regraded, moved to another policy',
      zh: '答应客户的日期变了：延期、暂停、恢复、改等级、改用新版规则',
    },
    to: CUSTOMER,
  },
  closed: { cause: { en: 'the case is archived', zh: '案件归档' }, to: CUSTOMER },
  lostLink: { cause: { en: 'somebody has lost the link and asks for it', zh: '客户丢了链接，索取新的' }, to: CUSTOMER },
  assigned: {
    cause: { en: 'an owner or task force is named, changed or left', zh: '确定、更换或离开负责人和专项小组' },
    to: { en: 'owner, task force, and whoever is out of it', zh: '负责人、专项小组，和不再参与的人' },
  },
  promiseWarned: {
    cause: { en: 'a promise is due soon', zh: '承诺快到期' },
    to: {
      en: 'owner; of a task whoever has it as well; of an approval whoever may give it',
      zh: '负责人；协助任务还有承办人；审批则是可以审批的人',
    },
  },
  escalation: {
    cause: {
      en: 'a promise is broken or a step of its chain is due; or a matter goes to whoever leads (rounds, declined offers, a lowered grade, a named colleague)',
      zh: '承诺超时或升级链到了一步；或需要上报（多轮、拒绝方案、调低等级、涉及同事）',
    },
    to: { en: 'as the chain says; never whose delay it is', zh: '按升级链；不发给延误的本人' },
  },
  chased: {
    cause: { en: 'somebody presses for progress', zh: '有人催办' },
    to: { en: 'owner, supervisor', zh: '负责人、主管' },
  },
  mentioned: {
    cause: { en: 'a note names somebody by @', zh: '备注用 @ 提到同事' },
    to: { en: 'whoever is named', zh: '提到的人' },
  },
  helpRequested: {
    cause: { en: 'a department is asked for help', zh: '请其他部门协助' },
    to: { en: 'the colleague named, else the department', zh: '指定的同事；没有指定则全部门' },
  },
  helpAnswered: { cause: { en: 'the department has answered', zh: '协助部门已答复' }, to: OWNER },
  approvalNeeded: {
    cause: {
      en: 'a proposal is above the limit, or a complaint was found not substantiated',
      zh: '方案超过额度，或认定不成立',
    },
    to: { en: 'those who may approve it, not its proposer', zh: '可以审批的人，提出者除外' },
  },
  returned: { cause: { en: 'it was sent back, with the reason', zh: '被退回，附理由' }, to: OWNER },
  customerAnswered: { cause: { en: 'the customer answered the offer', zh: '客户答复了方案' }, to: OWNER },
  customerSilent: { cause: { en: 'the time to answer the offer is over', zh: '答复方案的时间已过' }, to: OWNER },
  reopened: {
    cause: { en: 'the case goes into another round', zh: '案件再开一轮' },
    to: { en: 'owner; supervisor, if it was reopened', zh: '负责人；客户要求继续办理时还有主管' },
  },
  customerWithdrew: { cause: { en: 'the customer withdrew', zh: '客户撤回投诉' }, to: OWNER },
  customerAdded: {
    cause: { en: 'the customer added files after the grading', zh: '定级之后客户补充了材料' },
    to: OWNER,
  },
  customerWrote: { cause: { en: 'the customer has written', zh: '客户留言' }, to: OWNER },
  callBackWanted: { cause: { en: 'the customer wants to be called', zh: '客户要求回电' }, to: OWNER },
  turnedWorse: {
    cause: {
      en: 'what the customer has written suggests a higher grade, or speaks of a danger for the first time',
      zh: '客户的留言提示更高的等级，或第一次提到危险',
    },
    to: { en: 'owner; of a danger the supervisor as well', zh: '负责人；涉及危险时还有主管' },
  },
  resumed: { cause: { en: 'the time is over for which the case was paused', zh: '暂停的时间已到' }, to: OWNER },
  followUp: {
    cause: { en: 'a low score needs a second follow-up', zh: '评分低，需要二次跟进' },
    to: { en: 'whoever is to make it', zh: '指定跟进的人' },
  },
  actionPlanned: {
    cause: { en: 'a corrective action is planned', zh: '安排了纠正措施' },
    to: { en: 'its owner', zh: '措施负责人' },
  },
  actionDue: {
    cause: {
      en: 'a corrective action is due soon, or had no effect',
      zh: '纠正措施快到期，或没有效果',
    },
    to: { en: 'its owner; without effect the supervisor as well', zh: '措施负责人；没有效果时还有主管' },
  },
  mailFailed: { cause: { en: 'a mail could not be delivered', zh: '有邮件没有送达' }, to: OWNER },
  askByPhone: {
    cause: { en: 'a solution waits for a customer without mail address', zh: '方案在等答复，而客户没有邮箱' },
    to: OWNER,
  },
  decisionRefused: {
    cause: { en: 'a decision answered 202 was refused when its turn came', zh: '答了 202 的决定，轮到时被拒绝' },
    to: { en: 'whoever took it', zh: '做决定的人' },
  },
};

/** The reference of mails, in one language. */
export function mailsPage(tongue: Tongue): string {
  const other = tongue === 'en' ? 'zh' : 'en';
  const rows = MAIL_KINDS.map((kind) => [
    code(kind),
    MAIL_WORDS[kind][other],
    ABOUT[kind].cause[tongue],
    ABOUT[kind].to[tongue],
    isReminder(kind) ? '✓' : '',
    MAIL_VALUES[kind].toSorted().map(code).join(' '),
  ]);
  return page('mails', { en: 'Mails', zh: '邮件' }, tongue, [
    INTRO[tongue],
    table(HEAD[tongue].split('|'), rows),
    HELD[tongue],
  ]);
}
