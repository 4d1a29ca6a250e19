/**
 * What was filled in in the form of a decision, as the body that `cases.handling.decide` takes.
 * @module
 */
import type { DecisionName } from '../../../../domain/decisions/catalogue';
import { FIELD_WORDS } from '../../../../domain/decisions/field-words';
import { fieldsOf, type FieldSchema } from '../../../../domain/decisions/fields';
import type { Form, FormField } from '../../../../domain/policy/forms';
import { houseMoment } from '../../../../house';

/** The values of each control as typed, in their order: `Form.values` of the page kit. */
export type Typed = ReadonlyMap<string, readonly string[]>;

/** The fields of a parsed form (`req.body` of a form without files) as `Typed`. */
export const typedOf = (body: unknown): Typed =>
  new Map(
    Object.entries(typeof body === 'object' && body !== null ? body : {}).map(([name, value]) => [
      name,
      // Browsers send CRLF, but count one character for it.
      [value].flat().map((one) => String(one).replaceAll('\r\n', '\n')),
    ]),
  );

/** Beside a list with ticks: what was ticked when the form was shown, so that a list nobody touched can be left out. */
export const wasName = (name: string): string => `${name}.was`;
/** The present ticks as the value of `wasName`. */
export const wasValue = (ids: readonly string[]): string => ids.toSorted().join(' ');

/**
 * Reads the form of a decision. It never throws: what cannot be read as its field wants it is passed on as the text that
 * was typed, so that the schema's refusal names the field. What was left empty is left out, but for a text that is
 * needed: its refusal is clearer than that of a field that is missing. Names that the decision does not have are ignored.
 * @param forms those of the case's policy, whose types the values of `fillForm` need
 */
export function readDecisionForm(
  decision: DecisionName,
  values: Typed,
  forms: readonly Form[] = [],
): Record<string, unknown> {
  const words = FIELD_WORDS[decision];
  const body: Record<string, unknown> = {};
  for (const { name, schema, required } of fieldsOf(decision)) {
    const { names, settledBy } = words[name] ?? {};
    const value =
      names === 'formValues'
        ? formValues(name, values, forms)
        : names === 'clock'
          ? first(values, name)?.trim().split(' ')[0]
          : settledBy !== undefined
            ? first(values, settledBy)?.trim().split(' ')[1]
            : read(schema, name, required, values);
    if (value !== undefined && (value !== '' || isText(schema))) body[name] = value;
  }
  return body;
}

const first = (values: Typed, name: string): string | undefined => values.get(name)?.[0];

/** Whether it is a free text: it is kept as typed, blanks included. */
export const isText = ({ type, pattern }: FieldSchema): boolean => type === 'string' && pattern === '\\S';

/** One value, or undefined if it is to be left out. */
function read(schema: FieldSchema, name: string, required: boolean, values: Typed): unknown {
  if (schema.type === 'array') return readList(schema, name, required, values);
  if (schema.type === 'object') return readRecord(schema, name, values);
  const typed = first(values, name);
  if (typed === undefined) return undefined;
  if (isText(schema)) return typed.trim() === '' ? (required ? '' : undefined) : typed;
  return typed.trim() === '' ? undefined : scalar(schema, typed.trim());
}

function scalar({ type, format }: FieldSchema, typed: string): unknown {
  if (type === 'number' || type === 'integer') return number(typed);
  if (type === 'boolean') return yesOrNo(typed);
  if (format === 'date-time') {
    const ms = momentTyped(typed);
    return ms === undefined ? typed : new Date(ms).toISOString();
  }
  return typed;
}

/** The instant (ms) that was typed by the clock of the house, with a blank for the T where no picker is there. */
export const momentTyped = (typed: string): number | undefined => houseMoment(typed.trim().replace(/ +/, 'T'));

const NUMBER = /^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i;
const GROUPED = /^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

/** A number as people write it, with full-width digits or commas between thousands; any other text as it is. */
function number(typed: string): number | string {
  const plain = typed.normalize('NFKC');
  const digits = GROUPED.test(plain) ? plain.replaceAll(',', '') : plain;
  return NUMBER.test(digits) && Number.isFinite(Number(digits)) ? Number(digits) : typed;
}

const yesOrNo = (typed: string): boolean | string => (typed === 'true' ? true : typed === 'false' ? false : typed);

/** The numbers that stand after a name in the names of controls: 0 and 2 for `whys.0`, `whys.2`. In order. */
export function indexesOf(values: Typed, name: string): number[] {
  const found = new Set<number>();
  for (const key of values.keys()) {
    const index = key.startsWith(`${name}.`) ? /^\d{1,3}(?=\.|$)/.exec(key.slice(name.length + 1))?.[0] : undefined;
    if (index !== undefined) found.add(Number(index));
  }
  return [...found].toSorted((a, b) => a - b);
}

/** The rows of a list that have something in them, in order; each by its control's names. */
export const filledRows = (values: Typed, name: string, parts: readonly string[]): number[] =>
  indexesOf(values, name).filter((index) =>
    parts.some((part) => (first(values, `${name}.${index}.${part}`) ?? '').trim() !== ''),
  );

function readList(schema: FieldSchema, name: string, required: boolean, values: Typed): unknown[] | undefined {
  const items = schema.items as FieldSchema;
  if (items.type === 'object') {
    const parts = Object.entries(items.properties ?? {}) as [string, FieldSchema][];
    const rows = filledRows(
      values,
      name,
      parts.map(([part]) => part),
    );
    return rows.map((index) =>
      Object.fromEntries(
        parts.flatMap(([part, of]) => {
          const value = read(of, `${name}.${index}.${part}`, items.required?.includes(part) ?? false, values);
          return value === undefined ? [] : [[part, value]];
        }),
      ),
    );
  }
  const was = first(values, wasName(name));
  const indexes = indexesOf(values, name);
  if (!required && was === undefined && indexes.length === 0 && !values.has(name)) return undefined;
  const given = [
    ...(values.get(name) ?? []),
    ...indexes.map((index) => first(values, `${name}.${index}`) ?? ''),
  ].filter((item) => item.trim() !== '');
  const list = isText(items) ? given : given.map((item) => scalar(items, item.trim()));
  return was !== undefined && was === wasValue(list.map(String)) ? undefined : list;
}

/** What stands under the names `<name>.<id>`; undefined if nothing does. */
function readRecord(schema: FieldSchema, name: string, values: Typed): Record<string, unknown> | undefined {
  const of = schema.additionalProperties as FieldSchema;
  const found = [...values.keys()].flatMap((key): [string, unknown][] => {
    const value = key.startsWith(`${name}.`) ? read(of, key, false, values) : undefined;
    return value === undefined ? [] : [[key.slice(name.length + 1), value]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** The values of a form of the policy. Those of a field that it does not have go on as text, and are refused. */
function formValues(name: string, values: Typed, forms: readonly Form[]): Record<string, unknown> {
  const form = forms.find(({ id }) => id === first(values, 'form'));
  const found = [...values].flatMap(([key, [typed = '']]): [string, unknown][] => {
    if (!key.startsWith(`${name}.`) || typed.trim() === '') return [];
    const id = key.slice(name.length + 1);
    return [[id, formValue(form?.fields.find((field) => field.id === id)?.type, typed)]];
  });
  return Object.fromEntries(found);
}

function formValue(type: FormField['type'] | undefined, typed: string): unknown {
  switch (type) {
    case 'number':
      return number(typed.trim());
    case 'yesNo':
      return yesOrNo(typed.trim());
    case 'date':
    case 'choice':
      return typed.trim();
    default:
      return typed;
  }
}
