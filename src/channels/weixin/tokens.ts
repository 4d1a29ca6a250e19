/**
 * Access tokens of WeChat's platforms, and what its answers say: errors stand inside answers with status 200. Official accounts,
 * mini-programs and stores ask for the same stable token.
 * @module
 */
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';
import type { Outgoing } from '../../outgoing';

/** Busy: certainly not done. */
export const BUSY: readonly number[] = [-1];
/** The access token is not valid (any more). */
export const TOKEN: readonly number[] = [40001, 40014, 42001];
/** Whatever we ask is refused until an admin has put it right: secret, AppID, IP list, rights, quota. */
export const OURS: readonly number[] = [
  40002, 40013, 40125, 40164, 45009, 48001, 48004, 48006, 50002, 60011, 60020, 95000, 61004, 89503, 89506, 89507,
];

/** An answer that is no file: its code, 0 for a yes. Undefined: it is none. */
export function codeIn(body: Buffer): { code: number; fields: Record<string, unknown> } | undefined {
  try {
    const fields = JSON.parse(body.toString()) as unknown;
    if (typeof fields !== 'object' || fields === null) return undefined;
    const { errcode = 0 } = fields as { errcode?: unknown };
    return typeof errcode === 'number' ? { code: errcode, fields: fields as Record<string, unknown> } : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing can be asked: `ours` until an admin has put it right. */
export class WechatFault extends Error {
  override name = 'WechatFault';
  constructor(
    readonly code: string,
    readonly ours: boolean,
  ) {
    super(code);
  }
}

/** Asks for the stable token: the same for all who ask, so that processes do not end each other's. @param isForced in place of one that is not valid any more */
export const stableToken = (appId: string, secret: string, isForced: boolean): { path: string; body: object } => ({
  path: '/cgi-bin/stable_token',
  body: { grant_type: 'client_credential', appid: appId, secret, force_refresh: isForced },
});

interface Token {
  value: string;
  until: number;
}

/** Whose token it is, and how it is asked for. */
export interface TokenHolder {
  id: string;
  /** @throws WechatFault */
  ask(isForced: boolean): Promise<Outgoing>;
}

/** Remembers access tokens, for one process. @param clock milliseconds since 1970 */
export function createTokens(clock: () => number) {
  const tokens = new Map<string, Promise<Token>>();

  /** @throws WechatFault */
  async function asked(holder: TokenHolder, isForced: boolean): Promise<Token> {
    const answer = await holder.ask(isForced);
    if (answer.kind !== 'answered') throw new WechatFault(answer.code, answer.kind === 'refused');
    const said = answer.status === 200 ? codeIn(answer.body) : undefined;
    if (!said) throw new WechatFault(`http_${answer.status}`, false);
    const { access_token: value, expires_in: seconds } = said.fields;
    if (said.code !== 0 || typeof value !== 'string' || typeof seconds !== 'number') {
      throw new WechatFault(`wechat_${said.code}`, !BUSY.includes(said.code));
    }
    // The platform gives a new one five minutes before; until then both hold.
    return { value, until: clock() + Math.max(seconds * SECOND - 5 * MINUTE, MINUTE) };
  }

  /** @param not a token that is not valid: another one is wanted. Who asks meanwhile waits for the same answer */
  async function tokenOf(holder: TokenHolder, not?: string): Promise<string> {
    const known = tokens.get(holder.id);
    if (known) {
      const token = await known.catch(() => undefined);
      if (token && token.value !== not && token.until > clock()) return token.value;
      // Somebody else has begun to ask for another one.
      const newer = tokens.get(holder.id);
      if (newer && newer !== known) return (await newer).value;
    }
    const asking = (async () => {
      const token = await asked(holder, false);
      return token.value === not ? asked(holder, true) : token;
    })();
    tokens.set(holder.id, asking);
    asking.catch(() => {
      if (tokens.get(holder.id) === asking) tokens.delete(holder.id);
    });
    return (await asking).value;
  }

  return {
    /** Asks for a token anew: whether there is one to be had. @throws WechatFault */
    async renew(holder: TokenHolder): Promise<void> {
      tokens.delete(holder.id);
      await tokenOf(holder);
    },

    /** Makes a call with a token; once more with another one if it is not valid. @throws WechatFault without a token */
    async called(holder: TokenHolder, call: (token: string) => Promise<Outgoing>): Promise<Outgoing> {
      const token = await tokenOf(holder);
      const answer = await call(token);
      const said = answer.kind === 'answered' ? codeIn(answer.body) : undefined;
      if (!said || !TOKEN.includes(said.code)) return answer;
      return call(await tokenOf(holder, token));
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;
