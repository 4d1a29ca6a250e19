import { z } from 'zod';
import { inBoth } from '../basics/words';
import type { Words } from '../basics/types';

/** What is wrong with something that was sent: where, and why in both languages. */
export interface Fault {
  /** `promises.resolution.length.major`, or `''` for the whole. */
  path: string;
  words: Words;
}

export type Path = readonly (string | number)[];

export const joined = (path: Path): string => path.map(String).join('.');

/**
 * Words for an issue of zod: our own where the schema brings them, else by the kind of the issue. Parsed with
 * `reportInput`, so that what is missing can be told from what is wrong.
 */
export function faultsOfIssue(issue: z.core.$ZodIssue): Fault[] {
  const path = joined(issue.path as Path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      words: { zh: '没有这个字段', en: 'is not known here' },
    }));
  }
  return [{ path, words: wordsOfIssue(issue) }];
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
      return ownWords(issue) ?? { zh: '不是可用的种类', en: 'is of no known kind' };
    case 'invalid_key':
      return {
        zh: '编号须为小写字母、数字和连字符，最多 40 个字符',
        en: 'must be named in lower-case letters, digits and hyphens, at most 40',
      };
    case 'custom':
    case 'invalid_format': {
      return ownWords(issue) ?? wordsOfFormat(issue);
    }
    case 'not_multiple_of':
      return issue.divisor === 0.01
        ? { zh: '最多两位小数', en: 'must have two decimals at most' }
        : { zh: `须为 ${issue.divisor} 的倍数`, en: `must be a multiple of ${issue.divisor}` };
    default:
      return ownWords(issue) ?? OF_ANOTHER_KIND;
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

/** Of a pattern that brings no words of its own, the pattern is said: it is all that is known. */
function wordsOfFormat(issue: z.core.$ZodIssue): Words {
  if (issue.code !== 'invalid_format') return OF_ANOTHER_KIND;
  const known = FORMATS[issue.format];
  if (known) return known;
  const pattern = issue.pattern ?? issue.format;
  return { zh: `须符合格式 ${pattern}`, en: `must be written as ${pattern}` };
}

/** A schema's own words: given beside the issue, or both in one text as `inBoth` writes it. */
function ownWords(issue: z.core.$ZodIssue): Words | undefined {
  const params = 'params' in issue ? (issue.params as { words?: Words } | undefined) : undefined;
  if (params?.words) return params.words;
  const both = /^(.+) \((.*\p{Script=Han}.*)\)$/su.exec(issue.message);
  return both?.[1] !== undefined && both[2] !== undefined ? { en: both[1], zh: both[2] } : undefined;
}

const zodsOwn = z.locales.en().localeError;

/** Both languages in one text, for answers that have one message a field. What a schema says in English only stays so. */
export function faultMessages(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.flatMap((issue) => {
    const said = ownWords(issue) === undefined && issue.message !== zodsOwn(issue as z.core.$ZodRawIssue);
    return faultsOfIssue(issue).map(({ path, words }) => ({ path, message: said ? issue.message : inBoth(words) }));
  });
}
