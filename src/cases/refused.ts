import type { About, Refusal } from '../domain/decisions/define';
import type { DecisionName } from '../domain/decisions/catalogue';
import type { Words } from '../domain/basics/types';

export interface FieldFault {
  /** Where: `customer.phone`, or `''` for the whole. */
  path: string;
  message: string;
}

interface Details {
  errors?: FieldFault[];
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
    readonly status: number,
    readonly code: string,
    readonly words: Words,
    readonly details: Details = {},
  ) {
    super(`${code}: ${words.en}`);
  }
}

export const notFound = (): Refused =>
  new Refused(404, 'not_found', { zh: '没有找到', en: 'there is nothing here, or it is not yours to see' });

export const forbidden = (refusal?: Refusal): Refused =>
  new Refused(
    403,
    refusal?.code ?? 'forbidden',
    refusal?.words ?? { zh: '您没有这个权限', en: 'your role does not allow this' },
    refusal?.about && { about: refusal.about },
  );

export const invalid = (errors: FieldFault[]): Refused =>
  new Refused(
    422,
    'invalid',
    {
      zh: `有 ${errors.length} 处内容不符合要求`,
      en: errors.length === 1 ? '1 field is not as it should be' : `${errors.length} fields are not as they should be`,
    },
    { errors },
  );

export const conflict = (refusal: Refusal, instead?: DecisionName[]): Refused =>
  new Refused(409, refusal.code, refusal.words, { instead, about: refusal.about });

export const gone = (zh: string, en: string): Refused => new Refused(410, 'gone', { zh, en });

export const away = (what: 'database' | 'temporal'): Refused =>
  new Refused(
    503,
    `${what}_away`,
    {
      zh: '系统暂时不可用，请稍后用同样的内容再试一次',
      en: 'the system is not available at the moment; send the same request again soon',
    },
    { retryAfterSeconds: 3 },
  );
