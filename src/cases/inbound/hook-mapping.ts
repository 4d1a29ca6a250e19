/**
 * What a system posts, read as a complaint: where each of our fields stands in its JSON.
 * @module
 */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { HookMapping } from '../../db/records';
import { faultsOf, said, type Fault } from '../../domain/basics/faults';
import { isVisible, shortText } from '../../domain/basics/free-text';
import { faultIn, repeatedKey } from '../../domain/basics/json-fault';
import { valueAt } from '../../domain/basics/json-pointer';
import { CHANNELS, LANGUAGES, type Language, type Words } from '../../domain/basics/types';
import { invalid, Refused } from '../refused';
import { complaintSchema, MOST_TEXT, PREFERRED_CHANNELS, type ComplaintBody } from '../filing/complaint-input';

/** RFC 6901: nothing for the whole, else parts that each begin with `/`; `~` only as `~0` and `~1`. */
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/u;

const pointer = z
  .string()
  .max(500)
  .regex(POINTER, {
    error: said({
      zh: '须为 JSON 指针（RFC 6901），如 /customer/name；~ 写成 ~0，名称里的 / 写成 ~1',
      en: 'must be a JSON pointer (RFC 6901), as /customer/name; ~ is written ~0, and / in a name ~1',
    }),
  });

const place = <T extends z.ZodType<string>>(value: T) =>
  z
    .strictObject({
      pointer: pointer.optional().describe('where it stands in the body (RFC 6901)'),
      value: value.optional().describe('what it is without a pointer, or where nothing stands at it'),
    })
    .refine((given) => given.pointer !== undefined || given.value !== undefined, {
      error: said({ zh: '须写 pointer 或 value', en: 'needs a pointer or a value' }),
    })
    .optional();

const long = place(shortText(2_000));
const needed = (given: { pointer?: string | undefined } | undefined): boolean => given !== undefined;
const missing = (path: string) => ({
  path: [path],
  error: said({ zh: '缺少：没有它就成不了投诉', en: 'is missing: nothing is a complaint without it' }),
});

/** Our field ← where it stands. The fields are those of a complaint; `subject` goes before `text`. */
export const hookMapping = z
  .strictObject({
    text: long,
    subject: long,
    externalId: z
      .strictObject({ pointer })
      .optional()
      .describe("the sender's own id of the complaint: the same id is the same complaint"),
    language: place(z.enum(LANGUAGES)),
    channel: place(z.enum(CHANNELS)),
    'customer.name': long,
    'customer.phone': long,
    'customer.email': long,
    'customer.preferredChannel': place(z.enum(PREFERRED_CHANNELS)),
    'product.name': long,
    'product.model': long,
    'product.serialNo': long,
    'product.orderNo': long,
    'product.purchasedOn': long,
    occurredAt: long,
    place: long,
    wantedRemedy: long,
  })
  .refine((given) => needed(given.text), missing('text'))
  .refine((given) => needed(given['customer.name']), missing('customer.name'))
  .refine((given) => needed(given['customer.phone']) || needed(given['customer.email']), missing('customer.phone'))
  .refine((given) => needed(given['product.name']) || !Object.keys(given).some((key) => key.startsWith('product.')), {
    path: ['product.name'],
    error: said({
      zh: '有其他产品字段时不能缺少；都不知道时可写固定值',
      en: 'is missing, and other fields of the product are there; a fixed value will do',
    }),
  });

/** Our own names, nested as in the API. */
export const OWN_NAMES: HookMapping = Object.fromEntries(
  Object.keys(hookMapping.shape).map((field) => [field, { pointer: `/${field.replaceAll('.', '/')}` }]),
);

/** What somebody posted: a complaint, or what is wrong with it, each under our name of the field. */
export type Posted =
  | {
      body: ComplaintBody;
      externalId?: string;
      /** Of words that are too many for a case: all of them. */
      whole?: string;
    }
  | { faults: Fault[] };

const atWhole = (zh: string, en: string): Posted => ({ faults: [{ path: '', words: { zh, en } }] });

/** The refusal of a body that is no complaint. */
export const unmapped = (faults: readonly Fault[]): Refused => {
  const { words, details } = invalid(faults);
  return new Refused(
    'invalid',
    'unmapped',
    {
      zh: `${words.zh}。内容已留下，等人在“收件”里看；改好后可以再发`,
      en: `${words.en}. It was kept and waits under "Mail in" until somebody has looked; it may be corrected and sent again`,
    },
    details,
  );
};

/** Reads the bytes of a body. Never throws. */
export function readPosted(raw: Buffer, mapping: HookMapping): Posted {
  if (!isUtf8(raw)) return atWhole('不是 UTF-8，请转成 UTF-8 再发', 'is not UTF-8; send it in UTF-8');
  const text = raw.toString('utf8').replace(/^\uFEFF/u, '');
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    const { line, column } = faultIn(text);
    return atWhole(
      `不是 JSON：第 ${line} 行第 ${column} 个字符有误`,
      `is no JSON: malformed at line ${line}, column ${column}`,
    );
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) return { faults: [{ path: twice, words: { zh: '写了两次', en: 'is there twice' } }] };
  return readGiven(given, mapping);
}

/** Reads a body that has been parsed. */
export function readGiven(given: unknown, mapping: HookMapping): Posted {
  const faults: Fault[] = [];
  const found = new Map<string, string>();
  for (const [field, from] of Object.entries(mapping)) {
    const value = from.pointer === undefined ? undefined : valueAt(given, from.pointer);
    if (typeof value === 'object' && value !== null) {
      faults.push({ path: field, words: { zh: '须为文字', en: 'must be text' } });
    } else {
      const text =
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';
      const shown = isVisible(text) ? text : from.value;
      if (shown !== undefined) found.set(field, shown);
    }
  }
  const externalId = found.get('externalId');
  if (externalId !== undefined) {
    const checked = shortText(200).safeParse(externalId, { reportInput: true });
    if (!checked.success) faults.push(...faultsOf(checked.error).map(({ words }) => ({ path: 'externalId', words })));
  }
  const words = [found.get('subject'), found.get('text')].filter((part) => part !== undefined).join('\n\n');
  const isLong = words.length > MOST_TEXT;
  const parsed = complaintSchema.safeParse(bodyOf(found, isLong ? cut(words) : words), { reportInput: true });
  if (!parsed.success)
    faults.push(...faultsOf(parsed.error).filter(({ path }) => !faults.some((one) => one.path === path)));
  if (!parsed.success || faults.length > 0) return { faults: faults.map((fault) => located(fault, mapping)) };
  return {
    body: parsed.data,
    ...(externalId !== undefined && { externalId }),
    ...(isLong && { whole: words }),
  };
}

/** The complaint as it is checked. */
function bodyOf(found: ReadonlyMap<string, string>, words: string): object {
  const part = (name: string): Record<string, string> | undefined => {
    const fields = [...found].filter(([field]) => field.startsWith(`${name}.`));
    return fields.length === 0
      ? undefined
      : Object.fromEntries(fields.map(([field, value]) => [field.slice(name.length + 1), value]));
  };
  const plain = (name: string) => (found.has(name) ? { [name]: found.get(name) } : {});
  const product = part('product');
  return {
    channel: found.get('channel') ?? 'webhook',
    language: found.get('language') ?? languageOf(words),
    customer: part('customer') ?? {},
    ...(product && { product }),
    ...plain('occurredAt'),
    ...plain('place'),
    ...plain('wantedRemedy'),
    ...(words !== '' && { text: words }),
  };
}

/** Says where the field was looked for. */
function located({ path, words }: Fault, mapping: HookMapping): Fault {
  const from = mapping[path]?.pointer;
  if (from === undefined) return { path, words };
  const where: Words = { zh: `${words.zh}（取自 ${from}）`, en: `${words.en} (from ${from})` };
  return { path, words: where };
}

export const languageOf = (words: string): Language => (/\p{Script=Han}/u.test(words) ? 'zh-CN' : 'en');

/** Words that are too many for a case, as far as they go. */
export const cut = (words: string): string =>
  `${words
    .slice(0, MOST_TEXT - 2)
    .toWellFormed()
    .trimEnd()}…`;
