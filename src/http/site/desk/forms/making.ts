/**
 * What all controls of a form have in common.
 * @module
 */
import type { Words } from '../../../../domain/basics/types';
import type { DecisionName } from '../../../../domain/decisions/catalogue';
import { FIELD_WORDS, type FieldWords } from '../../../../domain/decisions/field-words';
import type { Wording } from '../../kit/wording';
import type { Choice } from './choices';
import { idOf, type ControlKind, type OptionGroup } from './control';
import type { Known } from './known';
import { indexesOf, momentTyped } from './read';
import type { FormFault } from './refusal';
import { usualValue } from './usual';

/** Everything that the controls of a form are made with. */
export interface Making {
  decision: DecisionName;
  known: Known;
  wording: Wording;
  /** What was wrong when the form was sent before. */
  faults: readonly FormFault[];
  say: (words: Words) => string;
}

/** Words at the beginning of a button or an option: in English with a capital. */
export const begun = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** What is common to the controls of a field. */
export function common(
  { name, words, required }: { name: string; words: Pick<FieldWords, 'label' | 'help'>; required: boolean },
  kind: ControlKind,
  making: Making,
) {
  const { decision, known, say } = making;
  const help = words.help ? say(words.help) : null;
  return {
    kind,
    name,
    id: idOf(decision, name),
    label: say(words.label),
    help,
    error: errorOf(name, kind, making),
    required,
    optional: !required && kind !== 'checkbox',
    value: known.typed?.get(name)?.[0] ?? (known.typed ? '' : textOf(usualValue(decision, name, known))),
  };
}

/** A value as a control shows it; empty for what it cannot show. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** What is wrong with a control. What was left empty is asked for in its own words, whatever the schema says of it. */
function errorOf(name: string, kind: ControlKind, { decision, known, faults, say }: Making): string | null {
  const ofLists = kind !== 'rows';
  const fault = faults.find(({ path }) => {
    const place = FIELD_WORDS[decision][path]?.settledBy ?? path;
    return place === name || (ofLists && place.startsWith(`${name}.`));
  });
  if (!fault) return null;
  const { typed } = known;
  const given = typed
    ? [...(typed.get(name) ?? []), ...indexesOf(typed, name).map((index) => typed.get(`${name}.${index}`)?.[0] ?? '')]
    : [];
  if (kind === 'datetime' && given.some((value) => value.trim() !== '' && momentTyped(value) === undefined)) {
    return say({ zh: '请填日期和时间，如 2026-11-25 16:08', en: 'please give date and time, as 2026-11-25 16:08' });
  }
  if (fault.byCase || given.some((value) => value.trim() !== '')) return say(fault.words);
  switch (kind) {
    case 'text':
    case 'textarea':
    case 'number':
    case 'money':
    case 'lines':
      return say({ zh: '请填写', en: 'please fill in' });
    case 'file':
      return say({ zh: '请选文件', en: 'please choose a file' });
    case 'hidden':
      return null;
    default:
      return say({ zh: '请选择', en: 'please choose' });
  }
}

/** The options, under the headings that they have. */
export function grouped(choices: readonly Choice[], values: readonly string[]): OptionGroup[] {
  const groups = new Map<string, OptionGroup>();
  for (const { value, label, under = '' } of choices) {
    const group = groups.get(under) ?? { label: under === '' ? null : under, options: [] };
    group.options.push({ value, label, chosen: values.includes(value) });
    groups.set(under, group);
  }
  return [...groups.values()];
}
