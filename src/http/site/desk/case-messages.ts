import type { Request, Response } from 'express';
import { isRefused, NEWS_WAYS, type MessagesOfCase, type NewsWay } from '../../../cases';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Language, Words } from '../../../domain/basics/types';
import { MAIL_WORDS } from '../../../domain/policy/mail-words';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param, queried } from '../kit/request';
import { sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

type Sent = MessagesOfCase['items'][number];

const STATES: Record<Sent['state'], { words: Words; look: 'v-met' | 'v-warned' | 'v-breached' }> = {
  planned: { words: { zh: '等待发送', en: 'waits' }, look: 'v-warned' },
  sending: { words: { zh: '正在发送', en: 'being sent' }, look: 'v-warned' },
  sent: { words: { zh: '已发出', en: 'sent' }, look: 'v-met' },
  delivered: { words: { zh: '已送达', en: 'delivered' }, look: 'v-met' },
  unknown: { words: { zh: '不清楚到了没有', en: 'nobody knows' }, look: 'v-breached' },
  failed: { words: { zh: '没有送到', en: 'not delivered' }, look: 'v-breached' },
  skipped: { words: { zh: '不用发', en: 'not needed' }, look: 'v-met' },
};

/** Why one waits, or did not go this way, where that helps whoever reads it. */
const WHY: Readonly<Record<string, Words>> = {
  quiet: { zh: '夜里不发', en: 'not at night' },
  overtaken: { zh: '已经过时', en: 'out of date' },
  'no news': { zh: '没有新内容', en: 'nothing new' },
  no_mobile: { zh: '这个号码收不了短信', en: 'the number takes no text messages' },
  window: { zh: '客户超过 48 小时没有写来，微信不让发', en: 'they last wrote 48 hours ago, and WeChat takes no more' },
  limit: { zh: '客户写来后已发满 5 条，微信不让再发', en: 'five were sent since they wrote, and WeChat takes no more' },
  few_left: { zh: '微信条数有限，留给答复', en: 'few are left on WeChat, kept for answers' },
  no_account: { zh: '公众号已停用或删除', en: 'the official account is off or removed' },
  wechat_45015: {
    zh: '客户超过 48 小时没有写来，或已取消关注',
    en: 'WeChat takes no more: too long ago, or they left',
  },
  wechat_45047: { zh: '微信不让再发：条数已满', en: 'WeChat takes no more: too many since they wrote' },
  wechat_95001: { zh: '微信不让再发：条数已满', en: 'WeChat takes no more: too many since they wrote' },
  wechat_95018: {
    zh: '客户正由微信客服的同事接待，请在那里答复',
    en: 'a colleague is talking with them on WeCom; answer there',
  },
  no_template: { zh: '没有报备的模板', en: 'no approved text' },
};
const FELL_BACK: Words = { zh: '已改发邮件', en: 'sent by mail' };
const BY: Record<NewsWay, Words> = {
  mail: { zh: '邮件', en: 'by mail' },
  sms: { zh: '短信', en: 'by text message' },
  wechat: { zh: '微信', en: 'on WeChat' },
};
const CHANGE: Record<NewsWay, Words> = {
  mail: { zh: '改用邮件通知', en: 'Use mail from now on' },
  sms: { zh: '改用短信通知', en: 'Use text messages from now on' },
  wechat: { zh: '改用微信通知', en: 'Use WeChat from now on' },
};
const CHANGED: Record<NewsWay, Words> = {
  mail: { zh: '这件案件以后用邮件通知客户。', en: 'From now on the customer of this case is told by mail.' },
  sms: { zh: '这件案件以后用短信通知客户。', en: 'From now on the customer of this case is told by text message.' },
  wechat: { zh: '这件案件以后用微信通知客户。', en: 'From now on the customer of this case is told on WeChat.' },
};

const isWay = (value: string): value is NewsWay => (NEWS_WAYS as readonly string[]).includes(value);

/** How the customer is told, and the messages to them beside mails; null: there is nothing to say beside mails. */
export function messagesContext({ newsBy, ways, items }: MessagesOfCase, { language, now }: Wording): Context | null {
  const other = ways.find((way) => way !== newsBy);
  if (items.length === 0 && other === undefined) return null;
  const say = (words: Words): string => inLanguage(words, language);
  return {
    by: newsBy === undefined ? sayIn(language)('请打电话', 'call them') : say(BY[newsBy]),
    items: items.map((item) => {
      const { words, look } = STATES[item.state];
      const cannot = item.state === 'skipped' && item.fellBack;
      const why = item.error === undefined ? undefined : WHY[item.error];
      const when = item.state === 'planned' && item.error === 'quiet' ? item.nextAt : (item.endedAt ?? item.sentAt);
      return {
        what: say(MAIL_WORDS[item.mail]),
        is: say(cannot ? FELL_BACK : words),
        look: cannot ? 'v-warned' : look,
        when: [
          pageTime(when ?? item.plannedAt, language, now),
          ...(why ? [say(why)] : []),
          ...(item.fellBack && !cannot ? [say(FELL_BACK)] : []),
        ].join(' · '),
      };
    }),
    other: other === undefined ? null : { way: other, words: say(CHANGE[other]) },
  };
}

/** Changes the way. @param showTold the page of the case with a sentence */
export const newsByRoute = (
  { cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showTold: (req: Request, res: Response, status: number, told: Tell) => Promise<void>,
): DeskRoute => ({
  method: 'post',
  path: '/desk/cases/:caseNo/news-by',
  who: 'colleague',
  about: {
    zh: '改用邮件、短信或微信通知这件案件的客户',
    en: 'tells the customer of this case by mail, by text message or on WeChat from now on',
  },
  form: true,
  async handle(req, res) {
    const caseNo = readCaseNumber(param(req, 'caseNo'));
    const by = field(req, 'by');
    if (!isCaseNumber(caseNo) || !isWay(by)) return answers.message(req, res, 404, 'unknown');
    try {
      await cases.messages.tellBy(caseNo, by, actorIn(res));
    } catch (error) {
      if (!isRefused(error, 'conflict') && !isRefused(error, 'forbidden')) throw error;
      const told = tellWords(error.words, answers.wordingOf(req).language);
      return showTold(req, res, error.kind === 'conflict' ? 409 : 403, told);
    }
    res.redirect(303, `/desk/cases/${caseNo}?news=${by}#messages`);
  },
});

/** That the way has just been changed, if it has. */
export function tellNewsBy(req: Request, language: Language): Tell | undefined {
  const by = queried(req, 'news');
  return isWay(by) ? { tell: inLanguage(CHANGED[by], language), tellWarns: false } : undefined;
}
