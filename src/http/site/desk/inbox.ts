import type { InboundAccess, WaitingMessage } from '../../../cases';
import type { Language, Words } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { fileSize, pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sendStream } from '../../middleware/download';
import { field, param, queried } from '../kit/request';
import { NOTHING_TO_TELL, sayIn, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/inbox';
const ID = /^[1-9]\d{0,14}$/u;

const REASONS: Readonly<Record<string, Words>> = {
  bounce: { zh: '退信：我们的一封信没有送到', en: 'A mail of ours could not be delivered' },
  no_sender: { zh: '没有写来信人', en: 'It names no sender' },
  sender_unusable: { zh: '来信人的地址不能回信', en: 'Nobody can be answered at its sender’s address' },
  too_large: {
    zh: '太大，没有收下；信还在邮箱里，登记时只有标题',
    en: 'Too large, so it still lies in the mailbox; taken up, its case has its subject alone',
  },
  empty: { zh: '没有内容', en: 'There is nothing in it' },
  many_of_one_sender: { zh: '同一来信人一天内已登记五件', en: 'Its sender has opened five cases within a day' },
  unmapped: {
    zh: '对接系统发来的内容对不上字段；请管理员改好字段对应，再登记',
    en: 'What a connected system sent does not fit its mapping; have an admin mend that, then take it up',
  },
  filed_already: {
    zh: '同一个人一天内写过同样的话，已登记过',
    en: 'The same words of the same person were filed within a day',
  },
  ended: { zh: '对应的案件已经结束', en: 'The case that it answers has ended' },
  ended_the_process: { zh: '处理它的程序几次中途退出', en: 'The program that read it ended several times' },
};
const UNREADABLE: Words = { zh: '读不懂这封来信', en: 'It cannot be read' };
const REFUSED: Words = { zh: '对应的案件现在不能再加留言', en: 'The case that it answers takes no message now' };

const reasonOf = ({ reason = '' }: WaitingMessage, language: Language): string =>
  inLanguage(REASONS[reason] ?? (reason.startsWith('fault_') ? UNREADABLE : REFUSED), language);

/** Messages that came in and that somebody has to look at. */
export function inboxPage({ cases: { inbound }, answers }: DeskNeeds): DeskRoute[] {
  const rowContext = (message: WaitingMessage, { language, now }: Wording): Context => ({
    id: message.id,
    title: message.title ?? sayIn(language)('（没有标题）', '(no subject)'),
    reason: reasonOf(message, language),
    at: message.arrivedAt,
    when: pageTime(message.arrivedAt, language, now),
    size: fileSize(message.bytes),
    caseNo: message.caseNo ?? null,
    href: `${HERE}/${message.id}`,
  });
  /** A button beside a message. @param done what the page then tells */
  const acting = (name: string, about: Words, act: InboundAccess['takeUp'], done: string): DeskRoute => ({
    method: 'post',
    path: `${HERE}/${name}`,
    who: 'supervisor',
    about,
    form: true,
    async handle(req, res) {
      const id = field(req, 'id');
      if (!ID.test(id)) return answers.message(req, res, 400, 'malformed', HERE);
      await act(Number(id), actorIn(res));
      res.redirect(303, `${HERE}?done=${done}`);
    },
  });
  return [
    {
      method: 'get',
      path: HERE,
      who: 'supervisor',
      about: { zh: '要人看的来信', en: 'messages that came in and that somebody has to look at' },
      nav: { name: { zh: '收件', en: 'Mail in' }, icon: 'i-inbox', isOfHouse: true },
      async handle(req, res) {
        const before = queried(req, 'before');
        if (before !== '' && !ID.test(before)) return answers.message(req, res, 400, 'malformed', HERE);
        const wording = answers.wordingOf(req);
        const say = sayIn(wording.language);
        const { items, next } = await inbound.list(actorIn(res), before === '' ? undefined : Number(before));
        const done = queried(req, 'done');
        answers.page(res, 200, 'inbox', wording, {
          heading: say('要人看的来信', 'Messages to look at'),
          ...NOTHING_TO_TELL,
          ...(done === 'taken' && { tell: say('已交去登记，几秒后成为案件', 'It becomes a case within seconds') }),
          ...(done === 'aside' && { tell: say('已放到一边', 'Set aside') }),
          messages: items.map((message) => rowContext(message, wording)),
          older: next === undefined ? null : `${HERE}?before=${next}`,
        });
      },
    },
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'supervisor',
      about: { zh: '一封来信的原件', en: 'a message as it came' },
      isBare: true,
      async handle(req, res) {
        const id = param(req, 'id');
        if (!ID.test(id)) return answers.message(req, res, 404, 'unknown');
        const { channel, content } = await inbound.open(Number(id), actorIn(res));
        // Never shown in place: it may hold anything.
        res.setHeader('Content-Type', 'application/octet-stream');
        res.setHeader(
          'Content-Disposition',
          `attachment; filename="message-${id}.${channel === 'mail' ? 'eml' : 'json'}"`,
        );
        res.setHeader('X-Content-Type-Options', 'nosniff');
        await sendStream(res, content);
      },
    },
    acting('take-up', { zh: '把一封来信登记下来', en: 'has a message taken up' }, inbound.takeUp, 'taken'),
    acting(
      'aside',
      { zh: '一封来信不用处理', en: 'says that nothing has to be done about a message' },
      inbound.setAside,
      'aside',
    ),
  ];
}
