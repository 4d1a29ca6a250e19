import { createHash, createHmac } from 'node:crypto';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { answeredThere, cut, languageOf, MOST_TEXT, Refused } from '../../cases';
import type { ContentFiles } from '../../content-files';
import { wechatSource, type InboundMessage, type SealedWechatAccount, type Stores } from '../../db';
import { isUuid } from '../../domain/basics/ids';
import { SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import { open } from '../../outgoing';
import { wholeText, type InboundChannel, type InboundFile, type Understood } from '../inbound/channel';
import type { WayIn } from '../inbound/inbound';
import { createReceive } from '../inbound/receive';
import type { Log } from '../log';
import { isFresh } from '../signed-moment';
import { sealedAt, type WechatApi } from './api';
import { decrypt, isSigned } from '../weixin/crypto';
import { heardIn, keptFields, readFields, saidIn, type Fields, type Heard, type Media } from './message';
import { createPulling } from './pulling';

/** The longest body, in bytes: a text has 2 KiB at most. */
export const MOST_BYTES = 64 * 1024;
/**
 * A message waits so long before it is taken up: of several that are sent at once (an album) the platform may bring a later one
 * first.
 */
const GATHER_MS = 2 * SECOND;

/** What the platform posts or asks, as it came. */
export interface WechatPost {
  accountId: string;
  timestamp: string;
  nonce: string;
  /** Over time and nonce alone. */
  signature: string;
  /** Over what is encrypted as well. */
  msgSignature: string;
  raw: Buffer;
}

interface Needs {
  wechat: Pick<Stores['wechat'], 'get' | 'wrote' | 'failing' | 'pushed' | 'claimPull' | 'pulled' | 'released'>;
  cases: Pick<Stores['cases'], 'get'>;
  inbound: Pick<Stores['inbound'], 'keep' | 'lastCaseOf'>;
  files: Pick<ContentFiles, 'receive'>;
  api: Pick<WechatApi, 'fetch' | 'pull' | 'close'>;
  /** `LINK_SECRET`: secrets of accounts are sealed under it, and people known by it. */
  secret: string;
  log: Log;
  clock?: () => number;
  /** Milliseconds between two looks while nothing is to be pulled; left out: a second. */
  idleMs?: number;
}

/** Official accounts to which customers write. */
export interface WechatIn extends WayIn {
  /**
   * The platform asks whether we are there, when an admin enters our address.
   * @returns what it wants to hear @throws Refused `unauthenticated`
   */
  greet(post: Omit<WechatPost, 'raw'> & { echo: string }): Promise<string>;
  /**
   * Takes what the platform posts. Once it resolves, it is kept; the same once more is known.
   * @throws Refused `unauthenticated` for an account that is not there or off, a wrong signature and an old time alike, and
   *   `invalid` for what is not encrypted; nothing is kept
   */
  take(post: WechatPost): Promise<{ isNew: boolean }>;
}

/** Compared with where there is no account, so that no answer comes sooner than another. */
const NOBODY = 'no such account';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Builds official accounts as a way in. */
export function createWechatIn(needs: Needs): WechatIn {
  const { wechat, inbound, files, api, secret, log, clock = Date.now } = needs;
  const receive = createReceive({ files, inbound, maxBytes: MOST_BYTES });
  const pulling = createPulling({ ...needs, clock, keep });
  const accountOf = async (id: string): Promise<SealedWechatAccount | undefined> => {
    const found = isUuid(id) ? await wechat.get(id) : undefined;
    return found?.enabled === true ? found : undefined;
  };
  const opened = ({ id, ...account }: SealedWechatAccount, what: 'token' | 'aesKey'): string => {
    const text = open(account[what], secret, sealedAt(id, what));
    // `LINK_SECRET` is another one since: only an admin has it.
    if (text === undefined) throw new Error('a secret of an official account cannot be read');
    return text;
  };

  /** @throws Refused `unauthenticated` */
  function mustBeSigned(
    account: SealedWechatAccount | undefined,
    { timestamp, nonce }: Pick<WechatPost, 'timestamp' | 'nonce'>,
    signature: string,
    ...more: string[]
  ): asserts account is SealedWechatAccount {
    const isRight = isSigned(signature, account ? opened(account, 'token') : NOBODY, timestamp, nonce, ...more);
    if (!account || !isRight) throw notSigned();
    if (!isFresh(timestamp, clock())) throw notOfNow();
  }

  return {
    channel: createWechatChannel(needs),
    start() {
      pulling.run();
      return Promise.resolve();
    },
    async stop() {
      await pulling.stop();
      api.close();
    },

    async greet({ accountId, echo, signature, msgSignature, ...post }) {
      const account = await accountOf(accountId);
      if (account?.kind !== 'kf') {
        mustBeSigned(account, post, signature);
        return echo;
      }
      // WeCom encrypts also what it asks.
      mustBeSigned(account, post, msgSignature, echo);
      const message = decrypt(echo, opened(account, 'aesKey'), account.appId);
      if (!message) throw notForUs();
      return message.toString();
    },

    async take({ accountId, raw, signature, msgSignature, ...post }) {
      const account = await accountOf(accountId);
      const { Encrypt: encrypted } = readFields(raw.toString()) ?? {};
      if (encrypted === undefined) {
        // Its signature says nothing of the body: anybody could have written it.
        mustBeSigned(account, post, signature);
        await wechat.failing(account.id, 'plain');
        log.warn({ wechat: account.id }, 'an official account posts without encryption, and nothing of it is taken');
        throw notEncrypted();
      }
      mustBeSigned(account, post, msgSignature, encrypted);
      const message = decrypt(encrypted, opened(account, 'aesKey'), account.appId);
      if (!message) {
        await wechat.failing(account.id, 'aes_key');
        log.warn({ wechat: account.id }, 'what an official account posts cannot be decrypted, and is not taken');
        throw notForUs();
      }
      const fields = readFields(message.toString()) ?? {};
      if (account.kind === 'kf') {
        // It says only that there is something.
        const { Event, OpenKfId, Token: word = '' } = fields;
        if (Event === 'kf_msg_or_event' && OpenKfId === account.openKfId) await wechat.pushed(account.id, word);
        return { isNew: true };
      }
      const heard = heardIn(fields);
      if (!heard) return { isNew: false };
      return { isNew: await keep(account, heard, message, post.timestamp) };
    },
  };

  /** @returns whether it was not known */
  async function keep(
    account: SealedWechatAccount,
    heard: Heard,
    message: Buffer,
    sourceTime: string,
  ): Promise<boolean> {
    const now = clock();
    const identity = hash(`${account.id}/${heard.from}/${heard.once}`);
    const kept = await receive(
      {
        channel: 'wechat',
        source: wechatSource(account.id),
        sourceKey: `${identity}/${sourceTime}`,
        envelope: {},
        arrivedAt: toInstant(now),
        line: lineOf(account.id, heard.from),
        place: heard.place,
      },
      Readable.from([message]),
      { identity, dueAt: toInstant(now + GATHER_MS) },
    );
    return kept.is === 'new';
  }

  /** The messages of one person to one account; it does not say who. */
  function lineOf(accountId: string, openId: string): string {
    return createHmac('sha256', secret).update(`wechat/${accountId}/${openId}`).digest('hex');
  }
}

/** Reads what was kept. */
function createWechatChannel({ wechat, cases, inbound, api }: Needs): InboundChannel {
  /** @throws WechatFault when it may be had another time: the message is taken up again then */
  async function fetched(account: SealedWechatAccount, { id, name }: Media): Promise<InboundFile | undefined> {
    const found = await api.fetch(account, id);
    if (found.kind === 'gone') return undefined;
    const [type = ''] = found.type.split(';', 1);
    const ending = extname(found.fileName ?? '') || (ENDINGS[type] ?? '');
    return { fileName: `${name}${ending}`, declaredType: type, content: found.content };
  }

  /** The case that goes on, if the last one of this person does. */
  async function goesOn({ line }: InboundMessage): Promise<string | undefined> {
    const caseNo = line === undefined ? undefined : await inbound.lastCaseOf(line);
    if (caseNo === undefined) return undefined;
    // Before its receipt is written it has no row, and is open.
    const stage = (await cases.get(caseNo))?.state.stage;
    return stage === 'archived' ? undefined : caseNo;
  }

  return {
    name: 'wechat',
    async understand(raw: Buffer, message: InboundMessage): Promise<Understood> {
      const account = await wechat.get(message.source.slice(wechatSource('').length));
      if (!account) throw new Error('the official account of a message is not there');
      const fields: Fields = keptFields(raw.toString()) ?? {};
      const heard = heardIn(fields);
      const said = saidIn(fields);
      if (!heard || said.isAside) return { kind: 'aside', reason: 'event' };
      const person = await wechat.wrote(account.id, heard.from, toInstant(heard.at * SECOND));
      const file = said.media && (await fetched(account, said.media));
      const words = said.media && !file ? `${said.text}${NOT_THERE}` : said.text;
      const text = answeredThere.shape.text.safeParse(fitted(words)).success ? fitted(words) : EMPTY;
      const files = [...(words.length > MOST_TEXT ? [wholeText(words)] : []), ...(file ? [file] : [])];
      const language = languageOf(words);
      const name = language === 'zh-CN' ? '微信客户' : 'WeChat customer';
      const complaint: Understood = {
        kind: 'complaint',
        body: { channel: 'wechat', language, customer: { name, preferredChannel: 'wechat' }, text },
        sender: person,
        files,
        title: account.name,
        key: message.identity,
        system: account.name,
        wechatPerson: person,
      };
      const caseNo = await goesOn(message);
      if (caseNo === undefined) return complaint;
      return { kind: 'answer', caseNo, via: 'wechat', text, files, title: account.name, otherwise: complaint };
    },
  };
}

const EMPTY = '[空白]';
const NOT_THERE = '（没有取到 / could not be fetched）';
const fitted = (words: string): string => (words.length <= MOST_TEXT ? words : cut(words));

/** Of what the platform gives without a name. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'audio/amr': '.amr',
  'voice/amr': '.amr',
  'video/mp4': '.mp4',
  'video/mpeg4': '.mp4',
};

const notSigned = (): Refused =>
  new Refused('unauthenticated', 'not_signed', {
    zh: '没有这个账号，它已停用，或签名不对；请核对服务器地址和 Token',
    en: 'there is no such account, it is off, or the signature is wrong; check the address and the Token',
  });
const notOfNow = (): Refused =>
  new Refused('unauthenticated', 'timestamp', {
    zh: '签名的时间与现在相差超过 5 分钟；请校准服务器的时钟',
    en: 'the signed time is more than 5 minutes from now; set the clock of the server right',
  });
const notEncrypted = (): Refused =>
  new Refused('invalid', 'not_encrypted', {
    zh: '消息没有加密，签名管不到内容；请在公众平台把消息加解密方式改为安全模式',
    en: 'the message is not encrypted, so its signature does not cover it; choose the secure mode on the platform',
  });
const notForUs = (): Refused =>
  new Refused('invalid', 'not_for_us', {
    zh: '消息解不开，或不是给这个公众号的；请核对 EncodingAESKey 和 AppID',
    en: 'the message cannot be decrypted, or is for another account; check EncodingAESKey and AppID',
  });
