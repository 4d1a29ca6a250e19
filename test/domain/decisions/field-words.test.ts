import { STAFF_ID } from '../../../src/domain/basics/ids';
import type { Words } from '../../../src/domain/basics/types';
import { DECISION_NAMES, type DecisionName } from '../../../src/domain/decisions/catalogue';
import { fieldsOf, type FieldSchema } from '../../../src/domain/decisions/fields';
import { FIELD_WORDS, type FieldWords } from '../../../src/domain/decisions/field-words';

/** Every field with its words, those of the entries of lists included. */
function eachField(name: DecisionName): { at: string; schema: FieldSchema; words: FieldWords | undefined }[] {
  return fieldsOf(name).flatMap((field) => {
    const words = FIELD_WORDS[name][field.name];
    const entry = (field.schema.items as FieldSchema | undefined)?.properties ?? {};
    const parts = Object.entries(entry).map(([part, schema]) => ({
      at: `${name}.${field.name}.${part}`,
      schema: schema as FieldSchema,
      words: words?.parts?.[part],
    }));
    return [{ at: `${name}.${field.name}`, schema: field.schema, words }, ...parts];
  });
}

const FIELDS = DECISION_NAMES.flatMap(eachField);

/** The values that a field can have, if they can be told one by one. */
const valuesOf = ({ enum: values, type, default: usual }: FieldSchema): string[] =>
  values ? values.map(String) : type === 'boolean' && usual === undefined ? ['true', 'false'] : [];

test('every field that people fill in has its words, and nothing else has', () => {
  expect(FIELDS.filter(({ words }) => !words).map(({ at }) => at)).toEqual([]);
  for (const name of DECISION_NAMES) {
    const fields = fieldsOf(name).map((field) => field.name);
    expect(Object.keys(FIELD_WORDS[name]).toSorted()).toEqual(fields.toSorted());
  }
});

test('what the API fills in itself is not asked of people', () => {
  expect(fieldsOf('assign').map(({ name }) => name)).toEqual(['owner', 'taskForce']);
  expect(fieldsOf('movePolicy').map(({ name }) => name)).toEqual(['to']);
});

test('every value that can be chosen has its words', () => {
  const speechless = FIELDS.flatMap(({ at, schema, words }) =>
    words?.askedAfter === undefined && words?.names === undefined
      ? valuesOf(schema)
          .filter((value) => words?.values?.[value] === undefined)
          .map((value) => `${at}: ${value}`)
      : [],
  );
  expect(speechless).toEqual([]);
});

test('every id of a person is offered as a choice of people', () => {
  const ids = FIELDS.filter(
    ({ schema }) =>
      schema.pattern === STAFF_ID.source || (schema.items as FieldSchema | undefined)?.pattern === STAFF_ID.source,
  );
  expect(ids.length).toBeGreaterThan(5);
  for (const { at, words } of ids)
    expect([at, words?.names]).toEqual([at, expect.stringMatching(/staff|owner|taskForce/)]);
});

test('words stand in both languages, without a full stop after a label', () => {
  const all = FIELDS.flatMap(({ at, words }): [string, Words][] => [
    ...(words ? [[at, words.label] as [string, Words]] : []),
    ...(words?.help ? [[at, words.help] as [string, Words]] : []),
    ...Object.values(words?.values ?? {}).flatMap((value): [string, Words][] => (value ? [[at, value]] : [])),
  ]);
  for (const [at, { zh, en }] of all) {
    expect([at, zh]).toEqual([at, expect.stringMatching(/[\p{Script=Han}]/u)]);
    expect([at, en]).toEqual([at, expect.not.stringMatching(/[\p{Script=Han}]/u)]);
    expect([at, zh]).toEqual([at, expect.not.stringMatching(/[。.]$/)]);
  }
});

test('a date-time is known as one, whatever bounds it has', () => {
  const moments = FIELDS.filter(({ schema }) => schema.format === 'date-time').map(({ at }) => at);
  expect(moments).toEqual(['pause.until', 'wantCallBack.from', 'wantCallBack.to', 'extend.dueAt']);
});
