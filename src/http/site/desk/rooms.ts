import type { Request, Response } from 'express';
import { changedRoom, wantedRoom, type Room } from '../../../cases';
import type { Fault } from '../../../domain/basics/faults';
import type { Language, Words } from '../../../domain/basics/types';
import { atLeast } from '../../../domain/case/permissions';
import { ROOM_KIND_NAMES, ROOM_KINDS, ROOM_NEWS, ROOM_NEWS_NAMES, type RoomNews } from '../../../domain/case/rooms';
import { USUAL_QUIET } from '../../../domain/policy/notice-choices';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param } from '../kit/request';
import type { Wording } from '../kit/wording';
import { actsContext, CHANNELS_PAGE } from './connections';
import type { DeskNeeds } from './page';
import { CALL_CODES, codeWords, faultAt, receiverPage, RECEIVER_DONE, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/rooms';

const DONE: DoneWords = {
  ...RECEIVER_DONE,
  made: {
    zh: '已接上，从下一个事件起通知。发一条测试，看群里收没收到。',
    en: 'It is connected, from the next event on. Send a test, and look whether the chat has it.',
  },
  saved: { zh: '已保存。', en: 'Saved.' },
};

/** What codes of failures mean to whoever has to put it right; of others the code itself is shown. */
const CODES: DoneWords = {
  ...CALL_CODES,
  sealed: {
    zh: '系统密钥换过，地址读不出来；请重新填写地址和密钥',
    en: 'the secret of the house has changed, and the address cannot be read; give address and secret again',
  },
  no_result: { zh: '回答看不懂，可能已送到', en: 'its answer says nothing; it may have arrived' },
  wecom_93000: { zh: '机器人地址无效，可能已被删除', en: 'the address of the robot is not valid; it may be removed' },
  wecom_45009: { zh: '发得太多，稍后再发', en: 'too many; later again' },
  dingtalk_310000: {
    zh: '机器人的安全设置不放行：核对加签密钥、关键词或 IP',
    en: 'the security settings of the robot refuse it: check secret, words or address',
  },
  dingtalk_300001: { zh: '机器人地址无效', en: 'no such robot' },
  dingtalk_300005: { zh: '机器人地址无效', en: 'no such robot' },
  dingtalk_400013: { zh: '群已解散', en: 'the group is gone' },
  dingtalk_400102: { zh: '机器人已停用', en: 'the robot is stopped' },
  dingtalk_400106: { zh: '机器人已删除', en: 'the robot is gone' },
  dingtalk_130101: { zh: '发得太多，十分钟后再发', en: 'too many; again in ten minutes' },
  feishu_19001: { zh: '机器人地址无效，可能已被移除', en: 'no such bot; it may be removed' },
  feishu_19021: { zh: '签名校验不通过：核对密钥', en: 'the signature is refused: check the secret' },
  feishu_19022: { zh: '服务器的 IP 不在机器人的白名单里', en: 'our address is not on the list of the bot' },
  feishu_19024: { zh: '机器人设了关键词：请用“投诉闭环”', en: 'the bot wants a word: take “Redress”' },
  feishu_11232: { zh: '发得太多，稍后再发', en: 'too many; later again' },
  slack_invalid_token: { zh: '地址已失效', en: 'the address is not valid any more' },
  slack_no_service: { zh: '这个 webhook 已停用或删除', en: 'the webhook is off or removed' },
  slack_channel_not_found: { zh: '频道不在了', en: 'the channel is gone' },
  slack_channel_is_archived: { zh: '频道已归档', en: 'the channel is archived' },
  slack_action_prohibited: { zh: '工作区不允许在这里发', en: 'the workspace does not allow it here' },
  teams_off: { zh: '工作流没有启用', en: 'the workflow is off' },
};

/** What somebody has typed of a room, but for address and secret, which are never shown again. */
interface Typed {
  name: string;
  kind: string;
  language: string;
  team: string;
  news: readonly RoomNews[];
  quiet: { kind: string; from: string; to: string };
  unsigned: boolean;
}

const EMPTY: Typed = {
  name: '',
  kind: 'wecom',
  language: 'zh-CN',
  team: '',
  news: ROOM_NEWS_NAMES,
  quiet: { kind: 'off', ...USUAL_QUIET },
  unsigned: false,
};

const typedIn = (req: Request): Typed => ({
  name: field(req, 'name').trim(),
  kind: field(req, 'kind'),
  language: field(req, 'language'),
  team: field(req, 'team'),
  news: ROOM_NEWS_NAMES.filter((one) => field(req, `on-${one}`) === 'yes'),
  quiet: { kind: field(req, 'quiet'), from: field(req, 'from'), to: field(req, 'to') },
  unsigned: field(req, 'unsigned') === 'yes',
});

const typedOf = ({ name, kind, language, team = '', news, quiet }: Room): Typed => ({
  name,
  kind,
  language,
  team,
  news,
  quiet: { ...USUAL_QUIET, ...quiet },
  unsigned: false,
});

/** What is the same in a new room and in a change. */
const settings = ({ name, language, news, quiet }: Typed) => ({
  name,
  language,
  news,
  quiet: quiet.kind === 'hours' ? quiet : { kind: quiet.kind },
});
/** An address or a secret; nothing where nothing was typed. */
const secretsIn = (req: Request) => {
  const [url, secret] = [field(req, 'url').trim(), field(req, 'secret').trim()];
  return { ...(url !== '' && { url }), ...(secret !== '' && { secret }) };
};

/** The two pages: all rooms, and one. */
function showing({ cases: { rooms, connections }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  const mayAct = (res: Response): boolean => atLeast(actorIn(res), 'admin');

  async function formContext(
    res: Response,
    typed: Typed,
    { faults = [], signed, language }: { faults?: readonly Fault[]; signed: boolean | undefined; language: Language },
  ): Promise<Context> {
    const say = (words: Words): string => inLanguage(words, language);
    const words = (at: string): string | null => {
      const fault = faults.find(({ path }) => path === at || path.startsWith(`${at}.`));
      return fault ? say(fault.words) : null;
    };
    return {
      isNew: signed === undefined,
      signed: signed ?? false,
      unsigned: typed.unsigned,
      name: typed.name,
      kinds: ROOM_KIND_NAMES.map((kind) => ({ kind, words: say(ROOM_KINDS[kind]), isOn: kind === typed.kind })),
      languages: [
        { language: 'zh-CN', words: '中文', isOn: typed.language !== 'en' },
        { language: 'en', words: 'English', isOn: typed.language === 'en' },
      ],
      teams: (await rooms.teams(actorIn(res))).map(({ id, name }) => ({
        id,
        name: say(name),
        isOn: id === typed.team,
      })),
      news: ROOM_NEWS_NAMES.map((one) => ({
        one,
        name: say(ROOM_NEWS[one].name),
        about: say(ROOM_NEWS[one].about),
        isOn: typed.news.includes(one),
      })),
      hours: typed.quiet.kind === 'hours',
      from: typed.quiet.from,
      to: typed.quiet.to,
      nameFault: words('name'),
      kindFault: words('kind'),
      urlFault: words('url'),
      secretFault: words('secret'),
      teamFault: words('team'),
      newsFault: words('news'),
      quietFault: words('quiet'),
    };
  }

  async function showAll(
    req: Request,
    res: Response,
    status: number,
    { typed = EMPTY, faults = [] }: { typed?: Typed; faults?: readonly Fault[] } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const all = await rooms.list(actorIn(res));
    answers.page(
      res,
      status,
      'rooms',
      wording,
      {
        heading: inLanguage({ zh: '群通知', en: 'Group chats' }, language),
        ...toldIn(req, DONE, language),
        rooms: all.map((one) => rowContext(one, wording)),
        mayAct: mayAct(res),
        wholeFault: faultAt(faults, '', language),
        form: await formContext(res, typed, { faults, signed: undefined, language }),
      },
      HERE,
    );
  }

  async function showOne(
    req: Request,
    res: Response,
    status: number,
    { typed, faults = [] }: { typed?: Typed; faults?: readonly Fault[] } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const one = await rooms.get(param(req, 'id'), actorIn(res));
    const acts = await connections.acts(actorIn(res), one.id);
    answers.page(
      res,
      status,
      'room',
      wording,
      {
        heading: one.name,
        ...toldIn(req, DONE, language),
        ...rowContext(one, wording),
        mayAct: mayAct(res),
        acts: actsContext(acts, wording),
        form: await formContext(res, typed ?? typedOf(one), { faults, signed: one.signed, language }),
      },
      `${HERE}/${one.id}`,
    );
  }

  return { showAll, showOne };
}

/** Group chats of staff that are told of cases. */
export function roomsPage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { rooms } = cases;
  const { showAll, showOne } = showing({ cases, answers });

  const { connecting, saving, testing, switching, removing } = receiverPage(HERE, answers);

  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: { zh: '群通知：把要紧的事告诉同事的群', en: 'group chats of staff that are told what matters' },
      nav: { name: { zh: '群通知', en: 'Group chats' }, icon: 'i-chat', isOfHouse: true, behind: CHANNELS_PAGE },
      handle: (req, res) => showAll(req, res, 200),
    },
    connecting(
      { zh: '接上一个群', en: 'connects a group chat' },
      {
        typedIn,
        wanted: (req, typed) =>
          wantedRoom.safeParse(
            {
              ...settings(typed),
              kind: typed.kind,
              ...(typed.team !== '' && { team: typed.team }),
              ...secretsIn(req),
            },
            { reportInput: true },
          ),
        show: showAll,
      },
      (wanted, actor) => rooms.create(wanted, actor),
    ),
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '一个群：状态、测试和设置', en: 'a group chat: its state, a test, its settings' },
      handle: (req, res) => showOne(req, res, 200),
    },
    saving(
      { zh: '修改群通知', en: 'changes a group chat' },
      {
        typedIn,
        wanted(req, typed) {
          const secrets = { ...(typed.unsigned && { secret: null }), ...secretsIn(req) };
          const team = typed.team === '' ? null : typed.team;
          return changedRoom.safeParse({ ...settings(typed), team, ...secrets }, { reportInput: true });
        },
        show: showOne,
      },
      (id, changed, actor) => rooms.change(id, changed, actor),
    ),
    testing({ zh: '发一条测试', en: 'sends a test' }, (id, actor) => rooms.test(id, actor)),
    switching({ zh: '停用或启用', en: 'switches a group chat off or on' }, (id, enabled, actor) =>
      rooms.change(id, { enabled }, actor),
    ),
    removing({ zh: '删除一个群', en: 'removes a group chat' }, (id, actor) => rooms.remove(id, actor)),
  ];
}

function rowContext(one: Room, { language, now }: Wording): Context {
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const { code, failingSince, waitingSince, lastSentAt, test, team } = one;
  const since = failingSince && pageTime(failingSince, language, now);
  const why = code === undefined ? '' : codeWords(CODES, code, language);
  return {
    id: one.id,
    name: one.name,
    href: `${HERE}/${one.id}`,
    kind: inLanguage(ROOM_KINDS[one.kind], language),
    isOn: one.enabled,
    fails: one.status === 'failing' || one.offBecause === 'refused',
    state: {
      working: say('正常', 'works'),
      failing: say(`从 ${since} 起送不到：${why}`, `has failed since ${since}: ${why}`),
      off:
        one.offBecause === 'refused'
          ? say(`已自动停用：${why}`, `switched off by itself: ${why}`)
          : say('已停用', 'off'),
    }[one.status],
    about: [
      team === undefined ? say('全部团队', 'all teams') : team,
      say(`${one.news.length} 类`, `${one.news.length} kinds`),
      ...(one.quiet.kind === 'hours'
        ? [say(`${one.quiet.from}–${one.quiet.to} 不打扰`, `quiet ${one.quiet.from}–${one.quiet.to}`)]
        : []),
    ].join(' · '),
    waiting:
      one.waiting === 0 || waitingSince === undefined
        ? null
        : say(
            `${one.waiting} 条等着发，最早的是 ${pageTime(waitingSince, language, now)}`,
            `${one.waiting} waiting, the oldest since ${pageTime(waitingSince, language, now)}`,
          ),
    last: lastSentAt === undefined ? null : pageTime(lastSentAt, language, now),
    test:
      test === undefined
        ? null
        : `${pageTime(test.at, language, now)} · ${
            test.code === undefined
              ? say('还没有结果', 'no result yet')
              : test.code === 'ok'
                ? say('已收下', 'taken')
                : codeWords(CODES, test.code, language)
          }`,
    testFails: test?.code !== undefined && test.code !== 'ok',
  };
}
