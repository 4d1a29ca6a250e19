/**
 * Forms that a department adds to its process: typed fields, to be filled in before a certain decision. The values may
 * name people, so the case treats them like a free text: they are stored once, and events only refer to them.
 * @module
 */
import { z } from 'zod';
import { slug as id } from '../basics/schemas';
import { isCleanText, wordsSchema } from '../basics/free-text';
import { GRADES, type Words } from '../basics/types';

const fieldSchema = z.strictObject({
  id,
  label: wordsSchema,
  type: z.enum(['text', 'number', 'date', 'choice', 'yesNo']),
  required: z.boolean().default(true),
  /** The smallest and the largest `number`, or the shortest and longest `text` in characters. */
  min: z.number().min(-1e12).max(1e12).optional(),
  max: z.number().min(-1e12).max(1e12).optional(),
  /** `choice`: what may be chosen. */
  options: z
    .array(z.strictObject({ id, label: wordsSchema }))
    .min(1)
    .max(50)
    .optional(),
});
/** One field of a form. */
export type FormField = z.infer<typeof fieldSchema>;

/** The decisions that may wait for a form: those that carry a case from one step to the next. */
const GATES = ['propose', 'carryOut', 'notSubstantiated', 'resolve', 'recordRevisit', 'archive'] as const;

/** A form, see the top of this file. */
export const formSchema = z.strictObject({
  id,
  name: wordsSchema,
  before: z.enum(GATES),
  grades: z.array(z.enum(GRADES)).min(1).optional(),
  /** Not asked of a customer who has complained before and is known: an identity check, say. */
  skipReturning: z.boolean().default(false),
  fields: z.array(fieldSchema).min(1).max(40),
});
/** A form of the policy. */
export type Form = z.infer<typeof formSchema>;
/** What was filled in, by the ids of the fields. */
export type FormValues = Record<string, string | number | boolean>;

/** What is wrong with a value. `path` is the id of its field. */
export interface FormFault {
  path: string;
  words: Words;
}

/** What is wrong with the values, and with fields that are missing or unknown; empty: nothing. */
export function formFaults(form: Form, values: FormValues): FormFault[] {
  const faults: FormFault[] = [];
  const known = new Set(form.fields.map((field) => field.id));
  for (const name of Object.keys(values)) {
    if (!known.has(name))
      faults.push({ path: name, words: { zh: '表单没有这一项', en: 'the form has no such field' } });
  }
  for (const field of form.fields) {
    const value = values[field.id];
    const wrong = value === undefined || value === '' ? missing(field) : mistyped(field, value);
    if (wrong) faults.push({ path: field.id, words: wrong });
  }
  return faults;
}

const missing = ({ required }: FormField): Words | undefined =>
  required ? { zh: '必填', en: 'is required' } : undefined;

function mistyped({ type, min, max, options }: FormField, value: string | number | boolean): Words | undefined {
  switch (type) {
    case 'yesNo':
      return typeof value === 'boolean' ? undefined : { zh: '须为是或否', en: 'must be true or false' };
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return { zh: '须为数字', en: 'must be a number' };
      return inRange(value, min, max);
    case 'choice':
      return options?.some((option) => option.id === value)
        ? undefined
        : { zh: '不是可选项', en: 'is none of the options' };
    case 'date':
      return typeof value === 'string' && z.iso.date().safeParse(value).success
        ? undefined
        : { zh: '须为日期，如 2026-11-22', en: 'must be a date like 2026-11-22' };
    case 'text':
      if (typeof value !== 'string' || !isCleanText(value)) return { zh: '须为文字', en: 'must be text' };
      return inRange(value.length, min, max ?? 4_000);
  }
}

function inRange(value: number, min: number | undefined, max: number | undefined): Words | undefined {
  if (min !== undefined && value < min) return { zh: `不小于 ${min}`, en: `must be at least ${min}` };
  if (max !== undefined && value > max) return { zh: `不大于 ${max}`, en: `must be at most ${max}` };
  return undefined;
}
