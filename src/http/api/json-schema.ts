import { z } from 'zod';

type Json = Record<string, unknown>;

/** What JSON Schema cannot say (a transformation) becomes `{}`. */
const OPTIONS = { target: 'draft-2020-12', unrepresentable: 'any' } as const;

/**
 * One schema as JSON Schema 2020-12 by itself, without references. `$schema` is left out: OpenAPI 3.1 uses that dialect
 * anyway.
 * @param io `input`: as it is sent, before defaults and transformations; `output`: as it is after them
 */
export const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { ...OPTIONS, io });
  return json;
};

/** Where a schema of this name stands in the document. */
export const schemaRef = (name: string): string => `#/components/schemas/${name}`;

/** The named schemas as components of the document. One that holds another refers to it instead of repeating it. */
export function componentsOf(
  named: Iterable<readonly [z.ZodType, string]>,
  io: 'input' | 'output',
): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...OPTIONS, io, uri: schemaRef });
  return Object.fromEntries(
    // With an `$id` each component would count as a document of its own, in which `#/components/…` leads nowhere.
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...json }]) => [name, json]),
  );
}
