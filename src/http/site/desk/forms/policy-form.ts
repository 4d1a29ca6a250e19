import type { FormField } from '../../../../domain/policy/forms';
import { control, type Control, type ControlKind } from './control';
import { begun, common, grouped, textOf, type Making } from './making';
import { formAskedFor } from './usual';

/** The control for each type of field of a policy's form. */
const KIND: Record<FormField['type'], ControlKind> = {
  text: 'text',
  number: 'number',
  date: 'date',
  choice: 'select',
  yesNo: 'radios',
};

/**
 * The controls of a form of the policy, with the values it was filled in with before.
 * @param name the field of the decision that takes them
 */
export function formControls(name: string, making: Making): Control[] {
  const { known, say } = making;
  const form = formAskedFor(known);
  const before = (form?.values ?? {}) as Record<string, unknown>;
  return (form?.fields ?? []).map(({ id, label, type, required, min, max, options = [] }) => {
    const isLong = type === 'text' && (max ?? 4_000) > 200;
    const base = common(
      { name: `${name}.${id}`, words: { label }, required },
      isLong ? 'textarea' : KIND[type],
      making,
    );
    const value = known.typed ? base.value : textOf(before[id]);
    const choices =
      type === 'yesNo'
        ? [
            { value: 'true', label: begun(say({ zh: '是', en: 'yes' })) },
            { value: 'false', label: begun(say({ zh: '否', en: 'no' })) },
          ]
        : options.map((option) => ({ value: option.id, label: say(option.label) }));
    return control({
      ...base,
      value,
      groups: grouped(choices, [value]),
      ...(type === 'text' && { maxLength: max ?? 4_000 }),
      ...(type === 'number' && { min: min?.toString() ?? null, max: max?.toString() ?? null, step: 'any' }),
    });
  });
}
