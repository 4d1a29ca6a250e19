import type { LockOut, Stores } from '../../db';
import { DAY, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Instant, Words } from '../../domain/basics/types';
import { Refused } from '../refused';
import { sha256 } from './links';

/**
 * Four tries are free, each further one that fails doubles the wait, up to a quarter of an hour: about a hundred guesses a
 * day at one name, however many addresses they come from.
 */
const LOCK_OUT: LockOut = { free: 4, waits: [30, 60, 120, 240, 480, 900], forget: DAY / SECOND };

/**
 * What is tried: a password by sign-in name, the code, the old password or the passkeys of a user, or a passkey that is
 * nobody's.
 */
export type Tried =
  { name: string } | { codeOf: string } | { passwordOf: string } | { passkeyOf: string } | { passkey: string };

/** Under which it is counted: no name that somebody typed stands in the database. */
export const keyOf = (tried: Tried): string => sha256(JSON.stringify(tried));

/** Too many failed tries: none is taken before this moment. */
export interface Locked {
  is: 'locked';
  until: Instant;
  words: Words;
}

/** Limits tries at passwords and codes: see `LOCK_OUT`. */
export class Tries {
  constructor(
    private readonly store: Stores['signInFailures'],
    private readonly clock: () => number,
  ) {}

  /**
   * Makes a try, unless there were too many that failed. It counts as failed from before it begins, so that tries that come
   * all at once are counted like those that come one by one; an answer other than undefined takes that back.
   * @param work answers undefined when what was tried is wrong
   */
  async at<T extends object>(tried: Tried, work: () => Promise<T | undefined>): Promise<T | Locked | undefined> {
    const key = keyOf(tried);
    const until = await this.store.take(key, toInstant(this.clock()), LOCK_OUT);
    if (until !== undefined) return { is: 'locked', until, words: this.words(until) };
    const right = await work();
    if (right !== undefined) await this.store.clear(key, toInstant(this.clock()));
    return right;
  }

  /** Forgets failures, so that the next try is taken at once. */
  forget(tried: Tried): Promise<void> {
    return this.store.clear(keyOf(tried), toInstant(this.clock()));
  }

  private words(until: Instant): Words {
    const ms = Math.max(SECOND, Date.parse(until) - this.clock());
    const [zh, en] =
      ms <= 90 * SECOND
        ? [`${Math.ceil(ms / SECOND)} 秒`, `${Math.ceil(ms / SECOND)} seconds`]
        : [`${Math.ceil(ms / MINUTE)} 分钟`, `${Math.ceil(ms / MINUTE)} minutes`];
    return {
      zh: `试错的次数太多，请 ${zh}后再试；忘了密码，可以在登录页点“忘记密码”`,
      en: `too many wrong tries; try again in ${en}, or follow “Forgotten your password” on the sign-in page`,
    };
  }
}

/** The same as an error. */
export const lockedOut = ({ words, until }: Locked, now: number): Refused =>
  new Refused('tooMany', 'locked', words, {
    retryAfterSeconds: Math.max(1, Math.ceil((Date.parse(until) - now) / SECOND)),
  });
