import type { Request, Response } from 'express';
import { changedTracker, wantedTracker, type TrackerShown } from '../../../cases';
import type { Fault } from '../../../domain/basics/faults';
import type { Language, Words } from '../../../domain/basics/types';
import { atLeast } from '../../../domain/case/permissions';
import { TRACKER_KIND_NAMES, TRACKER_KINDS } from '../../../domain/case/trackers';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param } from '../kit/request';
import type { Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { CALL_CODES, codeWords, faultAt, receiverPage, RECEIVER_DONE, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/trackers';

const DONE: DoneWords = {
  ...RECEIVER_DONE,
  made: { zh: '已接上。试一试能不能连上。', en: 'It is connected. Test whether it can be reached.' },
  saved: { zh: '已保存。', en: 'Saved.' },
  off: { zh: '已停用。工单留着，暂时不看。', en: 'It is off. Its tickets stay, and are not looked at meanwhile.' },
  tested: { zh: '正在试，几秒后刷新本页看结果。', en: 'It is being tried; load this page again in a few seconds.' },
};

/** What codes of failures mean to whoever has to put it right; of others the code itself is shown. */
export const TRACKER_CODES: DoneWords = {
  ...CALL_CODES,
  sealed: {
    zh: '系统密钥换过，令牌读不出来；请重新填写令牌',
    en: 'the secret of the house has changed, and the token cannot be read; give it again',
  },
  http_401: { zh: '令牌不对，或已过期', en: 'the token is wrong, or has expired' },
  http_403: { zh: '令牌的权限不够', en: 'the token may not do that' },
  http_404: { zh: '找不到；核对地址和项目', en: 'not found; check address and project' },
  http_410: { zh: '已被删除', en: 'deleted' },
  http_429: { zh: '请求太多，对方要求等一等', en: 'too many calls; it asks us to wait' },
  odd_answer: { zh: '回答看不懂；核对地址', en: 'its answer cannot be read; check the address' },
  no_json: { zh: '回答看不懂；核对地址', en: 'its answer cannot be read; check the address' },
  case_refuses: { zh: '案件暂时不能收下答复', en: 'the case does not take the answer yet' },
  case_away: { zh: '系统暂时忙，稍后再写回案件', en: 'the case cannot be told just now; again soon' },
  jira_no_way_to_done: { zh: 'Jira 的流程里没有能直接完成的一步', en: 'the workflow there has no step to done' },
};

/** What somebody has typed of a tracker, but for token and secret, which are never shown again. */
interface Typed {
  name: string;
  kind: string;
  url: string;
  place: string;
  language: string;
  department: string;
  unhooked: boolean;
}

const EMPTY: Typed = {
  name: '',
  kind: 'jira',
  url: '',
  place: '',
  language: 'zh-CN',
  department: '',
  unhooked: false,
};

const typedIn = (req: Request): Typed => ({
  name: field(req, 'name').trim(),
  kind: field(req, 'kind'),
  url: field(req, 'url').trim(),
  place: field(req, 'place').trim(),
  language: field(req, 'language'),
  department: field(req, 'department'),
  unhooked: field(req, 'unhooked') === 'yes',
});

const typedOf = ({ name, kind, url, place, language, department = '' }: TrackerShown): Typed => ({
  name,
  kind,
  url,
  place,
  language,
  department,
  unhooked: false,
});

/** A token or a secret; nothing where nothing was typed. */
const secretsIn = (req: Request) => {
  const [token, hookSecret] = [field(req, 'token').trim(), field(req, 'hookSecret').trim()];
  return { ...(token !== '' && { token }), ...(hookSecret !== '' && { hookSecret }) };
};

/** The two pages: all trackers, and one. */
function showing({ cases: { trackers }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  const mayAct = (res: Response): boolean => atLeast(actorIn(res), 'admin');

  async function formContext(
    res: Response,
    typed: Typed,
    { faults = [], one, language }: { faults?: readonly Fault[]; one: TrackerShown | undefined; language: Language },
  ): Promise<Context> {
    const say = (words: Words): string => inLanguage(words, language);
    const words = (at: string): string | null => faultAt(faults, at, language);
    const kinds = TRACKER_KIND_NAMES.map((kind) => ({
      kind,
      words: say(TRACKER_KINDS[kind]),
      isOn: kind === typed.kind,
      place: say(TRACKER_KINDS[kind].place.words),
      token: say(TRACKER_KINDS[kind].token.words),
    }));
    return {
      isNew: one === undefined,
      hooked: one?.hooked ?? false,
      calls: one === undefined || one.hookUrl !== undefined,
      unhooked: typed.unhooked,
      name: typed.name,
      url: typed.url,
      place: typed.place,
      kinds: one ? kinds.filter(({ kind }) => kind === one.kind) : kinds,
      languages: [
        { language: 'zh-CN', words: '中文', isOn: typed.language !== 'en' },
        { language: 'en', words: 'English', isOn: typed.language === 'en' },
      ],
      departments: (await trackers.departments(actorIn(res))).map(({ id, name }) => ({
        id,
        name: say(name),
        isOn: id === typed.department,
      })),
      nameFault: words('name'),
      kindFault: words('kind'),
      urlFault: words('url'),
      placeFault: words('place'),
      tokenFault: words('token'),
      hookSecretFault: words('hookSecret'),
      departmentFault: words('department'),
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
    const all = await trackers.list(actorIn(res));
    answers.page(
      res,
      status,
      'trackers',
      wording,
      {
        heading: inLanguage({ zh: '工单系统', en: 'Trackers' }, language),
        ...toldIn(req, DONE, language),
        trackers: all.map((one) => rowContext(one, wording)),
        mayAct: mayAct(res),
        wholeFault: faultAt(faults, '', language),
        form: await formContext(res, typed, { faults, one: undefined, language }),
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
    const one = await trackers.get(param(req, 'id'), actorIn(res));
    answers.page(
      res,
      status,
      'tracker',
      wording,
      {
        heading: one.name,
        ...toldIn(req, DONE, language),
        ...rowContext(one, wording),
        mayAct: mayAct(res),
        form: await formContext(res, typed ?? typedOf(one), { faults, one, language }),
      },
      `${HERE}/${one.id}`,
    );
  }

  return { showAll, showOne };
}

/** Trackers of other departments, to which requests for help go. */
export function trackersPage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { trackers } = cases;
  const { showAll, showOne } = showing({ cases, answers });
  const { connecting, saving, testing, switching, removing } = receiverPage(HERE, answers);

  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: {
        zh: '工单系统：请别的部门协助，进他们自己的系统',
        en: 'trackers of other departments, to which requests for help go',
      },
      nav: { name: { zh: '工单系统', en: 'Trackers' }, icon: 'i-tool', isOfHouse: true },
      handle: (req, res) => showAll(req, res, 200),
    },
    connecting(
      { zh: '接上一个工单系统', en: 'connects a tracker' },
      {
        typedIn,
        wanted: (req, { url, department, name, kind, place, language }) =>
          wantedTracker.safeParse(
            {
              name,
              kind,
              place,
              language,
              ...(url !== '' && { url }),
              ...(department !== '' && { department }),
              ...secretsIn(req),
            },
            { reportInput: true },
          ),
        show: showAll,
      },
      (wanted, actor) => trackers.create(wanted, actor),
    ),
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '一个工单系统：状态、测试和设置', en: 'a tracker: its state, a test, its settings' },
      handle: (req, res) => showOne(req, res, 200),
    },
    saving(
      { zh: '修改工单系统', en: 'changes a tracker' },
      {
        typedIn,
        wanted(req, { name, url, place, language, unhooked, ...typed }) {
          const department = typed.department === '' ? null : typed.department;
          const secrets = { ...(unhooked && { hookSecret: null }), ...secretsIn(req) };
          const wanted = { name, place, language, department, ...(url !== '' && { url }), ...secrets };
          return changedTracker.safeParse(wanted, { reportInput: true });
        },
        show: showOne,
      },
      (id, changed, actor) => trackers.change(id, changed, actor),
    ),
    testing({ zh: '试一试能不能连上', en: 'tries whether it can be reached' }, (id, actor) => trackers.test(id, actor)),
    switching({ zh: '停用或启用', en: 'switches a tracker off or on' }, (id, enabled, actor) =>
      trackers.change(id, { enabled }, actor),
    ),
    removing({ zh: '删除一个工单系统', en: 'removes a tracker' }, (id, actor) => trackers.remove(id, actor)),
  ];
}

function rowContext(one: TrackerShown, { language, now }: Wording): Context {
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const { code, failingSince, lookedAt, hookAt, test, department } = one;
  const since = failingSince && pageTime(failingSince, language, now);
  const why = code === undefined ? '' : codeWords(TRACKER_CODES, code, language);
  return {
    id: one.id,
    name: one.name,
    href: `${HERE}/${one.id}`,
    kind: inLanguage(TRACKER_KINDS[one.kind], language),
    place: one.place,
    isOn: one.enabled,
    fails: one.status === 'failing',
    state: {
      working: say('正常', 'works'),
      failing: say(`从 ${since} 起连不上：${why}`, `has failed since ${since}: ${why}`),
      off: say('已停用', 'off'),
    }[one.status],
    about: [
      department === undefined
        ? say('只手工交过去', 'by hand alone')
        : say(`${department} 的协助`, `requests to ${department}`),
      say(`${one.open} 张工单开着`, `${one.open} open tickets`),
    ].join(' · '),
    last: lookedAt === undefined ? null : pageTime(lookedAt, language, now),
    hookUrl: one.hookUrl ?? null,
    hooked: one.hooked,
    hookAt: hookAt === undefined ? null : pageTime(hookAt, language, now),
    test:
      test === undefined
        ? null
        : `${pageTime(test.at, language, now)} · ${
            test.code === undefined
              ? say('还没有结果', 'no result yet')
              : test.code === 'ok'
                ? say('连得上', 'reached')
                : codeWords(TRACKER_CODES, test.code, language)
          }`,
    testFails: test?.code !== undefined && test.code !== 'ok',
  };
}
