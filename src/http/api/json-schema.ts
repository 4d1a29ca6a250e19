import { z } from 'zod';

/** As OpenAPI 3.1 wants it: without the name of its dialect, which is 2020-12. */
export const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  });
  return json;
};
