import fc from 'fast-check';
import { isCleanText, isVisible } from '../../../../src/domain/basics/free-text';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../../src/domain/decisions/catalogue';
import { FIELD_WORDS } from '../../../../src/domain/decisions/field-words';
import { fieldsOf, type DecisionField, type FieldSchema } from '../../../../src/domain/decisions/fields';
import type { CaseState } from '../../../../src/domain/case/state';
import { houseLocal } from '../../../../src/house';
import type { Control } from '../../../../src/http/site/desk/forms/control';
import type { Known } from '../../../../src/http/site/desk/forms/known';
import { formOf } from '../../../../src/http/site/desk/forms/model';
import { readDecisionForm, typedOf, wasName, wasValue, type Typed } from '../../../../src/http/site/desk/forms/read';
import { text } from '../../../domain/walk';
import { answerFor, knownOf, POLICY, stateWith, SUPERVISOR, ZH } from './fake-case';

type Body = Record<string, unknown>;

/** A case in which there is something to choose wherever a decision names something. */
const RICH: CaseState = stateWith(
  {
    stage: 'resolve',
    owner: { id: 'u-agent', role: 'agent', team: 'after-sales', provisional: false },
    accepted: true,
    against: ['u-manager'],
    taskForce: ['u-quality'],
    helpTasks: [
      { id: 'h1', department: 'quality', askedBy: 'u-agent', open: true },
      { id: 'h2', department: 'logistics', askedBy: 'u-agent', open: true },
    ],
    evidence: [text(7).textId, text(8).textId],
    proposal: {
      id: 'p1',
      by: 'u-agent',
      remedies: [{ kind: 'refund', amount: 100 }],
      total: 100,
      solution: text(2),
      status: 'offered',
    },
    survey: { id: 's1', status: 'open' },
    actions: [
      { id: 'a1', kind: 'urgent', owner: 'u-quality', status: 'planned' },
      { id: 'a2', kind: 'preventive', owner: 'u-quality', status: 'started' },
    ],
    clocks: {
      ...stateWith().clocks,
      'help:h2': { ...(stateWith().clocks.resolution as CaseState['clocks'][string]), id: 'help:h2', promise: 'help' },
    },
  } as Partial<CaseState>,
  POLICY,
);
const ANSWER = answerFor(RICH, SUPERVISOR, {
  policy: POLICY,
  parts: {
    evidence: [7, 8].map((n) => ({
      evidenceId: text(n).textId,
      caseNo: RICH.caseNo,
      sha256: 'b'.repeat(64),
      bytes: 10,
      mediaType: 'image/jpeg',
      fileName: `${n}.jpg`,
      namedAs: null,
      addedBy: 'customer',
      addedAt: ZH.now,
    })),
  },
});
const KNOWN: Known = knownOf(ANSWER, SUPERVISOR, { refusedBy: 'reply_guard' });

/** What a browser sends of a form as it stands. */
function submitted(controls: readonly Control[]): Typed {
  const sent = new Map<string, string[]>();
  const send = (name: string, value: string) => sent.set(name, [...(sent.get(name) ?? []), value]);
  for (const one of controls) {
    if (one.wasName !== null) send(one.wasName, one.was ?? '');
    const chosen = one.groups.flatMap(({ options }) => options.filter((option) => option.chosen));
    switch (one.partial) {
      case 'controls/choices':
        for (const { value } of chosen) send(one.name, value);
        break;
      case 'controls/select':
        send(one.name, chosen[0]?.value ?? '');
        break;
      case 'controls/checkbox':
        if (one.value) send(one.name, 'true');
        break;
      case 'controls/rows':
      case 'controls/lines':
        for (const entry of one.entries) {
          for (const [name, values] of submitted(entry.controls)) for (const value of values) send(name, value);
        }
        break;
      default:
        send(one.name, one.value);
    }
  }
  return sent;
}

const visible = (max: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(max, 60) })
    .filter((one) => isVisible(one) && isCleanText(one) && /\S/.test(one) && one.length <= max && !one.includes('\r'));

/** Values of a field that its form can express. */
function valueOf(
  decision: DecisionName,
  { name, schema }: DecisionField,
  controls: readonly Control[],
): fc.Arbitrary<unknown> {
  const words = FIELD_WORDS[decision][name];
  const shown = controls.find((one) => one.name === name);
  const options = shown?.groups.flatMap((group) => group.options.map(({ value }) => value)) ?? [];
  if (schema.type === 'array' && words?.names) {
    const before = shown?.groups.flatMap((group) => group.options.filter((one) => one.chosen).map((one) => one.value));
    return fc
      .subarray(options)
      .filter((some) => words.names === 'evidence' || wasValue(some) !== wasValue(before ?? []));
  }
  if (words?.names === 'case') return fc.constantFrom('C261122-000000', 'C261126-7KQ4MX');
  if (words?.names === 'formValues') {
    return fc.record(
      {
        voltage: fc.double({ min: 0, max: 400, noNaN: true }).map((n) => n + 0),
        seen: visible(60),
        on: fc.constantFrom('2026-11-23', '2027-02-28'),
        safe: fc.boolean(),
        part: fc.constantFrom('plug', 'tank'),
      },
      { requiredKeys: ['voltage', 'seen', 'on', 'safe'] },
    );
  }
  if (words?.names === 'questions') return fc.record({ 'repair-time': fc.integer({ min: 1, max: 5 }) });
  if (shown?.kind === 'hidden') return fc.constant(shown.value);
  if (schema.type === 'boolean') return words?.askedAfter ? fc.constant(true) : fc.boolean();
  if (options.length > 0) return fc.constantFrom(...options).map((one) => (isFigure(schema) ? Number(one) : one));
  return plainValue(schema);
}

const isFigure = ({ type }: FieldSchema): boolean => type === 'number' || type === 'integer';

function plainValue(schema: FieldSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.format === 'date-time') {
    return fc
      .integer({ min: Date.parse('2026-01-01T00:00Z') / 60_000, max: Date.parse('2099-01-01T00:00Z') / 60_000 })
      .map((minutes) => new Date(minutes * 60_000).toISOString());
  }
  if (schema.multipleOf === 0.01) return fc.integer({ min: 0, max: 1_000_000_000 }).map((cents) => cents / 100);
  if (schema.type === 'array') {
    return fc.array(plainValue(schema.items as FieldSchema), {
      minLength: schema.minItems ?? 0,
      maxLength: schema.maxItems ?? 5,
    });
  }
  if (schema.type === 'object') {
    const parts = Object.entries(schema.properties ?? {}).map(([part, of]): [string, fc.Arbitrary<unknown>] => [
      part,
      plainValue(of as FieldSchema),
    ]);
    return fc.record(Object.fromEntries(parts), { requiredKeys: schema.required ?? [] });
  }
  return visible(schema.maxLength ?? 60);
}

/** A body as somebody would type it into the form. */
function typed(decision: DecisionName, body: Body, controls: readonly Control[]): Typed {
  const values = new Map<string, readonly string[]>();
  const put = (name: string, value: unknown): void => {
    if (Array.isArray(value)) value.forEach((item, index) => put(`${name}.${index}`, item));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) put(`${name}.${key}`, item);
    } else values.set(name, [String(value)]);
  };
  for (const { name, schema } of fieldsOf(decision)) {
    const shown = controls.find((one) => one.name === name);
    // Whoever says nothing of a list leaves the ticks alone.
    if (shown?.wasName) {
      const before = shown.groups.flatMap((group) => group.options.filter((one) => one.chosen).map((one) => one.value));
      values.set(name, (body[name] as string[] | undefined) ?? before);
      values.set(wasName(name), [wasValue(before)]);
    } else if (schema.format === 'date-time' && body[name] !== undefined) {
      values.set(name, [houseLocal(Date.parse(body[name] as string))]);
    } else if (FIELD_WORDS[decision][name]?.names === 'evidence') {
      values.set(name, (body[name] as string[] | undefined) ?? []);
    } else if (body[name] !== undefined) put(name, body[name]);
  }
  return values;
}

/** What the promise of `extend` and its clock are in one control. */
const apart = (decision: DecisionName, body: Body): Body => {
  if (decision !== 'extend') return body;
  const [promise, clock] = String(body.promise).split(' ');
  return { ...body, promise, ...(clock !== undefined && { clock }) };
};

// A file is uploaded; its id and checksum are not typed.
const TYPED = DECISION_NAMES.filter((name) => name !== 'addEvidence');

test.each(TYPED)('%s: what is filled in is what arrives', (decision) => {
  const empty = formOf(decision, ZH, KNOWN).controls;
  const fields = fieldsOf(decision).filter(({ name }) => FIELD_WORDS[decision][name]?.settledBy === undefined);
  const bodies = fc.record(Object.fromEntries(fields.map((field) => [field.name, valueOf(decision, field, empty)])), {
    requiredKeys: fields.filter(({ required }) => required).map(({ name }) => name),
  });
  const { api } = DECISIONS[decision];
  fc.assert(
    fc.property(bodies, (body) => {
      // Sent, refused for another reason, shown again, and sent once more as it stands.
      const again = formOf(decision, ZH, { ...KNOWN, typed: typed(decision, body as Body, empty) });
      const read = readDecisionForm(decision, submitted(again.controls), KNOWN.case.forms);
      expect(api.parse(read)).toEqual(api.parse(apart(decision, body as Body)));
    }),
    { numRuns: 60 },
  );
});

test('a form that is sent as it was shown changes no list of people', () => {
  for (const decision of ['grade', 'regrade', 'assign', 'reassign'] as const) {
    const read = readDecisionForm(decision, submitted(formOf(decision, ZH, KNOWN).controls));
    expect([decision, Object.keys(read)]).toEqual([decision, expect.not.arrayContaining(['against', 'taskForce'])]);
  }
});

test('nothing that is typed makes the reading fail, and nothing else than fields arrives', () => {
  const names = fc.constantFrom(
    ...DECISION_NAMES.flatMap((decision) => fieldsOf(decision).map(({ name }) => name)),
    'remedies.0.kind',
    'remedies.0.amount',
    'remedies.999.kind',
    'remedies.-1.kind',
    'whys.0',
    'whys.x',
    'against.was',
    'values.__proto__',
    'answers.__proto__',
    'answers.a.b',
    '__proto__',
    'constructor',
    'values.voltage',
  );
  const junk = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', ' ', 'NaN', '1e999', '0x10', '2026-02-30T10:00', '9999-12-31T23:59', 'true', 'null', ' help'),
  );
  const forms = fc.array(fc.tuple(names, fc.array(junk, { maxLength: 3 })), { maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...DECISION_NAMES), forms, (decision, values) => {
      const body = readDecisionForm(decision, new Map(values), POLICY.forms);
      const fields = fieldsOf(decision).map(({ name }) => name);
      expect(fields).toEqual(expect.arrayContaining(Object.keys(body)));
      DECISIONS[decision].api.safeParse(body);
      formOf(decision, ZH, { ...KNOWN, typed: new Map(values) });
    }),
    { numRuns: 500 },
  );
});

test('what cannot be read goes on as it was typed, so that the refusal names the field', () => {
  const read = (decision: DecisionName, fields: Record<string, string>) => readDecisionForm(decision, typedOf(fields));
  expect(read('propose', { 'remedies.0.kind': 'refund', 'remedies.0.amount': '三百', solution: ' 退款 ' })).toEqual({
    remedies: [{ kind: 'refund', amount: '三百' }],
    solution: ' 退款 ',
  });
  expect(read('pause', { reason: 'parts', until: '明天', note: '' })).toEqual({
    reason: 'parts',
    until: '明天',
    note: '',
  });
  expect(read('customerAnswer', { accepted: 'maybe' })).toEqual({ accepted: 'maybe' });
  expect(read('pause', { until: '2026-02-30T10:00' })).toEqual({ until: '2026-02-30T10:00' });
});

test('figures are read as people write them, times by the clock of the house', () => {
  const read = (decision: DecisionName, fields: Record<string, string>) => readDecisionForm(decision, typedOf(fields));
  const amount = (typedAmount: string) =>
    read('propose', { 'remedies.0.kind': 'refund', 'remedies.0.amount': typedAmount });
  expect(['１２０', '1,200.50', ' 3 '].map((one) => amount(one).remedies)).toEqual([
    [{ kind: 'refund', amount: 120 }],
    [{ kind: 'refund', amount: 1200.5 }],
    [{ kind: 'refund', amount: 3 }],
  ]);
  for (const until of ['2026-11-25T16:08', ' 2026-11-25 16:08']) {
    expect(read('pause', { until, note: 'x' })).toEqual({ until: '2026-11-25T08:08:00.000Z', note: 'x' });
  }
});

test('rows without anything in them are left out, wherever they stand', () => {
  const body = readDecisionForm(
    'propose',
    typedOf({
      'remedies.0.kind': '',
      'remedies.0.amount': ' ',
      'remedies.2.kind': 'apology',
      'remedies.2.amount': '',
      solution: 'a\r\nb',
    }),
  );
  expect(body).toEqual({ remedies: [{ kind: 'apology' }], solution: 'a\nb' });
});
