import type { Request, Response } from 'express';
import { changedWechatAccount, wantedWechatAccount, type WechatAccountShown } from '../../../cases';
import type { Fault } from '../../../domain/basics/faults';
import type { Language } from '../../../domain/basics/types';
import { atLeast } from '../../../domain/case/permissions';
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

const HERE = '/desk/wechat';

const DONE: DoneWords = {
  ...RECEIVER_DONE,
  off: {
    zh: '已停用：客户写来的不收，答复改由邮件或人来告诉客户。',
    en: 'It is off: nothing is taken from customers, and they are told by mail or by people.',
  },
  made: {
    zh: '已接上。现在把服务器地址填到微信公众平台，再用自己的微信发一条试试。',
    en: 'It is connected. Enter the address on the platform now, then write to the account yourself.',
  },
  saved: { zh: '已保存。', en: 'Saved.' },
};

/** What codes of failures mean to whoever has to put it right; of others the code itself is shown. */
const CODES: DoneWords = {
  ...CALL_CODES,
  sealed: {
    zh: '系统密钥换过，密钥读不出来；请重新填写三个密钥',
    en: 'the secret of the house has changed, and the secrets cannot be read; give all three again',
  },
  plain: {
    zh: '平台发来的消息没有加密，没有收下；请在公众平台选“安全模式”',
    en: 'the platform posts without encryption, and nothing was taken; choose the secure mode there',
  },
  aes_key: {
    zh: '消息解不开；请核对 EncodingAESKey 和 AppID（企业 ID）',
    en: 'messages cannot be decrypted; check EncodingAESKey and AppID',
  },
  wechat_40001: { zh: 'AppSecret 不对', en: 'the AppSecret is wrong' },
  wechat_40013: { zh: 'AppID 不对', en: 'the AppID is wrong' },
  wechat_40125: { zh: 'AppSecret 不对', en: 'the AppSecret is wrong' },
  wechat_40164: {
    zh: '本服务器的出口 IP 不在公众平台的 IP 白名单里',
    en: 'the address of this server is not on the IP list of the platform',
  },
  wechat_45009: { zh: '今天的接口调用次数用完了', en: 'the calls of today are used up' },
  wechat_48001: {
    zh: '这个公众号没有客服消息接口的权限（多半没有认证）',
    en: 'the account may not send customer service messages (mostly it is not verified)',
  },
  wechat_60020: {
    zh: '本服务器的出口 IP 不在企业微信的可信 IP 里',
    en: 'the address of this server is not among those that WeCom trusts',
  },
  wechat_95000: { zh: '没有这个客服账号', en: 'there is no such customer service account' },
  wechat_50002: { zh: '公众号被平台限制', en: 'the platform has restricted the account' },
};

/** What somebody has typed, but for the secrets, which are never shown again. */
interface Typed {
  name: string;
  kind: string;
  appId: string;
  openKfId: string;
}
const NOTHING: Typed = { name: '', kind: 'official', appId: '', openKfId: '' };
const typedIn = (req: Request): Typed => ({
  name: field(req, 'name').trim(),
  kind: field(req, 'kind') === 'kf' ? 'kf' : 'official',
  appId: field(req, 'appId').trim(),
  openKfId: field(req, 'openKfId').trim(),
});
const SECRETS = ['secret', 'token', 'aesKey'] as const;
/** Secrets; nothing where nothing was typed. */
const secretsIn = (req: Request) =>
  Object.fromEntries(SECRETS.map((name) => [name, field(req, name).trim()] as const).filter(([, text]) => text !== ''));

function formContext(typed: Typed, faults: readonly Fault[], isNew: boolean, language: Language): Context {
  const at = (path: string) => faultAt(faults, path, language);
  return {
    isNew,
    name: typed.name,
    isKf: typed.kind === 'kf',
    appId: typed.appId,
    openKfId: typed.openKfId,
    openKfIdFault: at('openKfId'),
    nameFault: at('name'),
    appIdFault: at('appId'),
    secretFault: at('secret'),
    tokenFault: at('token'),
    aesKeyFault: at('aesKey'),
  };
}

function rowContext(one: WechatAccountShown, { language, now }: Wording): Context {
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const { code, failingSince, lastInAt, lastOutAt } = one;
  const since = failingSince && pageTime(failingSince, language, now);
  const why = code === undefined ? '' : codeWords(CODES, code, language);
  return {
    id: one.id,
    name: one.name,
    appId: one.openKfId === undefined ? one.appId : `${one.appId} · ${one.openKfId}`,
    kind: one.kind === 'kf' ? say('微信客服', 'WeCom customer service') : say('公众号', 'official account'),
    isKf: one.kind === 'kf',
    url: one.url,
    href: `${HERE}/${one.id}`,
    isOn: one.enabled,
    fails: one.status === 'failing',
    state: {
      working: say('正常', 'works'),
      failing: say(`从 ${since} 起有问题：${why}`, `does not work since ${since}: ${why}`),
      off: say('已停用', 'off'),
    }[one.status],
    lastIn: lastInAt === undefined ? null : pageTime(lastInAt, language, now),
    lastOut: lastOutAt === undefined ? null : pageTime(lastOutAt, language, now),
  };
}

/** The two pages: all accounts, and one. */
function showing({ cases: { wechat, connections }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  const mayAct = (res: Response): boolean => atLeast(actorIn(res), 'admin');

  async function showAll(
    req: Request,
    res: Response,
    status: number,
    { typed = NOTHING, faults = [] }: { typed?: Typed; faults?: readonly Fault[] } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const all = await wechat.list(actorIn(res));
    answers.page(
      res,
      status,
      'wechat-accounts',
      wording,
      {
        heading: inLanguage(
          { zh: '微信公众号和微信客服', en: 'WeChat: official accounts and customer service' },
          language,
        ),
        ...toldIn(req, DONE, language),
        accounts: all.map((one) => rowContext(one, wording)),
        mayAct: mayAct(res),
        wholeFault: faultAt(faults, '', language),
        form: formContext(typed, faults, true, language),
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
    const one = await wechat.get(param(req, 'id'), actorIn(res));
    const acts = await connections.acts(actorIn(res), one.id);
    answers.page(
      res,
      status,
      'wechat-account',
      wording,
      {
        heading: one.name,
        ...toldIn(req, DONE, language),
        ...rowContext(one, wording),
        mayAct: mayAct(res),
        acts: actsContext(acts, wording),
        form: formContext(typed ?? { ...NOTHING, ...one }, faults, false, language),
      },
      `${HERE}/${one.id}`,
    );
  }

  return { showAll, showOne };
}

/** WeChat official accounts to which customers write. */
export function wechatPage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { wechat } = cases;
  const { showAll, showOne } = showing({ cases, answers });
  const { connecting, saving, switching, removing } = receiverPage(HERE, answers);
  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: {
        zh: '微信公众号和微信客服：客户在那里投诉，答复也发到那里',
        en: 'WeChat official accounts and customer service: customers complain there and are answered there',
      },
      nav: {
        name: { zh: '微信公众号', en: 'WeChat' },
        icon: 'i-talk',
        isOfHouse: true,
        behind: CHANNELS_PAGE,
      },
      handle: (req, res) => showAll(req, res, 200),
    },
    connecting(
      { zh: '接上一个公众号', en: 'connects an official account' },
      {
        typedIn,
        wanted: (req, { openKfId, ...typed }) =>
          wantedWechatAccount.safeParse(
            {
              ...typed,
              ...(openKfId !== '' && { openKfId }),
              secret: '',
              token: '',
              aesKey: '',
              ...secretsIn(req),
            },
            { reportInput: true },
          ),
        show: showAll,
      },
      (wanted, actor) => wechat.create(wanted, actor),
    ),
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '一个公众号：地址、状态和设置', en: 'an official account: its address, state and settings' },
      handle: (req, res) => showOne(req, res, 200),
    },
    saving(
      { zh: '修改公众号', en: 'changes an official account' },
      {
        // Which account it is stays as it was.
        typedIn: (req) => ({ ...NOTHING, name: typedIn(req).name }),
        wanted: (req, { name }) => changedWechatAccount.safeParse({ name, ...secretsIn(req) }, { reportInput: true }),
        show: showOne,
      },
      (id, changed, actor) => wechat.change(id, changed, actor),
    ),
    switching({ zh: '停用或启用', en: 'switches an official account off or on' }, (id, enabled, actor) =>
      wechat.change(id, { enabled }, actor),
    ),
    removing({ zh: '删除一个公众号', en: 'removes an official account' }, (id, actor) => wechat.remove(id, actor)),
  ];
}
