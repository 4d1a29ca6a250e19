import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Fault } from '../../domain/basics/faults';
import { isCleanText } from '../../domain/basics/free-text';
import { Refused } from '../refused';
import { signInKey } from './sign-in-name';

/** What one hash costs. */
export interface HashCost {
  /** Memory in KiB. */
  memoryCost: number;
  /** Passes over it. */
  timeCost: number;
  /** Threads. */
  parallelism: number;
}

/** OWASP's recommendation for argon2id; a hash takes 20 to 100 ms. */
export const HASH_COST: HashCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashes that are worked out at the same time. Each takes one of Node's four pool threads, which reading files and looking up
 * names need too, and 19 MiB.
 */
const AT_ONCE = 2;
/** Hashes that may wait for their turn; as many take some seconds, and whoever comes then is told to come again. */
const MOST_WAITING = 100;

const LEAST_LENGTH = 10;
const MOST_LENGTH = 200;
/** The same in UTF-16, where a character takes two units at most. */
const MOST_UNITS = 2 * MOST_LENGTH;
/** A password of fewer different characters is refused: `aaaaaaaaaa`, `1212121212`. */
const LEAST_DIFFERENT = 4;

/** Passwords of ten characters and more from the tops of published lists, and our own name; in small letters. */
const COMMON = new Set(
  (
    '1234567890 0123456789 0987654321 9876543210 12345678910 123456789a a123456789 a1234567890 aa123456789 ' +
    'aa12345678 abc123456789 abc1234567 abcd123456 qq123456789 qq12345678 w123456789 z123456789 q123456789 1234567890a ' +
    '123456789q 123456789abc 1234567891 12345678900 123123123123 1231231230 1122334455 1357924680 1472583690 147258369a ' +
    '5201314520 52013141314 1314520520 woaini1314 woaini520 woaini5201314 woaini521 woaini1314520 woaiwojia5 iloveyou123 ' +
    'iloveyou1314 qwertyuiop qwertyuiop123 qwerty123456 qwerty12345 qwer123456 qwe123456789 1q2w3e4r5t 1q2w3e4r5t6y ' +
    '1qaz2wsx3edc 1qazxsw23edc qazwsxedcrfv qazwsx123456 zxcvbnm123 zxcvbnm123456 asdfghjkl1 asdfghjkl123 asdf123456 ' +
    'password12 password123 password1234 password12345 passw0rd123 p@ssw0rd123 p@ssword123 admin12345 admin123456 ' +
    'administrator root123456 welcome123 welcome1234 letmein123 changeme123 test123456 abcdefghij abcdefg123 abcdefg1234 ' +
    'football123 monkey12345 dragon12345 sunshine123 princess123 superman123 master12345 trustno123 redress123 ' +
    'redress1234 redress12345 tousu12345 tousu123456'
  ).split(' '),
);

/** A password as it is hashed: whether the keyboard was set to full or half width makes no difference. */
const asHashed = (password: string): string => password.normalize('NFKC');

/**
 * What is wrong with a password that somebody wants to have; none: nothing.
 * @param name their sign-in name
 */
export function passwordFaults(password: string, name: string): Fault[] {
  const fault = (zh: string, en: string): Fault[] => [{ path: 'password', words: { zh, en } }];
  const characters = Array.from(asHashed(password));
  if (characters.length < LEAST_LENGTH) {
    return fault(
      `太短，至少 ${LEAST_LENGTH} 个字；几个词连成一句就好记`,
      `is too short: at least ${LEAST_LENGTH} characters; a few words in a row are easy to remember`,
    );
  }
  if (characters.length > MOST_LENGTH) {
    return fault(`太长，最多 ${MOST_LENGTH} 个字`, `is too long: at most ${MOST_LENGTH} characters`);
  }
  if (!isCleanText(password)) {
    return fault('含有空字符（NUL）或不完整的字符', 'contains NUL or an incomplete surrogate pair');
  }
  const key = signInKey(password);
  if (key === signInKey(name)) {
    return fault('不能和账号名一样，请换一个', 'must not be the sign-in name; choose another one');
  }
  if (COMMON.has(key) || new Set(characters).size < LEAST_DIFFERENT) {
    return fault('太常见，很容易猜到，请换一个', 'is one of those that everybody guesses first; choose another one');
  }
  return [];
}

/** Hashes passwords and compares them with hashes, a few at a time. */
export class Passwords {
  private underway = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly cost: HashCost = HASH_COST) {}

  /**
   * To be called before a try is counted, which would count against somebody who could not make it.
   * @throws Refused `away` (503) while too many wait
   */
  checkRoom(): void {
    if (this.waiting.length >= MOST_WAITING) throw tooManyAtOnce();
  }

  /** @throws Refused `away` (503) while too many wait */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(asHashed(password), this.cost));
  }

  /**
   * Whether this is the password of the hash. Without a hash it is no password, after the same work: how long it takes does
   * not tell whether there is an account.
   * @throws Refused `away` (503) while too many wait
   */
  async isRight(password: string, passwordHash: string | undefined): Promise<boolean> {
    // Nobody has a longer one; only its beginning is hashed, or a stranger would choose how much work it makes.
    const tried = asHashed(password.slice(0, MOST_UNITS));
    const right = await this.inTurn(() => verify(passwordHash ?? this.nobodys(), tried));
    return right && passwordHash !== undefined && password.length <= MOST_UNITS;
  }

  /** A hash of the same cost that no password has. */
  private nobodys(): string {
    const { memoryCost, timeCost, parallelism } = this.cost;
    const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');
    return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(16)}$${base64(32)}`;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.underway < AT_ONCE) this.underway++;
    else {
      this.checkRoom();
      // Whoever ends hands its place on, so nobody who comes meanwhile takes it.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.underway--;
    }
  }
}

const tooManyAtOnce = (): Refused =>
  new Refused(
    'away',
    'too_many_sign_ins',
    { zh: '此刻登录的人太多，请过几秒再试', en: 'too many people sign in at this moment; try again in a few seconds' },
    { retryAfterSeconds: 3 },
  );
