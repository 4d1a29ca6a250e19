import { createRepeating, type Repeating } from '../../cases';
import type { SealedWechatAccount, Stores } from '../../db';
import { DAY, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import { faultName, type Log } from '../log';
import type { WechatApi } from './api';
import { WechatFault } from '../weixin/tokens';
import { heardIn, kfFields, type Heard } from './message';

/** Longer than a turn may take: it begins no page after `TURN`, and one is a few calls of ten seconds. */
const LEASE = 5 * MINUTE;
const TURN = MINUTE;
/** Looked at without a word of the platform, in case that one was lost. */
const LOOK = 10 * MINUTE;
const AGAIN = MINUTE;
/** The platform gives no more. */
const REACH = 3 * DAY;

interface Needs {
  wechat: Pick<Stores['wechat'], 'claimPull' | 'pulled' | 'released' | 'failing'>;
  api: Pick<WechatApi, 'pull'>;
  /** Keeps a message; the same once more is known. */
  keep: (account: SealedWechatAccount, heard: Heard, message: Buffer, sourceTime: string) => Promise<unknown>;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
  idleMs?: number;
}

/**
 * Reads what customers have written to customer service accounts of WeCom: an account by one process at a time, from the cursor
 * on, which moves after what it has passed is kept.
 */
export function createPulling({ wechat, api, keep, log, clock, idleMs = SECOND }: Needs): Repeating {
  async function keepAll(account: SealedWechatAccount, messages: readonly unknown[]): Promise<void> {
    const now = clock();
    // What was written before it was connected is not ours.
    const since = Math.max(Date.parse(account.createdAt), now - REACH);
    for (const [index, message] of messages.entries()) {
      const heard = heardIn(kfFields(message) ?? {});
      if (!heard || heard.at * SECOND < since - SECOND) continue;
      // As they came: their ids have no order.
      const place = `${String(heard.at).padStart(12, '0')}.${String(now).padStart(15, '0')}.${String(index).padStart(5, '0')}`;
      await keep(account, { ...heard, place }, Buffer.from(JSON.stringify(message)), 'pulled');
    }
  }

  async function read(account: SealedWechatAccount): Promise<void> {
    const began = clock();
    let { cursor } = account;
    for (;;) {
      const page = await api.pull(account, { ...account, ...(cursor !== undefined && { cursor }) });
      await keepAll(account, page.messages);
      if (page.cursor !== undefined && page.cursor !== cursor) await wechat.pulled(account.id, page.cursor);
      if (!page.hasMore || page.cursor === undefined || page.cursor === cursor) break;
      ({ cursor } = page);
      if (clock() - began >= TURN) return wechat.released(account, toInstant(clock()));
    }
    await wechat.released(account, toInstant(clock() + LOOK));
  }

  return createRepeating({
    async round() {
      const account = await wechat.claimPull(LEASE);
      if (!account) return false;
      try {
        await read(account);
      } catch (error) {
        const isOurs = error instanceof WechatFault && error.ours;
        const code = error instanceof WechatFault ? error.code : faultName(error);
        if (isOurs) await wechat.failing(account.id, code);
        await wechat.released(account, toInstant(clock() + AGAIN));
        log.warn(
          { wechat: account.id, code },
          'what customers have written on WeChat cannot be read; again in a minute',
        );
      }
      return true;
    },
    failed: (error) => log.warn({ code: faultName(error) }, 'accounts of WeChat cannot be looked at; again soon'),
    pauseMs: () => idleMs,
    ended: new AbortController(),
  });
}
