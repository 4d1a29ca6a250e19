import { randomUUID } from 'node:crypto';
import type { Stores, WechatAccount } from '../../db';
import type { Fault } from '../../domain/basics/faults';
import { given } from '../../domain/basics/given';
import { isUuid } from '../../domain/basics/ids';
import type { Staff } from '../../domain/case/permissions';
import { seal } from '../../outgoing';
import type { Links } from '../access/links';
import { conflict, invalid, mustBe, mustRead, notFound } from '../refused';
import type { ChangedWechatAccount, WantedWechatAccount, WechatAccountShown } from './answers';

/** WeChat official accounts to which customers write. For admins; auditors may look. */
export interface WechatAccess {
  /** All of them, the oldest first. @throws Refused `forbidden` below an admin; as everything here */
  list(actor: Staff): Promise<WechatAccountShown[]>;
  /** @throws Refused `notFound` */
  get(id: string, actor: Staff): Promise<WechatAccountShown>;
  /** Connects one. @throws Refused `invalid` (`appId`, `openKfId`) for what its kind does not have; `conflict`: `known_account` for one that is connected, `too_many_accounts` for the 21st */
  create(wanted: WantedWechatAccount, actor: Staff): Promise<WechatAccountShown>;
  /**
   * Changes what is given. While it is off nothing of it is taken, and its customers are told by mail or people.
   * @throws Refused `notFound`
   */
  change(id: string, changed: ChangedWechatAccount, actor: Staff): Promise<WechatAccountShown>;
  /** Removes it, with who has written to it: they cannot be answered there any more. @throws Refused `notFound` */
  remove(id: string, actor: Staff): Promise<void>;
}

interface Needs {
  wechat: Stores['wechat'];
  links: Pick<Links, 'wechatUrl'>;
  /** `LINK_SECRET`, under which secrets are sealed. */
  secret: string;
}

const MOST = 20;

const TOO_MANY = conflict({
  code: 'too_many_accounts',
  words: {
    zh: `已接上 ${MOST} 个公众号；请先删除不用的`,
    en: `${MOST} official accounts are connected already; remove one that is not used first`,
  },
});
const NOT_OF_KIND = {
  zh: '公众号填 AppID（wx 开头），微信客服填企业 ID（ww 开头）',
  en: 'must be an AppID (wx…) for an official account, a CorpID (ww…) for customer service',
};
const KF_ID = {
  zh: '微信客服要填客服账号 ID，公众号请留空',
  en: 'is needed for customer service, and must be left out for an official account',
};
const KNOWN = conflict({
  code: 'known_account',
  words: {
    zh: '这个账号已经接上；请修改那一个',
    en: 'this account is connected already; change that one',
  },
});

/** Builds `WechatAccess`. */
export function createWechat({ wechat, links, secret: house }: Needs): WechatAccess {
  const noSuch = () => notFound({ zh: '公众号', en: 'official account' });
  const shown = ({ failingSince, ...account }: WechatAccount): WechatAccountShown => ({
    ...account,
    ...given({ failingSince }),
    url: links.wechatUrl(account.id),
    status: account.enabled ? (failingSince === undefined ? 'working' : 'failing') : 'off',
  });
  async function one(id: string): Promise<WechatAccountShown> {
    const found = (await wechat.list()).find((row) => row.id === id);
    if (!found) throw noSuch();
    return shown(found);
  }
  const sealed = <Name extends 'secret' | 'token' | 'aesKey'>(id: string, secrets: Record<Name, string>) =>
    Object.fromEntries(
      Object.entries<string>(secrets).map(([name, text]) => [name, seal(text, house, `wechat/${id}/${name}`)]),
    ) as Record<Name, string>;

  return {
    async list(actor) {
      mustRead(actor, 'admin');
      return (await wechat.list()).map(shown);
    },

    async get(id, actor) {
      mustRead(actor, 'admin');
      return one(id);
    },

    async create({ name, kind, appId, openKfId, ...secrets }, actor) {
      mustBe(actor, 'admin');
      const faults: Fault[] = [];
      if (!appId.startsWith(kind === 'kf' ? 'ww' : 'wx')) faults.push({ path: 'appId', words: NOT_OF_KIND });
      if ((openKfId !== undefined) !== (kind === 'kf')) faults.push({ path: 'openKfId', words: KF_ID });
      if (faults.length > 0) throw invalid(faults);
      const all = await wechat.list();
      if (all.some((account) => account.appId === appId && account.openKfId === openKfId)) throw KNOWN;
      if (all.length >= MOST) throw TOO_MANY;
      const id = randomUUID();
      await wechat.create({
        id,
        name,
        kind,
        appId,
        ...given({ openKfId }),
        ...sealed(id, secrets),
        createdBy: actor.id,
      });
      return one(id);
    },

    async change(id, { name, enabled, ...secrets }, actor) {
      mustBe(actor, 'admin');
      const changes = { ...given({ name, enabled }), ...sealed(id, given(secrets) as Record<'secret', string>) };
      if (!isUuid(id) || !(await wechat.change(id, changes, actor.id))) throw noSuch();
      return one(id);
    },

    async remove(id, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id) || !(await wechat.remove(id, actor.id))) throw noSuch();
    },
  };
}
