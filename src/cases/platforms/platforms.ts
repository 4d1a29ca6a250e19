import { createPrivateKey, createPublicKey, randomUUID, X509Certificate } from 'node:crypto';
import type { Stores } from '../../db';
import type { Fault } from '../../domain/basics/faults';
import { given } from '../../domain/basics/given';
import { isUuid } from '../../domain/basics/ids';
import type { Staff } from '../../domain/case/permissions';
import {
  ACCOUNT_FIELDS,
  fieldsOf,
  PLATFORM_KINDS,
  platformAbout,
  SECRET_FIELDS,
  type AccountField,
  type PlatformKind,
  type SecretField,
} from '../../domain/case/platforms';
import { outgoingAddress, seal, type Allowed } from '../../outgoing';
import { conflict, invalid, mustBe, mustRead, notFound } from '../refused';
import type { ChangedPlatform, PlatformShown, WantedPlatform } from './answers';

/** Accounts at platforms whose customers complain there. For admins; auditors may look. */
export interface PlatformAccess {
  /** All of them, the oldest first. @throws Refused `forbidden` below an admin; as everything here */
  list(actor: Staff): Promise<PlatformShown[]>;
  /** @throws Refused `notFound` */
  get(id: string, actor: Staff): Promise<PlatformShown>;
  /**
   * Connects one more; what was complained of there within the last month and is not finished becomes cases, where there is a list.
   * @throws Refused `invalid`, naming the field; `conflict` (`merchant_connected`, `too_many_platforms`)
   */
  create(wanted: WantedPlatform, actor: Staff): Promise<PlatformShown>;
  /** Changes what is given. While it is off, nothing comes in and nothing goes out. @throws Refused as `create`, and `notFound` */
  change(id: string, changed: ChangedPlatform, actor: Staff): Promise<PlatformShown>;
  /** Has it tried, once, also while it is off; `test` of the account says how it went. @throws Refused `notFound` */
  test(id: string, actor: Staff): Promise<PlatformShown>;
}

interface Needs {
  platforms: Stores['platforms'];
  /** `LINK_SECRET`, under which keys are sealed. */
  secret: string;
  allowed: Allowed;
  noticeUrl: (id: string) => string;
}

const MOST = 20;

const TOO_MANY = conflict({
  code: 'too_many_platforms',
  words: {
    zh: `已接上 ${MOST} 个平台账号；请改用已有的，或请运维加大上限`,
    en: `${MOST} accounts are connected already; use one of them`,
  },
});
const CONNECTED = conflict({
  code: 'merchant_connected',
  words: {
    zh: '这个商户号已经接上；请修改或启用已有的那一个',
    en: 'this merchant is connected already; change that account, or switch it on',
  },
});

const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });

/** Builds `PlatformAccess`. */
export function createPlatforms({ platforms, secret, allowed, noticeUrl }: Needs): PlatformAccess {
  const noSuch = () => notFound({ zh: '平台账号', en: 'account' });

  async function one(id: string): Promise<PlatformShown> {
    const found = (await platforms.list()).find((row) => row.id === id);
    if (!found) throw noSuch();
    return shown(found, noticeUrl);
  }

  /** The secrets that are given, as they are kept. */
  const sealedOf = (id: string, fields: Fields): Partial<Record<SecretField, string>> =>
    Object.fromEntries(
      SECRET_FIELDS.flatMap((field) => {
        const value = fields[field];
        return value === undefined ? [] : [[field, seal(asPem(field, value), secret, `platform/${id}/${field}`)]];
      }),
    );

  return {
    async list(actor) {
      mustRead(actor, 'admin');
      return (await platforms.list()).map((row) => shown(row, noticeUrl));
    },

    async get(id, actor) {
      mustRead(actor, 'admin');
      return one(id);
    },

    async create({ name, kind, url = PLATFORM_KINDS[kind].url, language, ...fields }, actor) {
      mustBe(actor, 'admin');
      const faults = [...addressFaults(url, allowed), ...missing(kind, fields), ...faultsIn(kind, fields)];
      if (faults.length > 0) throw invalid(faults);
      if ((await platforms.list()).length >= MOST) throw TOO_MANY;
      const id = randomUUID();
      const { merchantId, serial = null, publicKeyId = null, publicKey } = fields;
      const none: Record<SecretField, null> = {
        privateKey: null,
        apiKey: null,
        secret: null,
        token: null,
        aesKey: null,
      };
      const made = await platforms.create({
        id,
        name,
        kind,
        url,
        merchantId,
        serial,
        publicKeyId,
        publicKey: publicKey === undefined ? null : asPem('publicKey', publicKey),
        ...none,
        ...sealedOf(id, fields),
        language: language ?? 'zh-CN',
        createdBy: actor.id,
      });
      if (!made) throw CONNECTED;
      return one(id);
    },

    async change(id, changed, actor) {
      mustBe(actor, 'admin');
      const { kind } = await one(id);
      const { name, url, language, enabled, serial, publicKeyId, publicKey } = changed;
      const faults = [...(url === undefined ? [] : addressFaults(url, allowed)), ...faultsIn(kind, changed)];
      if (faults.length > 0) throw invalid(faults);
      const key = publicKey === undefined ? undefined : asPem('publicKey', publicKey);
      const rest = given({ name, url, language, enabled, serial, publicKeyId, publicKey: key });
      if (!(await platforms.change(id, { ...rest, ...sealedOf(id, changed) }))) throw noSuch();
      return one(id);
    },

    async test(id, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id) || !(await platforms.wantTest(id))) throw noSuch();
      return one(id);
    },
  };
}

function addressFaults(url: string, allowed: Allowed): Fault[] {
  const address = outgoingAddress(url, { allowed });
  if (address && address.search === '' && address.hash === '' && !/[?#]/.test(url)) return [];
  return [
    fault(
      'url',
      '不能用：写 https 地址，不带 ? 和 #；内网的请先由运维写进 OUTGOING_ALLOWED；一般留空',
      'must be an https address without ? and #; have one inside named in OUTGOING_ALLOWED first; mostly it is left out',
    ),
  ];
}

type Fields = Partial<Record<AccountField, string | undefined>>;

/** What this kind needs beside the fields that all have. */
const missing = (kind: PlatformKind, fields: Fields): Fault[] =>
  fieldsOf(kind)
    .filter(([name]) => fields[name] === undefined)
    .map(([name, { words }]) => fault(name, `要填：${words.zh}`, `is needed: ${words.en}`));

/** What this kind does not have, does not look like what it should be, or is no key. Nothing of it is repeated. */
function faultsIn(kind: PlatformKind, fields: Fields): Fault[] {
  const own = fieldsOf(kind);
  const names = new Set(own.map(([name]) => name));
  const strange = ACCOUNT_FIELDS.filter((name) => fields[name] !== undefined && !names.has(name));
  return [
    ...strange.map((name) => fault(name, '这种账号没有这一项；请去掉', 'this kind of account has none; leave it out')),
    ...own.flatMap(([name, { pattern, words }]) => {
      const value = fields[name];
      if (value === undefined || (pattern.test(value) && isKey(name, value))) return [];
      return [fault(name, `不像${words.zh}；请核对`, `must be: ${words.en}; check it`)];
    }),
  ];
}

/** A key that was given without its PEM frame, which is how Alipay's tool gives it, with it; anything else as it is. */
function asPem(name: AccountField, value: string): string {
  const isPrivate = name === 'privateKey';
  if ((!isPrivate && name !== 'publicKey') || value.includes('-----BEGIN')) return value;
  const key = Buffer.from(value.replaceAll(/\s/g, ''), 'base64');
  if (!isPrivate) {
    return createPublicKey({ key, format: 'der', type: 'spki' }).export({ format: 'pem', type: 'spki' }).toString();
  }
  try {
    return privatePem(key, 'pkcs8');
  } catch {
    return privatePem(key, 'pkcs1');
  }
}

const privatePem = (key: Buffer, type: 'pkcs8' | 'pkcs1'): string =>
  createPrivateKey({ key, format: 'der', type }).export({ format: 'pem', type: 'pkcs8' }).toString();

function isKey(name: AccountField, value: string): boolean {
  try {
    if (name === 'privateKey') return createPrivateKey(asPem(name, value)).asymmetricKeyType === 'rsa';
    if (name !== 'publicKey') return true;
    const pem = asPem(name, value);
    const key = pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function shown(
  row: Awaited<ReturnType<Stores['platforms']['list']>>[number],
  noticeUrl: Needs['noticeUrl'],
): PlatformShown {
  const { failures, testAt, testCode, ...rest } = row;
  return {
    ...rest,
    status: rest.enabled ? (failures > 0 ? 'failing' : 'working') : 'off',
    ...(platformAbout(rest.kind).hasNotices && { noticeUrl: noticeUrl(row.id) }),
    ...(testAt !== undefined && { test: { at: testAt, ...(testCode !== undefined && { code: testCode }) } }),
  };
}
