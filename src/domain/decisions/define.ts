/**
 * What a decision and a refusal are made of.
 * @module
 */
import { z } from 'zod';
import { momentGiven } from '../basics/bounds';
import type { EventBody, ReadGrade } from '../case/events';
import { freeText, textRefSchema } from '../basics/free-text';
import type { Policy } from '../policy/schema';
import type { CaseState } from '../case/state';
import {
  CATEGORIES,
  GRADES,
  SENTIMENTS,
  type Actor,
  type Instant,
  type Stage,
  type TextRef,
  type Words,
} from '../basics/types';
import { ROLE_WORDS } from '../basics/words';

/**
 * Why a decision is refused, in words for people that also say what to do instead. `code` is part of the contract of
 * the API.
 */
export interface Refusal {
  code: string;
  /** `{owner}` is a place for a person or case whose id `about` has under that name: the domain knows ids only. */
  words: Words;
  about?: About;
}

/**
 * Staff by their ids and other cases by their numbers, for the places in the words. Whoever shows the words puts names
 * in, if the reader may know them.
 */
export interface About {
  people?: Record<string, string>;
  cases?: Record<string, string>;
}

/** Makes a refusal. */
export const refuse = (code: string, zh: string, en: string, about?: About): Refusal => ({
  code,
  words: { zh, en },
  ...(about && { about }),
});

/** The words with each `{place}` filled in. */
export const filledIn = ({ zh, en }: Words, by: (place: string) => Words): Words => ({
  zh: zh.replaceAll(/\{(\w+)\}/g, (_all, place: string) => by(place).zh),
  en: en.replaceAll(/\{(\w+)\}/g, (_all, place: string) => by(place).en),
});

/** The words of a refusal with ids in their places, for where nobody is named (Temporal, the rehearsal). */
export const withIds = ({ words, about }: Refusal): Words =>
  filledIn(words, (place) => {
    const id = about?.people?.[place] ?? about?.cases?.[place] ?? place;
    return { zh: id, en: id };
  });

/** Who decides, when, and under which policy. */
export interface DecisionContext {
  actor: Actor;
  at: Instant;
  policy: Policy;
}

/**
 * In which text the customer speaks; what it suggests is filled in by the API and kept with the entry. `from: 'customer'`:
 * only where they decide themselves; `anybody`: staff take down their words in it as well.
 */
export interface CustomersWords {
  field: string;
  from: 'customer' | 'anybody';
}

/** What a text of the customer suggests, as it travels to the workflow. */
export const readGrade = z.strictObject({
  grade: z.enum(GRADES),
  category: z.enum(CATEGORIES),
  rules: z.array(z.string().max(40)).max(40),
  engine: z.string().max(80),
  sentiment: z.enum(SENTIMENTS).optional(),
});

/**
 * One decision that a person may take. The signal and update of the workflow, the route and its entry in OpenAPI, the
 * buttons of the desk and the property tests all come from this entry.
 */
export interface Decision<Input = never> {
  name: string;
  label: Words;
  /** One sentence for the API's reader. */
  about: string;
  /** The fields of `api` that hold free text. The caller stores these texts first and sends references to them. */
  texts: readonly string[];
  reads?: CustomersWords;
  /** What a client of the API sends: texts as strings. Any other input is refused with 422. */
  api: z.ZodObject;
  /** What the workflow receives: texts as references. It also guards signals that never passed the API. */
  wire: z.ZodType<Input>;
  stages: readonly Stage[];
  /** 403: has this person the right, whatever the condition of the case? Undefined: they have. */
  who: (actor: Actor, state: CaseState) => Refusal | undefined;
  /**
   * 409: does the condition of the case allow it now? It is known without the input, so it also says which decisions
   * are offered.
   */
  ready: (state: CaseState, context: DecisionContext) => Refusal | undefined;
  /** 409: does the condition allow it with this input? */
  check: (state: CaseState, input: Input, context: DecisionContext) => Refusal | undefined;
  /** The events that the decision causes once it is taken. */
  events: (state: CaseState, input: Input, context: DecisionContext) => EventBody[];
  /**
   * What has to be agreed with another case before this one writes the decision down. A refusal there refuses the
   * decision (409).
   */
  before?: (input: Input) => { claimMerge: { into: string } };
  /** The policy that the case follows from this decision on. */
  policy?: (input: Input) => Policy | undefined;
}

/**
 * Makes the schema of a text field of up to `max` characters: a string for the API, a reference on the wire. Typed as a
 * reference in both, because `check` and `events` see only that.
 */
export type TextField = (max: number) => z.ZodType<TextRef>;

const apiText = ((max: number) => freeText(max)) as unknown as TextField;
const wireText: TextField = () => textRefSchema;

/**
 * Kinds of fields that are bounded in the API but not on the wire: a worker that replays a history must accept what was
 * accepted then.
 */
export interface Kinds {
  moment: z.ZodType<string>;
  number: z.ZodType<number>;
}

const apiKinds: Kinds = { moment: momentGiven, number: z.number().min(-1e12).max(1e12) };
const wireKinds: Kinds = {
  moment: z.iso.datetime({ offset: true }),
  number: z.number(),
};

/**
 * The field by which whoever decides confirms a text to the customer that the use case has stopped. It is for the use case
 * alone and goes no further: the workflow may get it from older callers only.
 */
export const sendAnyway = z
  .boolean()
  .optional()
  .describe(
    'sends a text that was refused with `reply_guard`: it has an unfilled variable, a mention or a word of ours',
  );

/** What `decision` is given: `Decision` with its fields written once for the API and the wire. */
interface Definition<Shape extends z.ZodRawShape> {
  name: string;
  label: Words;
  about: string;
  texts?: readonly string[];
  reads?: CustomersWords;
  fields: (text: TextField, kinds: Kinds) => Shape;
  stages: readonly Stage[];
  who: (actor: Actor, state: CaseState) => Refusal | undefined;
  ready?: (state: CaseState, context: DecisionContext) => Refusal | undefined;
  check?: (state: CaseState, input: z.output<z.ZodObject<Shape>>, context: DecisionContext) => Refusal | undefined;
  events: (state: CaseState, input: z.output<z.ZodObject<Shape>>, context: DecisionContext) => EventBody[];
  before?: (input: z.output<z.ZodObject<Shape>>) => { claimMerge: { into: string } };
  policy?: (input: z.output<z.ZodObject<Shape>>) => Policy | undefined;
}

/** A decision of any input, for tables of them. Its `wire` has to parse an input before its other functions get it. */
export type AnyDecision = Decision<unknown>;

/**
 * Makes a decision from its definition: one list of fields gives both schemas, that of the API and that of the wire.
 */
export function decision<Shape extends z.ZodRawShape>(definition: Definition<Shape>): AnyDecision {
  const { fields, texts = [], ready = () => undefined, check = () => undefined, events, ...rest } = definition;
  const wire = fields(wireText, wireKinds);
  type Input = z.output<z.ZodObject<Shape>>;
  const decided = {
    ...rest,
    texts,
    ready,
    check,
    api: z.strictObject(fields(apiText, apiKinds)),
    wire: z.strictObject(rest.reads ? { ...wire, reads: readGrade.optional() } : wire),
    events: rest.reads
      ? (state: CaseState, { reads, ...input }: Input & { reads?: ReadGrade }, context: DecisionContext) =>
          withReading(events(state, input as unknown as Input, context), reads, state)
      : events,
  };
  // The catalogue is a table of decisions with different inputs; `wire` has parsed each before it is used.
  return decided as unknown as AnyDecision;
}

/** The events of a decision in which the customer speaks: the first one keeps what their words suggest. */
function withReading(
  [first, ...rest]: EventBody[],
  reads: ReadGrade | undefined,
  { mood }: Pick<CaseState, 'mood'>,
): EventBody[] {
  if (!first || !reads) return first ? [first, ...rest] : [];
  const soured = reads.sentiment === 'negative' && mood !== undefined && mood !== 'negative';
  const data = { ...first.data, reads, ...(soured && { soured: true }) };
  return [{ ...first, data } as EventBody, ...rest];
}

/** A `who` that lets everybody take the decision. */
export const anybody = (): undefined => undefined;

/** Refuses whoever is complained of. */
export const COMPLAINED_OF = refuse(
  'complained_of',
  '客户投诉的是您，您不能处理这件投诉；由别的同事办理',
  'the complaint is about you, so you cannot handle it; a colleague does',
);

/** Refuses by role, and says which role it takes and which one they have. */
export function roleNeeded(role: 'agent' | 'supervisor' | 'manager', actor: Actor): Refusal {
  if (actor.kind !== 'staff') return STAFF_ONLY;
  const [needed, own] = [ROLE_WORDS[role], ROLE_WORDS[actor.role]];
  return refuse(
    'forbidden',
    `这个决定由${needed.zh}或以上来做，您的角色是${own.zh}；请交给${needed.zh}`,
    `this takes the role ${needed.en} or a higher one, and yours is ${own.en}; ask somebody who has it`,
  );
}

/** Refuses the customer. */
export const STAFF_ONLY = refuse(
  'forbidden',
  '这个决定由工作人员来做；请告诉负责您投诉的人',
  'this is decided by staff; tell whoever handles your complaint',
);
