/**
 * One control of a form, as plain data for the templates in templates/pages/desk/parts/controls/.
 * @module
 */

/** What a control is for. Several kinds share a template (`PARTIAL`). */
export type ControlKind = keyof typeof PARTIAL;

/** The template of each kind. */
const PARTIAL = {
  text: 'input',
  number: 'input',
  money: 'input',
  date: 'input',
  datetime: 'input',
  file: 'input',
  textarea: 'textarea',
  select: 'select',
  person: 'select',
  department: 'select',
  radios: 'choices',
  scale: 'choices',
  checkboxes: 'choices',
  people: 'choices',
  checkbox: 'checkbox',
  lines: 'lines',
  rows: 'rows',
  hidden: 'hidden',
} as const;

/** The `type` of the input of each kind, where it is one. */
const INPUT: Partial<Record<ControlKind, string>> = {
  date: 'date',
  datetime: 'datetime-local',
  file: 'file',
  radios: 'radio',
  scale: 'radio',
  checkboxes: 'checkbox',
  people: 'checkbox',
};

/** One thing to choose. */
export type Option = { value: string; label: string; chosen: boolean };
/** Options under a heading, or without one. */
export type OptionGroup = { label: string | null; options: Option[] };

/** A control. Every name is there, since templates may ask for nothing that is not. */
export type Control = {
  kind: ControlKind;
  partial: string;
  /** Its name in the form: the path of its value in the decision's body. */
  name: string;
  id: string;
  label: string;
  help: string | null;
  error: string | null;
  required: boolean;
  /** May be left empty, and says so. */
  optional: boolean;
  value: string;
  inputType: string;
  inputMode: string | null;
  groups: OptionGroup[];
  /** What may be typed is suggested from these. */
  suggestions: Option[];
  maxLength: number | null;
  min: string | null;
  max: string | null;
  step: string | null;
  /** What stands beside a figure. */
  unit: string | null;
  /** Several files may be chosen. */
  multiple: boolean;
  /** Lines of a text area. */
  lines: number;
  /** The controls of each entry of a list. */
  entries: { controls: Control[] }[];
  /** What was ticked when the form was shown, and the name that carries it (`wasName`); null: it is not sent. */
  was: string | null;
  wasName: string | null;
  /** One of its radio buttons has to be chosen. */
  needed: boolean;
  /** The ids of help, error and unit, for `aria-describedby`. */
  describedBy: string | null;
};

/** The id of the control of a field, unique on a page that shows one form of each decision. */
export const idOf = (decision: string, name: string): string => `${decision}-${name.replaceAll('.', '-')}`;

/** Makes a control of what is not as usual. */
export function control(
  given: Pick<Control, 'kind' | 'name' | 'id' | 'label'> & Partial<Omit<Control, 'partial' | 'describedBy'>>,
): Control {
  const { kind, id } = given;
  const made = {
    help: null,
    error: null,
    required: false,
    optional: false,
    value: '',
    inputType: INPUT[kind] ?? 'text',
    inputMode: kind === 'number' || kind === 'money' ? 'decimal' : null,
    groups: [],
    suggestions: [],
    maxLength: null,
    min: null,
    max: null,
    step: null,
    unit: null,
    multiple: false,
    lines: 3,
    entries: [],
    was: null,
    wasName: null,
    needed: given.required === true && (kind === 'radios' || kind === 'scale'),
    ...given,
  };
  const about = [
    made.help === null ? '' : `${id}-h`,
    made.error === null ? '' : `${id}-e`,
    made.unit === null ? '' : `${id}-u`,
  ].filter((one) => one !== '');
  return {
    ...made,
    partial: `controls/${PARTIAL[kind]}`,
    describedBy: about.length === 0 ? null : about.join(' '),
  };
}
