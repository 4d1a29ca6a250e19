/**
 * The platform's API for official accounts, and that of WeCom for its customer service: access token, messages to customers,
 * files of theirs, and of WeCom what they have written. Errors stand inside answers with status 200.
 * @module
 */
import type { SealedWechatAccount, WechatKind } from '../../db';
import { mayHaveArrived, open, type Outgoing, type OutgoingClient } from '../../outgoing';
import type { Verdict } from '../telling/relay';
import { BUSY, codeIn, createTokens, OURS, stableToken, TOKEN, WechatFault } from '../weixin/tokens';

/** What is read of an answer: a video has 10 MB at most, a file 20. */
export const WECHAT_ANSWER_BYTES = 25 * 1024 * 1024;
export const WECHAT_HEADERS = ['content-type', 'content-disposition'] as const;

/** Where each of an account's secrets is sealed. */
export const sealedAt = (accountId: string, what: 'secret' | 'token' | 'aesKey'): string =>
  `wechat/${accountId}/${what}`;

type Account = Pick<SealedWechatAccount, 'id' | 'kind' | 'appId' | 'openKfId' | 'secret'>;

interface Platform {
  base: string;
  /** Asks for an access token. @param isForced in place of one that is not valid any more */
  token(account: Account, secret: string, isForced: boolean): { path: string; body?: object };
  /** Sends a text. */
  say(account: Account, openId: string, text: string): { path: string; body: object };
}

const PLATFORMS: Readonly<Record<WechatKind, Platform>> = {
  official: {
    base: 'https://api.weixin.qq.com',
    token: ({ appId }, secret, isForced) => stableToken(appId, secret, isForced),
    say: (_account, openId, text) => ({
      path: '/cgi-bin/message/custom/send',
      body: { touser: openId, msgtype: 'text', text: { content: text } },
    }),
  },
  kf: {
    base: 'https://qyapi.weixin.qq.com',
    // While a token holds, the same one is given again.
    token: ({ appId }, secret) => ({
      path: `/cgi-bin/gettoken?${new URLSearchParams({ corpid: appId, corpsecret: secret }).toString()}`,
    }),
    say: ({ openKfId }, openId, text) => ({
      path: '/cgi-bin/kf/send_msg',
      body: { touser: openId, open_kfid: openKfId, msgtype: 'text', text: { content: text } },
    }),
  },
};

interface Needs {
  out: OutgoingClient;
  /** `LINK_SECRET`, under which an account's secrets are sealed. */
  secret: string;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Left out: those of the platforms. */
  base?: string | undefined;
}

/** A file of a customer's message; `gone`: the platform does not have it (any more). */
export type Fetched =
  { kind: 'file'; content: Buffer; type: string; fileName: string | undefined } | { kind: 'gone'; code: string };

/** Builds the client. One for each process: it remembers access tokens, and nobody else does. */
export function createWechatApi({ out, secret: house, clock, base }: Needs) {
  const baseOf = ({ kind }: Account): string => base ?? PLATFORMS[kind].base;
  /** @param token left out: none is needed */
  const request = (
    account: Account,
    { path, body }: { path: string; body?: object },
    token?: string,
  ): Promise<Outgoing> =>
    out.call({
      url: `${baseOf(account)}${path}${token === undefined ? '' : `?access_token=${encodeURIComponent(token)}`}`,
      method: body ? 'POST' : 'GET',
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  const tokens = createTokens(clock);

  /** Makes a call with a token; once more with another one if it is not valid. @throws WechatFault without a token */
  const called = (account: Account, call: (token: string) => Promise<Outgoing>): Promise<Outgoing> => {
    const { id, kind, secret: sealed } = account;
    const ask = async (isForced: boolean): Promise<Outgoing> => {
      const secret = open(sealed, house, sealedAt(id, 'secret'));
      if (secret === undefined) throw new WechatFault('sealed', true);
      return request(account, PLATFORMS[kind].token(account, secret, isForced));
    };
    return tokens.called({ id, ask }, call);
  };

  return {
    /** Sends a text to somebody, once. */
    async say(account: Account, openId: string, text: string): Promise<Verdict> {
      try {
        const answer = await called(account, (token) =>
          request(account, PLATFORMS[account.kind].say(account, openId, text), token),
        );
        return verdictOf(answer);
      } catch (error) {
        if (!(error instanceof WechatFault)) throw error;
        // Without a token nothing was sent.
        return { kind: 'later', code: error.code, ...(error.ours && { ours: true }) };
      }
    },

    /** A file of a message, for three days after it. @throws WechatFault when it may be had another time */
    async fetch(account: Account, mediaId: string): Promise<Fetched> {
      const answer = await called(account, (token) =>
        out.call({
          url: `${baseOf(account)}/cgi-bin/media/get?access_token=${encodeURIComponent(token)}&media_id=${encodeURIComponent(mediaId)}`,
          method: 'GET',
        }),
      );
      if (answer.kind !== 'answered') {
        if (answer.code === 'BODY_TOO_LARGE') return { kind: 'gone', code: 'too_large' };
        throw new WechatFault(answer.code, answer.kind === 'refused');
      }
      const { status, body, headers = {} } = answer;
      const type = headers['content-type'] ?? 'application/octet-stream';
      const said = /json|text\/plain/u.test(type) ? codeIn(body) : undefined;
      if (status !== 200) throw new WechatFault(`http_${status}`, false);
      if (said && said.code !== 0) {
        if (BUSY.includes(said.code) || TOKEN.includes(said.code) || OURS.includes(said.code)) {
          throw new WechatFault(`wechat_${said.code}`, OURS.includes(said.code));
        }
        return { kind: 'gone', code: `wechat_${said.code}` };
      }
      // A video is given as an address of its own, which nobody has promised us.
      if (said) return { kind: 'gone', code: 'elsewhere' };
      const fileName = /filename="?([^";]+)"?/iu.exec(headers['content-disposition'] ?? '')?.[1];
      return { kind: 'file', content: body, type, fileName };
    },

    /**
     * What customers have written to a customer service account of WeCom since `cursor`, for three days.
     * @throws WechatFault
     */
    async pull(
      account: Account,
      { cursor, pullToken }: Pick<SealedWechatAccount, 'cursor' | 'pullToken'>,
    ): Promise<{ messages: unknown[]; cursor: string | undefined; hasMore: boolean }> {
      const body = {
        open_kfid: account.openKfId,
        limit: 1000,
        voice_format: 0,
        ...(cursor !== undefined && { cursor }),
        ...(pullToken !== undefined && { token: pullToken }),
      };
      const answer = await called(account, (token) => request(account, { path: '/cgi-bin/kf/sync_msg', body }, token));
      if (answer.kind !== 'answered') throw new WechatFault(answer.code, answer.kind === 'refused');
      const said = answer.status === 200 ? codeIn(answer.body) : undefined;
      if (!said) throw new WechatFault(`http_${answer.status}`, false);
      if (said.code !== 0) throw new WechatFault(`wechat_${said.code}`, !BUSY.includes(said.code));
      const { msg_list: messages, next_cursor: next, has_more: more } = said.fields;
      return {
        messages: Array.isArray(messages) ? messages : [],
        cursor: typeof next === 'string' && next !== '' ? next : undefined,
        hasMore: more === 1,
      };
    },
    close: () => out.close(),
  };
}

export type WechatApi = ReturnType<typeof createWechatApi>;

/** What became of a message. */
export function verdictOf(answer: Outgoing): Verdict {
  if (answer.kind === 'failed') return { kind: mayHaveArrived(answer.code) ? 'unknown' : 'later', code: answer.code };
  if (answer.kind === 'refused') return { kind: 'later', code: answer.code, ours: true };
  const { status, body, retryAfterMs } = answer;
  if (status !== 200) {
    const code = `http_${status}`;
    // Behind a proxy the platform may have taken it.
    if (status >= 500 && status !== 503) return { kind: 'unknown', code };
    return { kind: 'later', code, ...(retryAfterMs !== undefined && { afterMs: retryAfterMs }) };
  }
  const said = codeIn(body);
  // A 200 that does not say how it went.
  if (!said || said.fields.errcode === undefined) return { kind: 'unknown', code: 'no_result' };
  if (said.code === 0) return { kind: 'taken' };
  const code = `wechat_${said.code}`;
  if (BUSY.includes(said.code)) return { kind: 'later', code };
  if (TOKEN.includes(said.code) || OURS.includes(said.code)) return { kind: 'later', code, ours: true };
  return { kind: 'never', code };
}
