import { z } from 'zod';

type Json = Record<string, unknown>;

const OPTIONS = { target: 'draft-2020-12', unrepresentable: 'any' } as const;

/** One schema by itself, nothing referred to. Without the name of its dialect: OpenAPI 3.1 always means 2020-12. */
export const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { ...OPTIONS, io });
  return json;
};

export const schemaRef = (name: string): string => `#/components/schemas/${name}`;

/** The schemas by their names; one that holds another of them refers to it instead of repeating it. */
export function componentsOf(
  named: Iterable<readonly [z.ZodType, string]>,
  io: 'input' | 'output',
): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...OPTIONS, io, uri: schemaRef });
  return Object.fromEntries(
    // An `$id` would make each component a document of its own, from which references lead nowhere.
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...json }]) => [name, json]),
  );
}
