import type { Request, Response } from 'express';
import { changedPlatform, wantedPlatform, type PlatformShown } from '../../../cases';
import type { Fault } from '../../../domain/basics/faults';
import type { Language } from '../../../domain/basics/types';
import { atLeast } from '../../../domain/case/permissions';
import {
  fieldsOf,
  isSecretField,
  PLATFORM_KIND_NAMES,
  PLATFORM_KINDS,
  platformAbout,
  SECRET_FIELDS,
  type AccountField,
  type PlatformKind,
  type SecretField,
} from '../../../domain/case/platforms';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param, queried } from '../kit/request';
import type { Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { CALL_CODES, codeWords, faultAt, receiverPage, RECEIVER_DONE, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/platforms';
/** The kind of a new one, as its form or the address of the page says. */
const kindIn = (req: Request): PlatformKind => {
  const said = field(req, 'kind') || queried(req, 'kind');
  return PLATFORM_KIND_NAMES.find((kind) => kind === said) ?? 'wechatpay';
};

const DONE: DoneWords = {
  ...RECEIVER_DONE,
  made: {
    zh: '已接上。先试一试，再把通知地址登记到平台（有的话）。',
    en: 'It is connected. Test it, then register our address there, where it has one.',
  },
  saved: { zh: '已保存。', en: 'Saved.' },
  on: { zh: '已启用。', en: 'It is on.' },
  off: {
    zh: '已停用：不再读投诉，回复也发不出去。',
    en: 'It is off: complaints are not read, and no reply goes out.',
  },
  tested: { zh: '正在试，几秒后刷新本页看结果。', en: 'It is being tried; load this page again in a few seconds.' },
};

/** What codes of failures mean to whoever has to put it right; of others the code itself is shown. */
export const PLATFORM_CODES: DoneWords = {
  ...CALL_CODES,
  sealed: {
    zh: '系统密钥换过，账号的密钥读不出来；请重新填写所有不再显示的密钥',
    en: 'the secret of the house has changed, and the keys cannot be read; give all of those again that are not shown',
  },
  not_signed: {
    zh: '回答的签名不对；请核对平台公钥和它的 ID，以及本机时间',
    en: 'its answer is not signed as it should be; check the public key, its id, and the clock of this machine',
  },
  sign_error: {
    zh: '平台说我们的签名不对；请核对商户号、证书序列号和私钥',
    en: 'the platform says that our signature is wrong; check merchant id, serial number and private key',
  },
  no_auth: { zh: '商户号没有这个接口的权限', en: 'the merchant may not use this interface' },
  frequency_limited: { zh: '请求太多，平台要求等一等', en: 'too many calls; it asks us to wait' },
  http_401: { zh: '签名或商户号不对', en: 'signature or merchant id are wrong' },
  http_403: { zh: '没有权限', en: 'not allowed' },
  http_429: { zh: '请求太多，平台要求等一等', en: 'too many calls; it asks us to wait' },
  odd_answer: { zh: '回答看不懂；核对地址', en: 'its answer cannot be read; check the address' },
  no_json: { zh: '回答看不懂；核对地址', en: 'its answer cannot be read; check the address' },
  'isv.invalid-signature': {
    zh: '支付宝说签名不对；请核对应用私钥是不是和开放平台上的应用公钥一对',
    en: 'Alipay says that the signature is wrong; check that the private key belongs to the key of the application there',
  },
  'isv.invalid-app-id': { zh: '没有这个 APPID；请核对', en: 'there is no such APPID; check it' },
  'isv.insufficient-isv-permissions': {
    zh: '应用没有这个接口的权限；请在开放平台绑定产品',
    en: 'the application may not use this interface; add the product on the open platform',
  },
  wechat_40001: { zh: 'AppSecret 不对，或刚换过；请核对', en: 'the AppSecret is wrong, or was changed; check it' },
  wechat_40125: { zh: 'AppSecret 不对；请核对', en: 'the AppSecret is wrong; check it' },
  wechat_40013: { zh: 'AppID 不对；请核对', en: 'the AppID is wrong; check it' },
  wechat_40164: {
    zh: '本机的公网 IP 不在平台的 IP 白名单里；请加上',
    en: 'the address of this machine is not in the IP list of the platform; add it',
  },
  wechat_45009: { zh: '今天的调用次数用完了', en: 'the calls of today are used up' },
  wechat_48001: { zh: '账号没有这个接口的权限', en: 'the account may not use this interface' },
  'wechat_-1': {
    zh: '平台说系统错误：它忙，或投诉单号不对',
    en: 'the platform says "system error": it is busy, or the number is none',
  },
  wechat_309: { zh: '那边已到下一步，现在不收', en: 'it is one step further there, and takes this no more' },
  wechat_1002: { zh: '那边现在不收这一步', en: 'it does not take this step now' },
  wechat_10021503: { zh: '那边现在不收留言', en: 'it takes no words now' },
  wechat_10021504: { zh: '那边现在不收举证', en: 'it takes no evidence now' },
  moved_on: {
    zh: '那边已到下一步，看不出是不是收下了；请到平台上看',
    en: 'it is one step further there, and does not say whether it was taken; look there',
  },
  message_limit: {
    zh: '客户今天的留言已满，其余稍后再写入案件',
    en: 'the customer has written as often as a case takes in a day; the rest comes later',
  },
  case_not_begun: { zh: '案件正在建，稍后再写入', en: 'the case is being made; again soon' },
  case_away: { zh: '系统暂时忙，稍后再写入', en: 'the case cannot be told just now; again soon' },
};

type PlainField = Exclude<AccountField, SecretField>;
type Typed = Record<'name' | 'url' | 'language' | PlainField, string> & { kind: PlatformKind };

const EMPTY: Omit<Typed, 'kind'> = {
  name: '',
  url: '',
  language: 'zh-CN',
  merchantId: '',
  serial: '',
  publicKeyId: '',
  publicKey: '',
};

const typedIn = (req: Request): Typed => ({
  kind: kindIn(req),
  name: field(req, 'name').trim(),
  url: field(req, 'url').trim(),
  language: field(req, 'language'),
  merchantId: field(req, 'merchantId').trim(),
  serial: field(req, 'serial').trim(),
  publicKeyId: field(req, 'publicKeyId').trim(),
  publicKey: field(req, 'publicKey').trim(),
});

const typedOf = ({ kind, name, url, language, merchantId, serial = '', publicKeyId = '' }: PlatformShown): Typed => ({
  kind,
  name,
  url,
  language,
  merchantId,
  serial,
  publicKeyId,
  publicKey: '',
});

/** What was typed, without fields that were left empty, and with keys. */
const givenIn = (req: Request, typed: Typed): Record<string, string> =>
  Object.fromEntries(
    [...Object.entries(typed), ...SECRET_FIELDS.map((name) => [name, field(req, name).trim()] as const)].filter(
      ([, value]) => value !== '',
    ),
  );

/** The fields of the form of one. Keys are shown to nobody again. */
function formContext(
  typed: Typed,
  { faults = [], one, language }: { faults?: readonly Fault[]; one: PlatformShown | undefined; language: Language },
): Context {
  const words = (at: string): string | null => faultAt(faults, at, language);
  const isNew = one === undefined;
  const { kind } = one ?? typed;
  const fields = fieldsOf(kind)
    .filter(([name]) => isNew || name !== 'merchantId')
    .map(([name, about]) => {
      const isSecret = isSecretField(name);
      return {
        name,
        label: inLanguage(about.words, language),
        value: isSecret ? '' : typed[name],
        isPem: name === 'privateKey' || name === 'publicKey',
        isSecret,
        isKept: !isNew && (isSecret || name === 'publicKey'),
        needed: isNew,
        fault: words(name),
      };
    });
  return {
    isNew,
    kind,
    usual: PLATFORM_KINDS[kind].url,
    name: typed.name,
    url: typed.url,
    nameFault: words('name'),
    urlFault: words('url'),
    fields,
    languages: [
      { language: 'zh-CN', words: '中文', isOn: typed.language !== 'en' },
      { language: 'en', words: 'English', isOn: typed.language === 'en' },
    ],
  };
}

/** Accounts at platforms whose customers complain there. */
export function platformsPage({ cases: { platforms }, answers }: DeskNeeds): DeskRoute[] {
  const { connecting, saving, testing, switching } = receiverPage(HERE, answers);
  const mayAct = (res: Response): boolean => atLeast(actorIn(res), 'admin');

  interface Shown {
    typed?: Typed;
    faults?: readonly Fault[];
  }

  async function showAll(req: Request, res: Response, status: number, { typed, faults = [] }: Shown = {}) {
    const kind = kindIn(req);
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const all = await platforms.list(actorIn(res));
    answers.page(
      res,
      status,
      'platforms',
      wording,
      {
        heading: inLanguage({ zh: '平台上的投诉', en: 'Complaints at platforms' }, language),
        ...toldIn(req, DONE, language),
        platforms: all.map((one) => rowContext(one, wording)),
        mayAct: mayAct(res),
        wholeFault: faultAt(faults, '', language),
        connect: inLanguage(PLATFORM_KINDS[kind], language),
        kinds: PLATFORM_KIND_NAMES.map((name) => ({
          words: inLanguage(PLATFORM_KINDS[name], language),
          href: `${HERE}?kind=${name}#new`,
          isOn: name === kind,
        })),
        form: formContext(typed ?? { ...EMPTY, kind }, { faults, one: undefined, language }),
      },
      HERE,
    );
  }

  async function showOne(req: Request, res: Response, status: number, { typed, faults = [] }: Shown = {}) {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const one = await platforms.get(param(req, 'id'), actorIn(res));
    answers.page(
      res,
      status,
      'platform',
      wording,
      {
        heading: one.name,
        ...toldIn(req, DONE, language),
        ...rowContext(one, wording),
        mayAct: mayAct(res),
        form: formContext(typed ?? typedOf(one), { faults, one, language }),
      },
      `${HERE}/${one.id}`,
    );
  }

  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: {
        zh: '平台上的投诉：接上账号，投诉成为案件',
        en: 'accounts at platforms, whose complaints become cases',
      },
      handle: (req, res) => showAll(req, res, 200),
    },
    connecting(
      { zh: '接上一个平台账号', en: 'connects an account at a platform' },
      {
        typedIn,
        wanted: (req, typed) => wantedPlatform.safeParse(givenIn(req, typed), { reportInput: true }),
        show: showAll,
      },
      (wanted, actor) => platforms.create(wanted, actor),
    ),
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '一个平台账号：状态、测试和设置', en: 'an account at a platform: its state, a test, its settings' },
      handle: (req, res) => showOne(req, res, 200),
    },
    saving(
      { zh: '修改平台账号', en: 'changes an account at a platform' },
      {
        typedIn,
        wanted(req, typed) {
          const { merchantId: _merchant, kind: _kind, ...given } = givenIn(req, typed);
          return changedPlatform.safeParse(given, { reportInput: true });
        },
        show: showOne,
      },
      (id, changed, actor) => platforms.change(id, changed, actor),
    ),
    testing({ zh: '试一试账号能不能用', en: 'tries whether the account works' }, (id, actor) =>
      platforms.test(id, actor),
    ),
    switching({ zh: '停用或启用平台账号', en: 'switches an account at a platform off or on' }, (id, enabled, actor) =>
      platforms.change(id, { enabled }, actor),
    ),
  ];
}

function rowContext(one: PlatformShown, { language, now }: Wording): Context {
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const { code, failingSince, lookedAt, noticeAt, test } = one;
  const since = failingSince && pageTime(failingSince, language, now);
  const why = code === undefined ? '' : codeWords(PLATFORM_CODES, code, language);
  return {
    id: one.id,
    name: one.name,
    href: `${HERE}/${one.id}`,
    kind: inLanguage(PLATFORM_KINDS[one.kind], language),
    merchantId: one.merchantId,
    isOn: one.enabled,
    fails: one.status === 'failing',
    state: {
      working: say('正常', 'works'),
      failing: say(`从 ${since} 起不正常：${why}`, `has failed since ${since}: ${why}`),
      off: say('已停用', 'off'),
    }[one.status],
    about: say(`${one.open} 件没有办完`, `${one.open} not finished`),
    last: lookedAt === undefined ? null : pageTime(lookedAt, language, now),
    noticeUrl: one.noticeUrl ?? null,
    isPushed: platformAbout(one.kind).isPushed === true,
    noticeAt: noticeAt === undefined ? null : pageTime(noticeAt, language, now),
    test:
      test === undefined
        ? null
        : `${pageTime(test.at, language, now)} · ${
            test.code === undefined
              ? say('还没有结果', 'no result yet')
              : test.code === 'ok'
                ? say('正常', 'works')
                : codeWords(PLATFORM_CODES, test.code, language)
          }`,
    testFails: test?.code !== undefined && test.code !== 'ok',
  };
}
