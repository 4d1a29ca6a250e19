import type { Request, Response } from 'express';
import { isRefused, type ChannelActShown, type Connection } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import { atLeast } from '../../../domain/case/permissions';
import type { ActedOn, ChannelActName } from '../../../domain/case/connections';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

/** The address of the page; what it leads to is behind it. */
export const CHANNELS_PAGE = '/desk/channels';

const STATE: Record<Connection['state'], Words> = {
  working: { zh: '已接上', en: 'connected' },
  stuck: { zh: '要处理', en: 'needs a look' },
  off: { zh: '没有接上', en: 'not connected' },
};

/** What is stuck, by its number; `one` for a single one. */
const STUCK: Record<Connection['name'], { zh: string; one: string; several: string }> = {
  mailOut: { zh: '封发不出去', one: 'cannot be sent', several: 'cannot be sent' },
  mailIn: { zh: '封要人看', one: 'waits for somebody to look', several: 'wait for somebody to look' },
  sms: {
    zh: '条一天内没有送到',
    one: 'did not arrive within the last day',
    several: 'did not arrive within the last day',
  },
  wechat: {
    zh: '条没有送到，或要人看',
    one: 'did not arrive, or waits for somebody to look',
    several: 'did not arrive, or wait for somebody to look',
  },
  form: { zh: '件要人看', one: 'waits for somebody to look', several: 'wait for somebody to look' },
  chat: { zh: '位客户在等', one: 'customer waits', several: 'customers wait' },
  hooks: { zh: '条要人看', one: 'waits for somebody to look', several: 'wait for somebody to look' },
  telephone: { zh: '条要人看', one: 'waits for somebody to look', several: 'wait for somebody to look' },
  imports: { zh: '个没有导完', one: 'has failed', several: 'have failed' },
  webhooks: { zh: '个接收地址送不到', one: 'receiver does not take them', several: 'receivers do not take them' },
  rooms: { zh: '个群送不到', one: 'chat does not take them', several: 'chats do not take them' },
  trackers: { zh: '个工单系统连不上', one: 'tracker does not answer', several: 'trackers do not answer' },
  platforms: { zh: '个账号或投诉要人看', one: 'needs somebody to look', several: 'need somebody to look' },
  push: { zh: '条推不出去', one: 'cannot be pushed', several: 'cannot be pushed' },
};

/** Where a thing is administered; that of one that was removed is gone. */
const PAGES: Record<ActedOn, string> = {
  hooks: '/desk/hooks',
  webhooks: '/desk/webhooks',
  rooms: '/desk/rooms',
  trackers: '/desk/trackers',
  wechat: '/desk/wechat',
};
const ACTED_ON: Record<ActedOn, Words> = {
  hooks: { zh: '对接口', en: 'hook' },
  webhooks: { zh: 'Webhook', en: 'webhook' },
  rooms: { zh: '群', en: 'chat' },
  trackers: { zh: '工单系统', en: 'tracker' },
  wechat: { zh: '公众号', en: 'official account' },
};
const ACTS: Record<ChannelActName, Words> = {
  made: { zh: '新建', en: 'made' },
  changed: { zh: '修改', en: 'changed' },
  rotated: { zh: '换密钥', en: 'given another secret' },
  on: { zh: '启用', en: 'switched on' },
  off: { zh: '停用', en: 'switched off' },
  removed: { zh: '删除', en: 'removed' },
};
const FIELDS: Readonly<Record<string, Words>> = {
  name: { zh: '名称', en: 'name' },
  url: { zh: '地址', en: 'address' },
  description: { zh: '备注', en: 'note' },
  events: { zh: '事件', en: 'events' },
  mapping: { zh: '字段对应', en: 'mapping' },
  secret: { zh: '密钥', en: 'secret' },
  token: { zh: 'Token', en: 'Token' },
  place: { zh: '放在哪里', en: 'place there' },
  hookSecret: { zh: '推送密钥', en: 'secret of its news' },
  department: { zh: '部门', en: 'department' },
  aesKey: { zh: 'EncodingAESKey', en: 'EncodingAESKey' },
  language: { zh: '语言', en: 'language' },
  team: { zh: '团队', en: 'team' },
  news: { zh: '通知哪些', en: 'what it is told' },
  quiet: { zh: '不打扰时段', en: 'quiet hours' },
};

/** What admins did, for the end of a page about one thing, or about all. @param isOne it goes without saying which */
export const actsContext = (acts: readonly ChannelActShown[], { language, now }: Wording, isOne = true): Context[] =>
  acts.map(({ channel, subjectId, name, act, fields, byName, at }) => {
    const words = (given: Words): string => inLanguage(given, language);
    const which = fields
      .map((field) => (Object.hasOwn(FIELDS, field) ? words(FIELDS[field] as Words) : field))
      .join(sayIn(language)('、', ', '));
    return {
      at,
      when: pageTime(at, language, now),
      by: byName,
      what:
        which === ''
          ? words(ACTS[act])
          : sayIn(language)(`${words(ACTS[act])}：${which}`, `${words(ACTS[act])}: ${which}`),
      of: isOne ? null : `${words(ACTED_ON[channel])} ${name}`,
      href: isOne || act === 'removed' ? null : `${PAGES[channel]}/${subjectId}`,
    };
  });

function lineContext(one: Connection, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const time = (at: string): string => pageTime(at, language, now);
  const { name, state, waiting, waitingSince, stuck, stuckSince, code, lookedAt, lastInAt, lastOutAt, page, part } =
    one;
  const kind = STUCK[name];
  return {
    title: inLanguage(one.title, language),
    part: part ?? null,
    about: inLanguage(one.about, language),
    state: inLanguage(STATE[state], language),
    isStuck: state === 'stuck',
    isOff: state === 'off',
    stuck:
      stuck === 0
        ? null
        : say(`${stuck} ${kind.zh}`, `${stuck} ${stuck === 1 ? kind.one : kind.several}`) +
          (stuckSince === undefined ? '' : say(`，从 ${time(stuckSince)} 起`, ` since ${time(stuckSince)}`)) +
          (code === undefined ? '' : say(`（${code}）`, ` (${code})`)),
    waiting:
      waiting === 0
        ? null
        : say(`${waiting} 件等着`, `${waiting} waiting`) +
          (waitingSince === undefined
            ? ''
            : say(`，最早的从 ${time(waitingSince)} 起`, `, the oldest since ${time(waitingSince)}`)),
    last: [
      lastInAt && say(`最近进来 ${time(lastInAt)}`, `last in ${time(lastInAt)}`),
      lastOutAt && say(`最近发出 ${time(lastOutAt)}`, `last out ${time(lastOutAt)}`),
      lookedAt && say(`最近查看 ${time(lookedAt)}`, `last looked at ${time(lookedAt)}`),
    ]
      .filter((text) => text !== undefined && text !== '')
      .join(' · '),
    href: page ?? null,
    test: one.test,
    lastTest: one.lastTest ? testWords(one.lastTest, wording) : null,
    docs: language === 'en' ? one.docs : one.docs.replace(/\.md$/, '.zh-CN.md'),
  };
}

function testWords({ state, at, error }: NonNullable<Connection['lastTest']>, { language, now }: Wording): string {
  const say = sayIn(language);
  const how = {
    planned:
      error === undefined
        ? say('等着发', 'waiting')
        : say(`没有发出，会再试（${error}）`, `not sent, tried again (${error})`),
    sending: say('正在发', 'being sent'),
    sent: say('邮件服务器已收下，看您的邮箱', 'taken by the mail server: look into your mailbox'),
    failed: say(`发不出去（${error ?? ''}）`, `cannot be sent (${error ?? ''})`),
    skipped: say('没有发', 'not sent'),
  }[state];
  return say(`测试 ${pageTime(at, language, now)}：${how}`, `Test ${pageTime(at, language, now)}: ${how}`);
}

const DONE: DoneWords = {
  tested: {
    zh: '测试已交去发送，几秒后刷新本页看结果。',
    en: 'The test is on its way; load this page again in a few seconds.',
  },
};

/** What is connected: one line for each way in and out, and who has changed it. */
export function connectionsPage({ cases: { connections }, answers }: DeskNeeds): DeskRoute[] {
  async function show(req: Request, res: Response, status: number, tell?: Tell): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const actor = actorIn(res);
    const [lines, acts] = await Promise.all([connections.list(actor), connections.acts(actor)]);
    answers.page(
      res,
      status,
      'channels',
      wording,
      {
        heading: sayIn(language)('渠道', 'Channels'),
        ...(tell ?? toldIn(req, DONE, language)),
        mayAct: atLeast(actor, 'admin'),
        lines: lines.map((one) => lineContext(one, wording)),
        acts: actsContext(acts, wording, false),
      },
      CHANNELS_PAGE,
    );
  }

  return [
    {
      method: 'get',
      path: CHANNELS_PAGE,
      who: 'admin',
      about: {
        zh: '渠道：接上了什么、最近进出、等着和卡住的、谁改过',
        en: 'channels: what is connected, what came and went last, what waits or is stuck, who changed it',
      },
      nav: { name: { zh: '渠道', en: 'Channels' }, icon: 'i-globe', isOfHouse: true },
      handle: (req, res) => show(req, res, 200),
    },
    {
      method: 'post',
      path: `${CHANNELS_PAGE}/test-mail`,
      who: 'admin',
      about: { zh: '给自己发一封测试邮件', en: 'sends a test mail to oneself' },
      form: true,
      async handle(req, res) {
        try {
          await connections.testMail(actorIn(res));
        } catch (error) {
          if (!isRefused(error, 'conflict') && !isRefused(error, 'tooMany')) throw error;
          const status = error.kind === 'conflict' ? 409 : 429;
          return show(req, res, status, tellWords(error.words, answers.wordingOf(req).language));
        }
        res.redirect(303, `${CHANNELS_PAGE}?done=tested`);
      },
    },
  ];
}
