/**
 * The form of a decision, as plain data for `templates/pages/desk/parts/form.hbs`. What is asked comes from the
 * decision's schema (`fieldsOf`), what it is called from its words (`FIELD_WORDS`), what can be chosen from the case.
 * @module
 */
import { CATEGORY_WORDS, GRADE_WORDS, SCORE_WORDS } from '../../../../domain/basics/words';
import { atLeast } from '../../../../domain/case/permissions';
import { DECISIONS, type DecisionName } from '../../../../domain/decisions/catalogue';
import { FIELD_WORDS, type FieldWords } from '../../../../domain/decisions/field-words';
import { fieldsOf, type DecisionField, type FieldSchema } from '../../../../domain/decisions/fields';
import { houseLocal } from '../../../../house';
import { money, moneyUnit } from '../../../../render/format';
import { inLanguage } from '../../../../render/words';
import type { Wording } from '../../kit/wording';
import { choicesFor, type Choice } from './choices';
import { control, idOf, type Control } from './control';
import type { Known } from './known';
import { begun, common, grouped, textOf, type Making } from './making';
import { formControls } from './policy-form';
import { faultsOfRefusal } from './refusal';
import { filledRows, indexesOf, isText, wasName, wasValue, type Typed } from './read';
import { fillingIn, formAskedFor, usualValue } from './usual';

/** The form of a decision. */
export type DecisionForm = {
  decision: DecisionName;
  /** Of its button. */
  label: string;
  controls: Control[];
  /** Every fault with its field, for the list above the form; `href` is null where no control is at fault. */
  errors: { href: string | null; words: string }[];
  /** It carries a file. */
  multipart: boolean;
};

/** Makes the form of a decision for a person who looks at a case. */
export function formOf(decision: DecisionName, wording: Wording, known: Known): DecisionForm {
  const faults = faultsOfRefusal(decision, known);
  const making: Making = { decision, known, wording, faults, say: (words) => inLanguage(words, wording.language) };
  const form = decision === 'fillForm' ? formAskedFor(known) : undefined;
  const controls = fieldsOf(decision).flatMap((field) => controlsOf(field, making));
  const all = [...controls, ...controls.flatMap(({ entries }) => entries.flatMap((entry) => entry.controls))];
  const placed = new Set(all.map(({ name }) => name));
  return {
    decision,
    label: begun(making.say(form ? fillingIn(form) : DECISIONS[decision].label)),
    controls,
    errors: faults.map(({ path, words }) => {
      const name = placeOf(path, decision, placed);
      const at = all.find((shown) => shown.name === name && shown.kind !== 'hidden');
      return at
        ? {
            href: `#${at.id}`,
            words: `${at.label}${making.say({ zh: '：', en: ': ' })}${at.error ?? making.say(words)}`,
          }
        : { href: null, words: path === '' ? making.say(words) : `${path}: ${making.say(words)}` };
    }),
    multipart: controls.some(({ kind }) => kind === 'file'),
  };
}

/** The name of the control that a fault is about: the path itself, else the nearest one around it. */
function placeOf(path: string, decision: DecisionName, placed: ReadonlySet<string>): string | undefined {
  const settledBy = FIELD_WORDS[decision][path]?.settledBy;
  const names = (settledBy ?? path).split('.');
  for (let length = names.length; length > 0; length--) {
    const name = names.slice(0, length).join('.');
    if (placed.has(name)) return name;
  }
  return undefined;
}

/** The controls of a field: one, none if it is not asked now, or several for a record. */
function controlsOf({ name, schema, required }: DecisionField, making: Making): Control[] {
  const { decision, known } = making;
  const words = FIELD_WORDS[decision][name];
  if (!words || words.settledBy !== undefined) return [];
  if (words.askedAfter !== undefined && words.askedAfter !== known.refusedBy) return [];
  const field = { name, schema, words, required: required || isNeeded(name, making) };
  switch (words.names) {
    case 'formValues':
      return formControls(name, making);
    case 'questions':
      return (known.policy?.survey.questions ?? []).map((question) =>
        scale({ ...field, name: `${name}.${question.id}`, words: { label: question.name } }, making),
      );
    case 'proposal':
    case 'survey':
    case 'form':
      return hidden(field, making);
    case 'subcategory':
      return choicesFor('subcategory', decision, known, making.wording).length === 0 ? [] : [controlFor(field, making)];
    case 'evidence':
      return known.case.evidence.length === 0 ? [] : [controlFor(field, making)];
    default:
      return [controlFor(field, making)];
  }
}

/** Whether the rules that the case follows ask for a field that the schema leaves open. */
const isNeeded = (name: string, { decision, known }: Making): boolean =>
  decision === 'propose' && name === 'findings' && (known.policy?.steps[known.case.grade].findings ?? false);

/** A field that is to be shown. */
interface Field {
  name: string;
  schema: FieldSchema;
  words: FieldWords;
  required: boolean;
}

/** The control of a field that has one. */
function controlFor(field: Field, making: Making): Control {
  const { schema, words } = field;
  if (schema.type === 'array') return listControl(field, making);
  if (words.names === 'upload') return control({ ...common(field, 'file', making), multiple: true });
  if (words.names !== undefined) return named(field, making);
  if (schema.enum) return chosen(field, valuesOf(field, making), making);
  switch (schema.type) {
    case 'boolean':
      return schema.default === undefined && words.askedAfter === undefined
        ? chosen(field, valuesOf(field, making), making)
        : ticked(field, making);
    case 'integer':
    case 'number':
      return schema.maximum === SCORE_WORDS.length ? scale(field, making) : figure(field, making);
    default:
      return textControl(field, making);
  }
}

/** A box to tick, not ticked at first. */
function ticked(field: Field, making: Making): Control {
  const base = common(field, 'checkbox', making);
  return control({ ...base, value: base.value === 'true' ? 'true' : '' });
}

/** A control for a figure. A sum of money is what has cents. */
function figure(field: Field, making: Making): Control {
  const { minimum, maximum, multipleOf } = field.schema;
  const isMoney = multipleOf === 0.01;
  return control({
    ...common(field, isMoney ? 'money' : 'number', making),
    min: textOf(minimum) || null,
    max: textOf(maximum) || null,
    step: textOf(multipleOf) || null,
    unit: isMoney ? moneyUnit(making.wording.language) : null,
  });
}

/** A control for a text or a time. */
function textControl(field: Field, making: Making): Control {
  const { format, maxLength } = field.schema;
  if (format === 'date-time') {
    // What is decided about a time is always still to come.
    return control({ ...common(field, 'datetime', making), min: houseLocal(Date.parse(making.wording.now)) });
  }
  const isLong = isText(field.schema) && (maxLength ?? 0) > 200;
  return control({
    ...common(field, isLong ? 'textarea' : 'text', making),
    maxLength: maxLength ?? null,
    lines: (maxLength ?? 0) > 4_000 ? 6 : 3,
  });
}

/** The values of an enum, or yes and no, in the order of the schema. Those without words are not offered to staff. */
function valuesOf({ schema, words }: Field, { say }: Making): Choice[] {
  const values = schema.enum?.map(String) ?? ['true', 'false'];
  return values.flatMap((value) => {
    const label = words.values?.[value];
    return label ? [{ value, label: begun(say(label)) }] : [];
  });
}

/** Up to so many values stand side by side; more are a list to open. */
const SIDE_BY_SIDE = 8;

/** One of several: side by side if they are few and one has to be chosen. */
function chosen(field: Field, choices: readonly Choice[], making: Making): Control {
  const { schema, required } = field;
  const usual = textOf(schema.default);
  const kind = (required || usual !== '') && choices.length <= SIDE_BY_SIDE ? 'radios' : 'select';
  const base = common(field, kind, making);
  const value = base.value === '' && !making.known.typed ? usual : base.value;
  return control({
    ...base,
    value,
    optional: base.optional && usual === '',
    help: base.help ?? suggestionOf(field.name, making),
    groups: grouped(choices, [value]),
  });
}

/** A score of 1 to 5. */
function scale(field: Field, making: Making): Control {
  const base = common(field, 'scale', making);
  const choices = SCORE_WORDS.map((words, index) => ({
    value: String(index + 1),
    label: `${index + 1} ${making.say(words)}`,
  }));
  return control({ ...base, groups: grouped(choices, [base.value]) });
}

/** A control for the id of something: a choice of those there are, or the id itself where nothing is known. */
function named(field: Field, making: Making): Control {
  const { names = 'staff' } = field.words;
  const { decision, known, wording } = making;
  const values = field.schema.enum?.map(String) ?? [];
  const choices = choicesFor(names, decision, known, wording, values).map((choice) =>
    names === 'subcategory' ? { ...choice, under: underCategory(choice.under, making) } : choice,
  );
  if (names === 'case') {
    const { maxLength } = field.schema;
    return control({
      ...common(field, 'text', making),
      maxLength: maxLength ?? null,
      suggestions: choices.map((choice) => ({ ...choice, chosen: false })),
    });
  }
  if (names === 'policyVersion' && choices.length === 0) return figure(field, making);
  const kind = names === 'department' ? 'department' : names === 'staff' || names === 'owner' ? 'person' : 'select';
  const base = common(field, kind, making);
  const only = field.required && choices.length === 1 && !known.typed ? (choices[0]?.value ?? '') : '';
  const value = base.value === '' ? only : base.value;
  return control({ ...base, value, groups: grouped(choices, [value]) });
}

const underCategory = (category: string | undefined, { say }: Making): string =>
  category === undefined ? '' : begun(say(CATEGORY_WORDS[category as keyof typeof CATEGORY_WORDS]));

/** A control for a list: of people or files to tick, of lines, or of rows with several controls. */
function listControl(field: Field, making: Making): Control {
  const { name, schema, words } = field;
  const items = schema.items as FieldSchema;
  const { decision, known, wording } = making;
  if (items.type === 'object') return rows(field, items, making);
  const usual = usualValue(decision, name, known);
  const before = Array.isArray(usual) ? usual.map(String) : [];
  if (words.names === undefined) {
    const typed = known.typed;
    const lines = typed ? indexesOf(typed, name).map((index) => typed.get(`${name}.${index}`)?.[0] ?? '') : before;
    const written = lines.filter((line) => line.trim() !== '');
    const id = idOf(decision, name);
    return control({
      ...common(field, 'lines', making),
      value: '',
      maxLength: items.maxLength ?? null,
      entries: Array.from({ length: schema.maxItems ?? written.length + 1 }, (_, index) => ({
        controls: [
          control({
            kind: 'text',
            name: `${name}.${index}`,
            id: `${id}-${index}`,
            label: `${making.say(words.label)} ${index + 1}`,
            value: written[index] ?? '',
            required: field.required && index === 0,
            maxLength: items.maxLength ?? null,
          }),
        ],
      })),
    });
  }
  const choices = choicesFor(words.names, decision, known, wording);
  const arePeople = words.names !== 'evidence';
  return control({
    ...common(field, arePeople ? 'people' : 'checkboxes', making),
    value: '',
    groups: grouped(choices, known.typed ? (known.typed.get(name) ?? []) : before),
    was: arePeople ? wasOf(name, before, making) : null,
    wasName: arePeople ? wasName(name) : null,
  });
}

/**
 * What the ticks are compared with, so that a list nobody touched is left out and stays as it is. Whoever leads confirms
 * people who were only named in the complaint by sending the list as it is, so there it is always sent.
 */
function wasOf(name: string, before: readonly string[], { known }: Making): string | null {
  const { against } = known.case;
  const confirms =
    name === 'against' &&
    atLeast({ kind: 'staff', team: '', ...known.viewer }, 'supervisor') &&
    against.some(({ suggested }) => suggested);
  if (confirms) return '-';
  return known.typed?.get(wasName(name))?.[0] ?? wasValue(before);
}

/** How many rows of a list are shown empty, for a browser without script. */
const EMPTY_ROWS = 3;

/** A control for a list of objects: what was typed or stands there already, and some empty rows. */
function rows(field: Field, items: FieldSchema, making: Making): Control {
  const { name, schema, words } = field;
  const { decision, known } = making;
  const parts = Object.entries(items.properties ?? {}) as [string, FieldSchema][];
  const partNames = parts.map(([part]) => part);
  const usual = usualValue(decision, name, known);
  const before = Array.isArray(usual) ? (usual as Record<string, unknown>[]) : [];
  const typed = known.typed;
  const given: Record<string, unknown>[] = typed
    ? filledRows(typed, name, partNames).map((index) =>
        Object.fromEntries(partNames.map((part) => [part, typed.get(`${name}.${index}.${part}`)?.[0] ?? ''])),
      )
    : before;
  const shown = Math.min(Math.max(EMPTY_ROWS, given.length + 1), schema.maxItems ?? Infinity);
  const entries = Array.from({ length: shown }, (_, index) => ({
    controls: parts.map(([part, of]) => {
      const path = `${name}.${index}.${part}`;
      const row = given[index];
      // The values under this row's names, so that an entry is made as any other control is.
      const values: Typed = new Map([[path, [textOf(row?.[part])]]]);
      const faults = row ? making.faults : making.faults.filter(({ path: place }) => place !== path);
      const inRow: Making = { ...making, faults, known: { ...known, typed: values } };
      const partWords = words.parts?.[part] ?? { label: words.label };
      const needed = (items.required?.includes(part) ?? false) && index === 0;
      return { ...controlFor({ name: path, schema: of, words: partWords, required: needed }, inRow), optional: false };
    }),
  }));
  return control({ ...common(field, 'rows', making), value: '', help: limitOf(making), entries });
}

/** Up to which sum the person may offer something without asking. */
function limitOf({ decision, known, wording, say }: Making): string | null {
  const limit = known.policy?.compensation.approvalAbove[known.case.grade];
  if (decision !== 'propose' || limit === undefined) return null;
  const sum = money(limit, wording.language);
  return say({
    zh: `您可决定 ${sum}以内，合计超过的先审批`,
    en: `Up to ${sum} in all is yours to decide; more needs approval`,
  });
}

/** What the program suggests for a grade, and by which words, where it is to be confirmed. */
function suggestionOf(name: string, { decision, known, say }: Making): string | null {
  if (decision !== 'grade' || name !== 'grade') return null;
  const { grade, category, reasons } = known.case.suggestion;
  const quoted = [...new Set(reasons.flatMap(({ words }) => words))].slice(0, 4).map((word) => `“${word}”`);
  const learnt = reasons.some(({ rule }) => rule === 'learnt');
  return say({
    zh: `建议${GRADE_WORDS[grade].zh}·${CATEGORY_WORDS[category].zh}${quoted.join('')}${learnt ? '，从本部门已确认的投诉中学到' : ''}`,
    en: `Suggested: ${GRADE_WORDS[grade].en}, ${CATEGORY_WORDS[category].en}${quoted.length > 0 ? ` (${quoted.join(' ')})` : ''}${learnt ? ', learnt from your department’s confirmed complaints' : ''}`,
  });
}

/** A value that is sent but not asked; none if there is nothing to send. */
function hidden(field: Field, making: Making): Control[] {
  const base = common(field, 'hidden', making);
  return base.value === '' ? [] : [control(base)];
}
