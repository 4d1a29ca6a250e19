import type { About, Refusal } from '../domain/decisions/define';
import type { DecisionName } from '../domain/decisions/catalogue';
import type { Fault } from '../domain/basics/faults';
import type { Rank, Role, Words } from '../domain/basics/types';
import { ROLE_WORDS } from '../domain/basics/words';
import { atLeast, readsAs, type Staff } from '../domain/case/permissions';

/**
 * Why a request cannot be granted. How a kind is told to a caller (an HTTP status, a page, an exit code) is for the caller
 * to decide; the HTTP statuses are in one table, `STATUS` in src/http/middleware/problem.ts.
 *
 * Used by the use cases:
 * - `invalid`: what was sent is wrong, field by field;
 * - `notFound`: not there, or not theirs to see;
 * - `forbidden`: not allowed to this person;
 * - `conflict`: not possible in this state;
 * - `gone`: it was there once and is over, as a used link;
 * - `tooLarge`, and `unsupported` for a kind of file that is not taken;
 * - `away`: Temporal or Postgres does not answer;
 * - `full`: no room left.
 *
 * Used by whoever speaks with the caller, such as the HTTP server: `unauthenticated`, `malformed` (cannot be read at all),
 * `noMethod` (not at this address), `slow` (it did not arrive in time), `tooMany` (too often), `internal` (a bug of ours).
 */
export type RefusedKind =
  | 'invalid'
  | 'notFound'
  | 'forbidden'
  | 'conflict'
  | 'gone'
  | 'tooLarge'
  | 'unsupported'
  | 'away'
  | 'full'
  | 'unauthenticated'
  | 'malformed'
  | 'noMethod'
  | 'slow'
  | 'tooMany'
  | 'internal';

interface Details {
  /** What is wrong, field by field. */
  faults?: readonly Fault[];
  /** Decisions that are possible instead. */
  instead?: DecisionName[];
  /** People and cases whose ids are still to be replaced in the words by names: see `createNaming`. */
  about?: About;
  retryAfterSeconds?: number;
}

/**
 * A request that cannot be granted, with words for whoever asked. It is the only kind of error whose text reaches callers
 * and logs, so its words must never repeat what somebody typed.
 */
export class Refused extends Error {
  override name = 'Refused';
  constructor(
    readonly kind: RefusedKind,
    /** For programs: part of the API's contract, so it never changes. */
    readonly code: string,
    readonly words: Words,
    readonly details: Details = {},
  ) {
    super(`${code}: ${words.en}`);
  }
}

/** Whether an error is a `Refused`, and of this kind if one is given. */
export const isRefused = (error: unknown, kind?: RefusedKind): error is Refused =>
  error instanceof Refused && (kind === undefined || error.kind === kind);

const THING: Words = { zh: '内容', en: 'such thing' };

/** A `notFound` that does not say whether the thing is missing or hidden. It takes the thing's name, as 案件 and case. */
export const notFound = ({ zh, en }: Words = THING): Refused =>
  new Refused('notFound', 'not_found', {
    zh: `没有这个${zh}，或您无权查看；请核对地址和编号`,
    en: `there is no ${en} here, or it is not yours to see; check the address and the number`,
  });

/** For a wrong access code, an unknown case number and a malformed one alike, so that nobody learns which numbers exist. */
export const wrongCode = (): Refused =>
  new Refused('notFound', 'not_found', {
    zh: '没有这件投诉，或查询码不对；请核对单号和查询码',
    en: 'there is no such complaint, or the code is another; check the number and the code',
  });

/** For a link's token that is unknown, incomplete or made for something else. */
export const unknownLink = (): Refused =>
  new Refused('notFound', 'not_found', {
    zh: '没有这个链接，可能不完整；请从邮件里重新打开',
    en: 'there is no such link; it may be incomplete: open it from our mail again',
  });

/** For a case that is not there and one that the person may not see alike. */
export const noSuchCase = (): Refused => notFound({ zh: '案件', en: 'case' });

/** For a person whose role is too low. @param role the lowest that would do */
export const forbidden = (role: Role): Refused =>
  new Refused('forbidden', 'forbidden', {
    zh: `这里要有${ROLE_WORDS[role].zh}或更高的角色；请交给${ROLE_WORDS[role].zh}，或请管理员调整您的角色`,
    en: `this takes the role ${ROLE_WORDS[role].en} or a higher one; ask somebody who has it, or an admin to change yours`,
  });

/** @throws Refused `forbidden` for somebody below this rank */
export const mustBe = (actor: Staff, rank: Rank): void => {
  if (!atLeast(actor, rank)) throw forbidden(rank);
};

/** As `mustBe`, for what auditors may look at as well. */
export const mustRead = (actor: Staff, rank: Rank): void => {
  if (!readsAs(actor, rank)) throw forbidden(rank);
};

/** A `forbidden` with the words of a decision's own guard. */
export const forbiddenBy = (refusal: Refusal): Refused =>
  new Refused('forbidden', refusal.code, refusal.words, refusal.about && { about: refusal.about });

/** How many of the wrong fields the sentence names; `details.faults` has them all. */
const NAMED = 3;

/** An `invalid` that tells of these faults: one in full, of several how many and where. */
export function invalid(faults: readonly Fault[]): Refused {
  const [first] = faults;
  const places = [...new Set(faults.map(({ path }) => path))].filter((path) => path !== '');
  const named = places.slice(0, NAMED);
  const more = places.length > named.length;
  const words: Words =
    first && faults.length === 1
      ? {
          zh: `${first.path === '' ? '内容' : first.path}：${first.words.zh}`,
          en: `${first.path === '' ? 'the content' : first.path}: ${first.words.en}`,
        }
      : {
          zh: `有 ${faults.length} 处要改：${named.join('、')}${more ? ' 等' : ''}；逐项说明见 errors`,
          en: `${faults.length} things have to be changed: ${named.join(', ')}${more ? ' and others' : ''}; errors says what is wrong with each`,
        };
  return new Refused('invalid', 'invalid', words, { faults });
}

/** A `conflict` with the words of a refusal. @param instead decisions that are possible now */
export const conflict = (refusal: Refusal, instead?: DecisionName[]): Refused =>
  new Refused('conflict', refusal.code, refusal.words, { instead, about: refusal.about });

/** A `gone` with these words. */
export const gone = (zh: string, en: string): Refused => new Refused('gone', 'gone', { zh, en });

/** For Postgres or Temporal not answering; asks the caller to send the same again in three seconds. */
export const away = (what: 'database' | 'temporal'): Refused =>
  new Refused(
    'away',
    `${what}_away`,
    {
      zh: '系统暂时不可用，请稍后用同样的内容再试一次',
      en: 'the system is not available at the moment; send the same request again soon',
    },
    { retryAfterSeconds: 3 },
  );
