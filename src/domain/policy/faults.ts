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
      const own = ownWords(issue);
      if (own) return own;
      return { zh: '格式不对', en: 'is not written as it should be' };
    }
    default:
      return ownWords(issue) ?? { zh: '不符合要求', en: 'is not as it should be' };
  }
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
