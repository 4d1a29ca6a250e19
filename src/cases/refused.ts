import type { About, Refusal } from '../domain/decisions/define';
import type { DecisionName } from '../domain/decisions/catalogue';
import type { Fault } from '../domain/basics/faults';
import type { Role, Words } from '../domain/basics/types';
import { ROLE_WORDS } from '../domain/basics/words';

/**
 * Why a request cannot be granted. What each is in the language of a caller (a status of HTTP, a page, an exit code) is
 * that caller's business: for HTTP one table, `STATUS` in src/http/middleware/problem.ts.
 *
 * Of the use cases: `invalid` what was given is wrong, field by field · `notFound` there is none, or not theirs to see ·
 * `forbidden` not for this person · `conflict` not in this state of things · `gone` there was one, it is over · `tooLarge`
 * · `unsupported` of a kind that is not taken · `away` something we need does not answer · `full` no room left.
 *
 * Of whoever speaks with the caller: `unauthenticated` nobody knows who it is · `malformed` cannot be read at all ·
 * `noMethod` not at this address · `slow` it did not come in time · `tooMany` too often · `internal` a fault of ours.
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
  /** What is possible instead. */
  instead?: DecisionName[];
  /** Whom and what the words speak of, while they are not named yet: `createNaming`. */
  about?: About;
  retryAfterSeconds?: number;
}

/**
 * A request that cannot be granted, in plain words. The only kind of error whose text reaches the outside, so it never
 * holds what somebody typed.
 */
export class Refused extends Error {
  override name = 'Refused';
  constructor(
    readonly kind: RefusedKind,
    /** For programs; stays what it is. */
    readonly code: string,
    readonly words: Words,
    readonly details: Details = {},
  ) {
    super(`${code}: ${words.en}`);
  }
}

/** Whether it is one, of this kind where one is asked for. */
export const isRefused = (error: unknown, kind?: RefusedKind): error is Refused =>
  error instanceof Refused && (kind === undefined || error.kind === kind);

const THING: Words = { zh: '内容', en: 'such thing' };

/** @param what is not there, or not to be seen: 案件 · case */
export const notFound = ({ zh, en }: Words = THING): Refused =>
  new Refused('notFound', 'not_found', {
    zh: `没有这个${zh}，或您无权查看；请核对地址和编号`,
    en: `there is no ${en} here, or it is not yours to see; check the address and the number`,
  });

/** A wrong code, an unknown number and a malformed one look the same. */
export const wrongCode = (): Refused =>
  new Refused('notFound', 'not_found', {
    zh: '没有这件投诉，或查询码不对；请核对单号和查询码',
    en: 'there is no such complaint, or the code is another; check the number and the code',
  });

export const unknownLink = (): Refused =>
  new Refused('notFound', 'not_found', {
    zh: '没有这个链接，可能不完整；请从邮件里重新打开',
    en: 'there is no such link; it may be incomplete: open it from our mail again',
  });

/** One that is not there and one that is not theirs to see are the same. */
export const noSuchCase = (): Refused => notFound({ zh: '案件', en: 'case' });

/** @param role which it takes, where that is what is missing */
export const forbidden = (role: Role): Refused =>
  new Refused('forbidden', 'forbidden', {
    zh: `这里要有${ROLE_WORDS[role].zh}或更高的角色；请交给${ROLE_WORDS[role].zh}，或请管理员调整您的角色`,
    en: `this takes the role ${ROLE_WORDS[role].en} or a higher one; ask somebody who has it, or an admin to change yours`,
  });

export const forbiddenBy = (refusal: Refusal): Refused =>
  new Refused('forbidden', refusal.code, refusal.words, refusal.about && { about: refusal.about });

/** Places that the sentence names; `errors` has them all. */
const NAMED = 3;

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

export const conflict = (refusal: Refusal, instead?: DecisionName[]): Refused =>
  new Refused('conflict', refusal.code, refusal.words, { instead, about: refusal.about });

export const gone = (zh: string, en: string): Refused => new Refused('gone', 'gone', { zh, en });

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
