/**
 * The fields of a decision as its sender fills them in, for whoever shows them to people: the reference in `docs/` and
 * the forms of the desk.
 * @module
 */
import { z } from 'zod';
import { DECISIONS, type DecisionName } from './catalogue';

/** The JSON Schema of a field, of its input. A date-time has the format `date-time`. */
export type FieldSchema = z.core.JSONSchema.BaseSchema;

/** One field of a decision. */
export interface DecisionField {
  /** As the API calls it. */
  name: string;
  schema: FieldSchema;
  /** Whether the decision is refused without it, whatever the condition of the case. */
  required: boolean;
}

/** Tells by their description the fields that the API fills in itself; what a caller sends in them is ignored. */
const FILLED_IN = /the API fills it in/;

const known = new Map<DecisionName, readonly DecisionField[]>();

/** The fields of a decision in their order, without those that the API fills in. Made once for each decision. */
export function fieldsOf(name: DecisionName): readonly DecisionField[] {
  const before = known.get(name);
  if (before) return before;
  const asked = Object.fromEntries(
    Object.entries(DECISIONS[name].api.shape as Record<string, z.ZodType>).filter(
      ([, field]) => !FILLED_IN.test(field.description ?? ''),
    ),
  );
  const whole = z.toJSONSchema(z.strictObject(asked), {
    io: 'input',
    unrepresentable: 'any',
    // Zod leaves the format out where a further pattern bounds the years.
    override: ({ zodSchema, jsonSchema }) => {
      if ((zodSchema._zod.def as { format?: string }).format === 'datetime') jsonSchema.format = 'date-time';
    },
  });
  const fields = Object.entries(whole.properties ?? {}).flatMap(([field, schema]) =>
    typeof schema === 'boolean' ? [] : [{ name: field, schema, required: whole.required?.includes(field) ?? false }],
  );
  known.set(name, fields);
  return fields;
}
