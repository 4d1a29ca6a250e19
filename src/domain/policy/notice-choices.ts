/**
 * What each member of staff chooses of the house's notices: by mail or on the desk alone, and when mails wait.
 * @module
 */
import { z } from 'zod';
import type { Words } from '../basics/types';
import type { MailKind } from './mail-kinds';

/**
 * What a person chooses for together, in the order of the page. `chats` is about no mail: it is told on devices alone.
 * `weekly` is about no case. */
export const NOTICE_GROUPS = [
  'mine',
  'customer',
  'warnings',
  'help',
  'mentions',
  'approvals',
  'chats',
  'weekly',
] as const;
export type NoticeGroup = (typeof NOTICE_GROUPS)[number];

/**
 * The group of each kind of mail. `always`: nobody can do without it, since a promise is broken, somebody may be in
 * danger, or something did not get through and nobody else will see to it. `customer's`: it is not to staff.
 */
const GROUP_OF: Record<MailKind, NoticeGroup | 'always' | "customer's"> = {
  receipt: "customer's",
  progress: "customer's",
  response: "customer's",
  letter: "customer's",
  solution: "customer's",
  solutionReminder: "customer's",
  result: "customer's",
  survey: "customer's",
  surveyReminder: "customer's",
  extension: "customer's",
  closed: "customer's",
  lostLink: "customer's",
  assigned: 'mine',
  reopened: 'mine',
  resumed: 'mine',
  followUp: 'mine',
  actionPlanned: 'mine',
  chased: 'customer',
  customerAnswered: 'customer',
  customerSilent: 'customer',
  customerWithdrew: 'customer',
  customerAdded: 'customer',
  customerWrote: 'customer',
  callBackWanted: 'customer',
  askByPhone: 'customer',
  promiseWarned: 'warnings',
  actionDue: 'warnings',
  helpRequested: 'help',
  helpAnswered: 'help',
  mentioned: 'mentions',
  approvalNeeded: 'approvals',
  returned: 'approvals',
  escalation: 'always',
  turnedWorse: 'always',
  mailFailed: 'always',
  decisionRefused: 'always',
};

/** The group by which a person chooses about this kind; undefined: it is mailed whatever they choose. */
export function noticeGroupOf(kind: MailKind): NoticeGroup | undefined {
  const group = GROUP_OF[kind];
  return group === 'always' || group === "customer's" ? undefined : group;
}

/** A group's name, and what is in it. */
export const NOTICE_GROUP_WORDS: Record<NoticeGroup, { name: Words; about: Words }> = {
  mine: {
    name: { zh: '交给我和转出', en: 'Given to me, handed on' },
    about: {
      zh: '案件由您负责或转给了别人，重新打开、恢复办理，回访后续和纠正措施交给您',
      en: 'A case becomes yours or goes to somebody else, is reopened or resumed; a follow-up or corrective action is yours',
    },
  },
  customer: {
    name: { zh: '客户有消息', en: 'The customer' },
    about: {
      zh: '客户留言、补充、要求回电、催办、接受或不接受方案、撤回，或一直没有答复',
      en: 'They write, add files, want a call, chase, accept or decline, withdraw, or do not answer',
    },
  },
  warnings: {
    name: { zh: '快到期', en: 'About to fall due' },
    about: {
      zh: '承诺或纠正措施超时之前的提醒',
      en: 'The warning before a promise breaks or a corrective action is late',
    },
  },
  help: {
    name: { zh: '协助', en: 'Help' },
    about: { zh: '请您协助，或您请的协助有了答复', en: 'You are asked for help, or what you asked for is answered' },
  },
  mentions: {
    name: { zh: '备注里提到我', en: 'Mentions in notes' },
    about: { zh: '同事在内部备注里 @ 您', en: 'A colleague names you in an internal note' },
  },
  approvals: {
    name: { zh: '审批', en: 'Approvals' },
    about: { zh: '有方案等您批准，或您的方案被退回', en: 'A proposal waits for your approval, or yours comes back' },
  },
  chats: {
    name: { zh: '在线客服有人在等', en: 'A customer waits in a chat' },
    about: {
      zh: '等了一分钟还没有人接；只在下面的设备上提醒，不发邮件',
      en: 'For a minute, and nobody has taken it: on your devices below only, never by mail',
    },
  },
  weekly: {
    name: { zh: '每周原因', en: 'The week’s causes' },
    about: {
      zh: '每周一给主管和经理：上周什么多起来了，什么最多',
      en: 'On Mondays, to those who lead: what rose last week, and what there was most of',
    },
  },
};

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const none = z.strictObject({ kind: z.literal('off') });
const hours = z.strictObject({ kind: z.literal('hours'), from: time, to: time });

/**
 * When mails to a person wait. `hours`: every day from one time to another by the house's clocks, over midnight when the
 * first is the later one. `working`: whenever they do not work, by their shifts or calendar.
 */
export const quietSchema = z.discriminatedUnion('kind', [none, z.strictObject({ kind: z.literal('working') }), hours]);
export type Quiet = z.infer<typeof quietSchema>;

/** What a form begins with where somebody has not chosen hours yet. */
export const USUAL_QUIET = { from: '22:00', to: '07:00' };

/** Those of a group chat, which has no working time of its own. */
export const roomQuietSchema = z.discriminatedUnion('kind', [none, hours]);
export type RoomQuiet = z.infer<typeof roomQuietSchema>;

/** What a person has chosen. */
export interface NoticeChoices {
  /** Groups that are told on the desk alone; the others come by mail as well. */
  bellOnly: readonly NoticeGroup[];
  quiet: Quiet;
}

/** Whoever has chosen nothing. */
export const USUAL_CHOICES: NoticeChoices = { bellOnly: [], quiet: { kind: 'off' } };
