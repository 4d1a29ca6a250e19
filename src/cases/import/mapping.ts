/**
 * A row of a table, read as a complaint that was closed elsewhere.
 * @module
 */
import { z } from 'zod';
import { holdsAddress, phoneKey } from '../../contact';
import type { ImportMapping } from '../../db/records';
import { faultsOf, said, type Fault } from '../../domain/basics/faults';
import { freeText, isVisible, shortText } from '../../domain/basics/free-text';
import {
  CATEGORIES,
  CAUSES,
  CHANNELS,
  GRADES,
  LANGUAGES,
  type Category,
  type Cause,
  type Channel,
  type Grade,
  type Instant,
  type Language,
  type Words,
} from '../../domain/basics/types';
import { houseDate } from '../../house';
import { keptParts, MOST_TEXT } from '../filing/complaint-input';
import { readDate } from './dates';
import { FIELD_NAMES, fieldOf, OLD_OUTCOMES, plainWord, type FieldName } from './fields';

/** Characters of all that was written in an old case. */
export const MOST_HISTORY = 100_000;
/** Not before this year; as for complaints that come in now. */
const EARLIEST = '1950-01-01T00:00:00.000Z';

const place = z
  .strictObject({
    column: z.string().min(1).max(220).optional().describe('the name of the column'),
    value: shortText(200).optional().describe('what it is without a column, or where the cell is empty'),
  })
  .refine((given) => given.column !== undefined || given.value !== undefined, {
    error: said({ zh: '须写 column 或 value', en: 'needs a column or a value' }),
  });

const NEEDED: Words = { zh: '缺少：没有它就不能导入', en: 'is missing: nothing can be imported without it' };
const NEEDS_COLUMN: Words = {
  zh: '须取自一列，不能是固定值',
  en: 'must stand in a column; one value for all will not do',
};
const NOT_A_CHOICE: Words = { zh: '不是可选的值', en: 'is none of the values that can be chosen' };

/** A mapping as somebody gives it. */
export const importMapping = z
  .strictObject({
    fields: z.partialRecord(z.enum(FIELD_NAMES), place).describe('our field ← the column it stands in'),
    words: z
      .partialRecord(z.enum(FIELD_NAMES), z.record(z.string().min(1).max(100), z.string().max(40)))
      .optional()
      .describe('of fields with a choice: what a word of the file means here; our own names are known'),
  })
  .superRefine(({ fields, words }, context) => {
    const wrong = (path: (string | number)[], { zh, en }: Words): void =>
      context.addIssue({ code: 'custom', path, message: en, params: { words: { zh, en } } });
    for (const field of FIELD_NAMES) {
      const { needs, choices } = fieldOf(field);
      const given = fields[field];
      if (needs && !given) wrong(['fields', field], NEEDED);
      else if (needs === 'column' && given?.column === undefined) wrong(['fields', field], NEEDS_COLUMN);
      if (given?.value !== undefined && choices && !Object.hasOwn(choices, given.value))
        wrong(['fields', field, 'value'], NOT_A_CHOICE);
      for (const [word, meant] of Object.entries(words?.[field] ?? {})) {
        if (!choices || !Object.hasOwn(choices, meant)) wrong(['words', field, word], NOT_A_CHOICE);
      }
    }
  });

/** A complaint that was received and closed elsewhere, checked. */
export interface OldComplaint {
  /** Its number there. */
  number: string;
  receivedAt: Instant;
  resolvedAt: Instant;
  closedAt: Instant;
  channel: Channel;
  language: Language;
  customer: { name: string; phone?: string | undefined; email?: string | undefined };
  product?:
    | {
        name: string;
        model?: string | undefined;
        serialNo?: string | undefined;
        orderNo?: string | undefined;
        purchasedOn?: string | undefined;
      }
    | undefined;
  occurredAt?: Instant | undefined;
  place?: string | undefined;
  text: string;
  wantedRemedy?: string | undefined;
  /** As it was graded there; without, the text suggests. */
  grade?: Grade | undefined;
  category?: Category | undefined;
  outcome: (typeof OLD_OUTCOMES)[number];
  cause: Cause;
  solution?: string | undefined;
  history?: string | undefined;
}

/** A word of the file that means nothing here yet. */
export interface UnknownWord {
  field: FieldName;
  word: string;
}

export type ReadRow = { complaint: OldComplaint } | { number?: string; faults: Fault[]; unknown: UnknownWord[] };

const LOST_DIGITS: Words = {
  zh: '后几位数字已被表格软件改掉；请把这一列设为“文本”，从原系统重新导出',
  en: 'has lost its last digits in the spreadsheet; format this column as text and export it again',
};
/** What a spreadsheet makes of a long number. */
const SCIENTIFIC = /^\d(?:[.,]\d+)?e\+?\d+$/iu;

const STILL_OPEN: Words = {
  zh: '在旧系统里还没有结案；请先在那里办完再导入，或在这里登记为新投诉',
  en: 'is still open in the old system; finish it there and import it then, or file it here as a new complaint',
};
const MERGED: Words = {
  zh: '在旧系统里已并入另一件，那一件会导入，不重复计数',
  en: 'was merged into another one there, which is imported; it is not counted twice',
};
const UNKNOWN_WORD: Words = {
  zh: '有个词还不知道对应什么；请在列的对应里指明',
  en: 'has a word that means nothing here yet; say in the mapping what it means',
};
const IN_FUTURE: Words = { zh: '不能在将来', en: 'must not lie in the future' };
const TOO_OLD: Words = { zh: '太久以前', en: 'is too long ago' };
const BEFORE_RECEIPT: Words = { zh: '早于受理时间', en: 'lies before it was received' };

const checked = z.object({
  number: shortText(100),
  customer: keptParts.customer,
  product: keptParts.product.optional(),
  place: shortText(200).optional(),
  text: freeText(MOST_HISTORY),
  wantedRemedy: freeText(2_000).optional(),
  solution: freeText(MOST_HISTORY).optional(),
  history: freeText(MOST_HISTORY).optional(),
});

/** Reads the rows of one table by one mapping. */
export function rowReader(mapping: ImportMapping, columns: readonly string[], now: Instant) {
  const at = new Map(columns.map((column, n) => [column, n]));
  const words = choiceWords(mapping);

  /** The cell of a field, or its fixed value; undefined if nothing shows. */
  function found(cells: readonly string[], field: FieldName): string | undefined {
    const given = mapping.fields[field];
    const index = given?.column === undefined ? undefined : at.get(given.column);
    const cell = index === undefined ? '' : (cells[index] ?? '');
    return isVisible(cell) ? cell.trim() : given?.value;
  }

  return function read(cells: readonly string[]): ReadRow {
    const faults: Fault[] = [];
    const unknown: UnknownWord[] = [];
    const get = (field: FieldName): string | undefined => found(cells, field);
    const wrong = (path: FieldName, because: Words): undefined => {
      if (!faults.some((fault) => fault.path === path)) faults.push({ path, words: because });
      return undefined;
    };
    const chosen = <T extends string>(field: FieldName, values: readonly T[]): T | undefined => {
      const word = get(field);
      if (word === undefined) return undefined;
      const meant = words.get(field)?.get(plainWord(word));
      if (meant !== undefined) return values.find((value) => value === meant);
      unknown.push({ field, word: word.slice(0, 100) });
      return wrong(field, UNKNOWN_WORD);
    };
    const date = (field: FieldName): { at: Instant; day?: string } | undefined => {
      const written = get(field);
      if (written === undefined) return undefined;
      const read_ = readDate(written);
      if ('fault' in read_) return wrong(field, read_.fault);
      if (read_.at > now) return wrong(field, IN_FUTURE);
      return read_.at < EARLIEST ? wrong(field, TOO_OLD) : read_;
    };

    const number = numberIn(get('number'), (because) => wrong('number', because));
    const state = chosen('state', ['closed', 'open', 'merged']);
    const spans = spanOf({ date, get, wrong, state });
    const text = wordsOf(get('subject'), get('text'));
    const customer = customerIn(get, wrong);
    const product = productIn(get, wrong, date);
    const parsed = checked.safeParse(
      {
        number,
        customer,
        ...(product && { product }),
        ...kept({
          place: get('place'),
          wantedRemedy: get('wantedRemedy'),
          solution: get('solution'),
          history: get('history'),
        }),
        ...(text !== undefined && { text }),
      },
      { reportInput: true },
    );
    if (!parsed.success)
      for (const { path, words: because } of faultsOf(parsed.error)) wrong(path as FieldName, because);
    const choice = {
      channel: chosen('channel', CHANNELS) ?? 'other',
      language: chosen('language', LANGUAGES),
      grade: chosen('grade', GRADES),
      category: chosen('category', CATEGORIES),
      outcome: chosen('outcome', OLD_OUTCOMES),
      cause: chosen('cause', CAUSES) ?? 'unknown',
    };
    const occurredAt = date('occurredAt')?.at;
    if (choice.outcome === undefined) wrong('outcome', NEEDED);
    if (!parsed.success || !spans || choice.outcome === undefined || faults.length > 0) {
      return { ...(number !== undefined && { number }), faults, unknown };
    }
    const { text: whole, history, ...rest } = parsed.data;
    return {
      complaint: {
        ...rest,
        ...spans,
        ...choice,
        outcome: choice.outcome,
        language: choice.language ?? (/\p{Script=Han}/u.test(whole) ? 'zh-CN' : 'en'),
        ...(occurredAt !== undefined && { occurredAt }),
        ...fitted(whole, history),
      },
    };
  };
}

/** The parts that are there. */
const kept = (parts: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined));

/** What each word chooses: as the mapping says, else by the words that are known. */
function choiceWords({ words }: ImportMapping): Map<FieldName, Map<string, string>> {
  return new Map(
    FIELD_NAMES.flatMap((field) => {
      const { choices } = fieldOf(field);
      if (!choices) return [];
      const known = Object.entries(choices).flatMap(([value, all]) =>
        all.map((word) => [plainWord(word), value] as const),
      );
      const own = Object.entries(words?.[field] ?? {}).map(([word, value]) => [plainWord(word), value] as const);
      const itself = Object.keys(choices).map((value) => [plainWord(value), value] as const);
      return [[field, new Map([...known, ...itself, ...own])] as const];
    }),
  );
}

function numberIn(written: string | undefined, wrong: (because: Words) => undefined): string | undefined {
  if (written === undefined)
    return wrong({ zh: '没有单号，无法认出重复导入', en: 'has no number, by which a second import is known' });
  return SCIENTIFIC.test(written) ? wrong(LOST_DIGITS) : written.normalize('NFKC');
}

interface Reading {
  get: (field: FieldName) => string | undefined;
  wrong: (field: FieldName, because: Words) => undefined;
  date: (field: FieldName) => { at: Instant; day?: string } | undefined;
}

/** When it was received, solved and closed. A day without a time is the receipt's own day, or begins at midnight. */
function spanOf({ date, get, wrong, state }: Reading & { state: string | undefined }) {
  if (state === 'open') return wrong('state', STILL_OPEN);
  if (state === 'merged') return wrong('state', MERGED);
  const received = date('receivedAt');
  if (received === undefined && get('receivedAt') === undefined)
    wrong('receivedAt', { zh: '没有受理时间', en: 'does not say when it was received' });
  const closed = date('closedAt');
  if (closed === undefined && get('closedAt') === undefined) wrong('closedAt', STILL_OPEN);
  const resolved = date('resolvedAt') ?? closed;
  if (!received || !closed || !resolved) return undefined;
  const notBefore = ({ at: when, day }: { at: Instant; day?: string }): Instant =>
    day !== undefined && when < received.at && Date.parse(received.at) - Date.parse(when) < 86_400_000
      ? received.at
      : when;
  const [closedAt, resolvedAt] = [notBefore(closed), notBefore(resolved)];
  if (closedAt < received.at) return wrong('closedAt', BEFORE_RECEIPT);
  if (resolvedAt < received.at) return wrong('resolvedAt', BEFORE_RECEIPT);
  return { receivedAt: received.at, closedAt, resolvedAt: resolvedAt > closedAt ? closedAt : resolvedAt };
}

const wordsOf = (subject: string | undefined, text: string | undefined): string | undefined => {
  if (text === undefined) return subject;
  return subject === undefined || text.startsWith(subject) ? text : `${subject}\n\n${text}`;
};

/** Spreadsheets take the 0 of an area code for nothing: it is put back where only a number with it is one. */
function phoneIn(written: string | undefined, wrong: (because: Words) => undefined): string | undefined {
  if (written === undefined) return undefined;
  if (SCIENTIFIC.test(written)) return wrong(LOST_DIGITS);
  return /^\d{9,11}$/u.test(written) && phoneKey(written) === `0${written}` ? `0${written}` : written;
}

function customerIn(get: Reading['get'], wrong: Reading['wrong']): Record<string, string> {
  const name = get('customer.name');
  return kept({
    // Other systems name a customer by the address when they know nothing else.
    name: name === undefined || holdsAddress(name) ? '（未留姓名）' : name.slice(0, 80),
    phone: phoneIn(get('customer.phone'), (because) => wrong('customer.phone', because)),
    email: get('customer.email'),
  });
}

function productIn(
  get: Reading['get'],
  wrong: Reading['wrong'],
  date: Reading['date'],
): Record<string, string> | undefined {
  for (const field of ['product.serialNo', 'product.orderNo'] as const) {
    if (SCIENTIFIC.test(get(field) ?? '')) wrong(field, LOST_DIGITS);
  }
  const bought = date('product.purchasedOn');
  const parts = kept({
    name: get('product.name'),
    model: get('product.model'),
    serialNo: get('product.serialNo'),
    orderNo: get('product.orderNo'),
    purchasedOn: bought && (bought.day ?? houseDate(Date.parse(bought.at))),
  });
  if (Object.keys(parts).length === 0) return undefined;
  return { ...parts, name: parts.name ?? parts.model ?? '（未注明产品）' };
}

/** Words that are too many for a complaint go into its history as a whole. */
function fitted(text: string, history: string | undefined): { text: string; history?: string } {
  if (text.length <= MOST_TEXT) return { text, ...(history !== undefined && { history }) };
  const cut = `${text
    .slice(0, MOST_TEXT - 2)
    .toWellFormed()
    .trimEnd()}…`;
  return { text: cut, history: history === undefined ? text : `${text}\n\n${history}` };
}
