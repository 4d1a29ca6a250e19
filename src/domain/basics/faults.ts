import type { z } from 'zod';
import type { Words } from './types';

/**
 * One thing that is wrong with given data: where, and why in both languages. All checks use this one shape, from the
 * domain to the `errors` of problem+json.
 */
export interface Fault {
  /** The place, as `promises.resolution.length.major`; `''` for the whole. */
  path: string;
  words: Words;
}

/** A place in nested data, from the outside in: keys of objects and indexes of arrays. */
export type Path = readonly (string | number)[];

/** The place as text: `clocks.0.id` for `['clocks', 0, 'id']`. */
export const joined = (path: Path): string => path.map(String).join('.');

/**
 * The faults in one issue of zod, in the schema's own words where it has some, else in words for the kind of issue.
 * Needs a parse with `reportInput`: an issue without its input looks like a missing field.
 */
function faultsOfIssue(issue: z.core.$ZodIssue): Fault[] {
  const path = joined(issue.path as Path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      words: { zh: '没有这个字段', en: 'is not known here' },
    }));
  }
  return [{ path, words: ownWords(issue) ?? wordsOfIssue(issue) }];
}

const TYPES: Record<string, Words> = {
  string: { zh: '文字', en: 'text' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: '对象', en: 'an object' },
  record: { zh: '对象', en: 'an object' },
};

const THINGS: Record<string, Words> = {
  string: { zh: '个字', en: 'characters' },
  array: { zh: '项', en: 'entries' },
};

function wordsOfIssue(issue: z.core.$ZodIssue): Words {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return { zh: '缺少', en: 'is missing' };
      const wanted = TYPES[issue.expected] ?? { zh: issue.expected, en: issue.expected };
      return { zh: `须为${wanted.zh}`, en: `must be ${wanted.en}` };
    }
    case 'too_small': {
      const thing = THINGS[issue.origin];
      if (thing && issue.minimum === 1) return { zh: '不能为空', en: 'must not be empty' };
      const limit = `${issue.minimum}${thing ? ` ${thing.zh}` : ''}`;
      return issue.inclusive
        ? { zh: `不得少于 ${limit}`, en: `must be at least ${issue.minimum}${thing ? ` ${thing.en}` : ''}` }
        : { zh: `须大于 ${limit}`, en: `must be more than ${issue.minimum}` };
    }
    case 'too_big': {
      const thing = THINGS[issue.origin];
      const limit = `${issue.maximum}${thing ? ` ${thing.zh}` : ''}`;
      return issue.inclusive
        ? { zh: `不得超过 ${limit}`, en: `must be at most ${issue.maximum}${thing ? ` ${thing.en}` : ''}` }
        : { zh: `须小于 ${limit}`, en: `must be less than ${issue.maximum}` };
    }
    case 'invalid_value': {
      if (issue.input === undefined) return { zh: '缺少', en: 'is missing' };
      const values = issue.values.map(String);
      return { zh: `须为下列之一：${values.join('、')}`, en: `must be one of: ${values.join(', ')}` };
    }
    case 'invalid_union':
      return { zh: '不是可用的种类', en: 'is of no known kind' };
    case 'invalid_key':
      return {
        zh: '编号须为小写字母、数字和连字符，最多 40 个字符',
        en: 'must be named in lower-case letters, digits and hyphens, at most 40',
      };
    case 'invalid_format':
      return wordsOfFormat(issue);
    case 'not_multiple_of':
      return issue.divisor === 0.01
        ? { zh: '最多两位小数', en: 'must have two decimals at most' }
        : { zh: `须为 ${issue.divisor} 的倍数`, en: `must be a multiple of ${issue.divisor}` };
    default:
      return OF_ANOTHER_KIND;
  }
}

const OF_ANOTHER_KIND: Words = { zh: '不是这里要填的种类', en: 'is of another kind than what is asked for here' };

const FORMATS: Record<string, Words> = {
  email: { zh: '须为邮箱地址，如 name@example.com', en: 'must be an e-mail address, as name@example.com' },
  uuid: { zh: '须为 UUID', en: 'must be a UUID' },
  url: { zh: '须为网址，如 https://example.com', en: 'must be a web address, as https://example.com' },
  date: { zh: '须为 YYYY-MM-DD 格式的日期', en: 'must be a date as YYYY-MM-DD' },
  datetime: {
    zh: '须为带时区的日期时间，如 2026-11-23T09:00:00+08:00',
    en: 'must be a date-time with its offset, as 2026-11-23T09:00:00+08:00',
  },
};

/** A pattern that has no words of its own is quoted: nothing else is known of it. */
function wordsOfFormat(issue: z.core.$ZodIssueInvalidStringFormat): Words {
  const known = FORMATS[issue.format];
  if (known) return known;
  const pattern = issue.pattern ?? issue.format;
  return { zh: `须符合格式 ${pattern}`, en: `must be written as ${pattern}` };
}

/**
 * Words that schemas have registered with `said`, by their English text. An issue of zod carries one text only, so the
 * Chinese is looked up by the English.
 */
const own = new Map<string, Words>();

/**
 * Registers words in both languages and gives the English, which the schema takes as its `error`; `faultsOf` finds the
 * Chinese by it. Words that depend on the input cannot be registered: they go into `params: { words }` of a custom
 * issue.
 * @throws Error when the same English is registered with another Chinese
 */
export function said(words: Words): string {
  const other = own.get(words.en);
  if (other && other.zh !== words.zh) throw new Error(`“${words.en}” is “${other.zh}” elsewhere`);
  own.set(words.en, words);
  return words.en;
}

/**
 * A schema's own words for an issue: from `params.words`, else as registered with `said`; undefined when it has none.
 */
function ownWords(issue: z.core.$ZodIssue): Words | undefined {
  const params = 'params' in issue ? (issue.params as { words?: Words } | undefined) : undefined;
  return params?.words ?? own.get(issue.message);
}

/** All faults of a failed parse. Parse with `reportInput`, or each field of a wrong type is reported as missing. */
export const faultsOf = (error: z.ZodError): Fault[] => error.issues.flatMap(faultsOfIssue);
