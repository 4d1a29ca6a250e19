import { z } from 'zod';
import { newsWay, smsNumber } from '../../contact';
import type { ComplaintRecord, CustomerMessage, Stores } from '../../db';
import { instant } from '../answer-parts';
import { mayCall, worksOn, type Staff } from '../../domain/case/permissions';
import { MAIL_KINDS } from '../../domain/policy/mail-kinds';
import type { Words } from '../../domain/basics/types';
import { Refused } from '../refused';
import type { VisibleCases } from '../case/visible';
import type { CaseTold } from './undelivered';

/** By what customers can be told what happens. */
export const NEWS_WAYS = ['mail', 'sms', 'wechat'] as const;
export type NewsWay = (typeof NEWS_WAYS)[number];

export const messageSent = z.object({
  way: z.enum(['sms', 'wechat']),
  seq: z.int().describe('the entry of the ledger that it tells of'),
  mail: z.enum(MAIL_KINDS).describe('the mail in whose place it goes'),
  state: z
    .enum(['planned', 'sending', 'sent', 'delivered', 'unknown', 'failed', 'skipped'])
    .describe('`sent`: the gateway has it; `unknown`: nobody knows; `skipped`: it need not, or cannot, go this way'),
  error: z.string().optional().describe('code of the last fault, or why it waits or was left out'),
  fellBack: z.boolean().describe('its mail was sent in its place'),
  plannedAt: instant,
  nextAt: instant.optional().describe('while it waits: not before'),
  sentAt: instant.optional(),
  endedAt: instant.optional(),
  segments: z.int().optional().describe('how many messages of the network it is paid as'),
});
export type MessageSent = z.output<typeof messageSent>;

export const messagesOfCase = z.object({
  newsBy: z
    .enum(NEWS_WAYS)
    .optional()
    .describe('how the customer is told what happens; absent: in no way but by people'),
  ways: z.array(z.enum(NEWS_WAYS)).describe('what you may choose from for this case'),
  items: z.array(messageSent),
});
export type MessagesOfCase = z.output<typeof messagesOfCase>;

/** What the gateway reports of a message, which it names by our key or by its own id. */
export interface MessageReport {
  key?: string | undefined;
  gatewayId?: string | undefined;
  delivered: boolean;
  /** Why not; a code. */
  code: string;
}

/** What customers are told by another way than mail. */
export interface CustomerMessages {
  /** Those of a case, the oldest first. @throws Refused `notFound` for a case that they may not see */
  ofCase(caseNo: string, actor: Staff): Promise<MessagesOfCase>;
  /**
   * From now on the customer of this case is told this way.
   * @throws Refused `notFound`; `forbidden` to others than those who handle it or lead; `conflict` (`no_way`) if they cannot be
   *   reached so
   */
  tellBy(caseNo: string, way: NewsWay, actor: Staff): Promise<void>;
  /**
   * Writes down that a message was delivered, or was not: then its mail goes in its place, or the case is told. The same
   * once more changes nothing, and so does what is no message of ours.
   * @throws Refused `away` while Temporal does not answer; the same report may come again
   */
  reported(report: MessageReport): Promise<void>;
}

interface Needs {
  stores: Pick<Stores, 'complaints' | 'customerMessages'>;
  visible: Pick<VisibleCases, 'see'>;
  tell: CaseTold;
  /** The house sends text messages. */
  sms: boolean;
}

/** Builds `CustomerMessages`. */
export function createCustomerMessages({ stores, visible, tell, sms }: Needs): CustomerMessages {
  const { complaints, customerMessages: messages } = stores;
  const possible = ({ customer: { phone, email }, wechatPerson }: ComplaintRecord): NewsWay[] => [
    ...(wechatPerson === undefined ? [] : (['wechat'] as const)),
    ...(email ? (['mail'] as const) : []),
    ...(sms && smsNumber(phone) !== undefined ? (['sms'] as const) : []),
  ];
  return {
    async ofCase(caseNo, actor) {
      const { record, state } = await visible.see(caseNo, actor);
      const ways = possible(record);
      const newsBy = newsWay(record, sms);
      const may = ways.length > 1 && (mayCall(actor, state) || worksOn(actor, state));
      return {
        ...(newsBy !== undefined && { newsBy }),
        ways: may ? ways : [],
        items: (await messages.list(caseNo)).map(shown),
      };
    },

    async tellBy(caseNo, way, actor) {
      const { record, state } = await visible.see(caseNo, actor);
      if (!mayCall(actor, state) && !worksOn(actor, state)) throw notYours();
      if (!possible(record).includes(way)) throw noWay(way);
      await complaints.prefer(caseNo, way);
    },

    async reported({ key, gatewayId, delivered, code }) {
      const message = await messages.find({ key, gatewayId });
      if (!message || ['delivered', 'failed', 'skipped'].includes(message.state)) return;
      if (delivered) return messages.delivered(message.id);
      const { caseNo, mail, seq, id } = message;
      const fallBack = Boolean((await complaints.get(caseNo))?.customer.email);
      // Of one of which nobody knew the case has heard.
      if (!fallBack && message.state !== 'unknown') await tell(caseNo, { mail, to: 'customer', seq, by: 'sms' });
      await messages.ended(id, { state: 'failed', code, fallBack });
    },
  };
}

const shown = (message: CustomerMessage): MessageSent => {
  const { way, seq, mail, state, error, fellBack, plannedAt, nextAttemptAt, sentAt, endedAt, segments } = message;
  return {
    way,
    seq,
    mail,
    state,
    fellBack,
    plannedAt,
    ...(error !== undefined && { error }),
    ...(state === 'planned' && { nextAt: nextAttemptAt }),
    ...(sentAt !== undefined && { sentAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(segments !== undefined && { segments }),
  };
};

const notYours = (): Refused =>
  new Refused('forbidden', 'contact_kept', {
    zh: '怎样通知客户，由办理这件案件的人和主管来改；请找负责人',
    en: 'how the customer is told is changed by those who handle the case and those who lead; ask its owner',
  });
const NO_WAY: Readonly<Record<NewsWay, Words>> = {
  sms: {
    zh: '不能用短信通知：单位没有接短信网关，或客户没有留手机号码；请打电话或用邮件',
    en: 'no text messages can be sent: the house has no gateway, or the customer left no mobile number; call, or use mail',
  },
  wechat: {
    zh: '不能用微信通知：这件投诉不是从微信来的；请打电话或用邮件',
    en: 'no WeChat message can be sent: the complaint did not come from there; call, or use mail',
  },
  mail: {
    zh: '不能用邮件通知：客户没有留邮箱；请打电话',
    en: 'no mail can be sent: the customer left no address; call them',
  },
};
const noWay = (way: NewsWay): Refused => new Refused('conflict', 'no_way', NO_WAY[way]);
