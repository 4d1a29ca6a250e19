import { z } from 'zod';
import { momentGiven } from '../basics/bounds';
import type { EventBody } from '../case/events';
import { freeText, textRefSchema } from '../basics/free-text';
import type { Policy } from '../policy/schema';
import type { CaseState } from '../case/state';
import type { Actor, Instant, Stage, TextRef, Words } from '../basics/types';
import { ROLE_WORDS } from '../basics/words';

/** Why not, in plain words, and where to look instead. */
export interface Refusal {
  code: string;
  /** `{owner}` stands for whom, or what, `about` says under that name: the domain knows ids only. */
  words: Words;
  about?: About;
}

/** Staff by their ids, and other cases by their numbers: named by whoever shows the words, if the reader may know them. */
export interface About {
  people?: Record<string, string>;
  cases?: Record<string, string>;
}

export const refuse = (code: string, zh: string, en: string, about?: About): Refusal => ({
  code,
  words: { zh, en },
  ...(about && { about }),
});

/** Each `{place}` filled in. */
export const filledIn = ({ zh, en }: Words, by: (place: string) => Words): Words => ({
  zh: zh.replaceAll(/\{(\w+)\}/g, (_all, place: string) => by(place).zh),
  en: en.replaceAll(/\{(\w+)\}/g, (_all, place: string) => by(place).en),
});

/** For where nobody is named: ids as they are. */
export const withIds = ({ words, about }: Refusal): Words =>
  filledIn(words, (place) => {
    const id = about?.people?.[place] ?? about?.cases?.[place] ?? place;
    return { zh: id, en: id };
  });

export interface DecisionContext {
  actor: Actor;
  at: Instant;
  policy: Policy;
}

/**
 * One decision a person may take. From this one entry come the workflow's signal and update, the API route and its
 * OpenAPI entry, the buttons of the desk and the property tests.
 */
export interface Decision<Input = never> {
  name: string;
  label: Words;
  /** One sentence for the API's reader. */
  about: string;
  /** Fields of `api` that hold free text: stored by the caller first, and sent as references. */
  texts: readonly string[];
  /** What an API client sends: texts as strings. */
  api: z.ZodObject;
  /** What the workflow receives: texts as references. Also guards signals that never passed the API. */
  wire: z.ZodType<Input>;
  stages: readonly Stage[];
  /** 403: has this person the right, whatever the case's condition? */
  who: (actor: Actor, state: CaseState) => Refusal | undefined;
  /** 409: does the case's condition allow it now? Known without the input, so it also decides what is offered. */
  ready: (state: CaseState, context: DecisionContext) => Refusal | undefined;
  /** 409: does the condition allow it with this input? */
  check: (state: CaseState, input: Input, context: DecisionContext) => Refusal | undefined;
  events: (state: CaseState, input: Input, context: DecisionContext) => EventBody[];
  /** What has to be agreed with other cases before this one writes it down; a refusal there refuses the decision. */
  before?: (input: Input) => { claimMerge: { into: string } };
  /** The version of the policy that the case follows from this decision on. */
  policy?: (input: Input) => Policy | undefined;
}

/** Builds a text field, for the API as a string and for the wire as a reference. */
export type TextField = (max: number) => z.ZodType<TextRef>;

const apiText = ((max: number) => freeText(max)) as unknown as TextField;
const wireText: TextField = () => textRefSchema;

/** Kinds of fields that have bounds for whoever types them, and none for the histories that a worker replays. */
export interface Kinds {
  moment: z.ZodType<string>;
  number: z.ZodType<number>;
}

const apiKinds: Kinds = { moment: momentGiven, number: z.number().min(-1e12).max(1e12) };
const wireKinds: Kinds = {
  moment: z.iso.datetime({ offset: true }),
  number: z.number(),
};

interface Definition<Shape extends z.ZodRawShape> {
  name: string;
  label: Words;
  about: string;
  texts?: readonly string[];
  fields: (text: TextField, kinds: Kinds) => Shape;
  stages: readonly Stage[];
  who: (actor: Actor, state: CaseState) => Refusal | undefined;
  ready?: (state: CaseState, context: DecisionContext) => Refusal | undefined;
  check?: (state: CaseState, input: z.output<z.ZodObject<Shape>>, context: DecisionContext) => Refusal | undefined;
  events: (state: CaseState, input: z.output<z.ZodObject<Shape>>, context: DecisionContext) => EventBody[];
  before?: (input: z.output<z.ZodObject<Shape>>) => { claimMerge: { into: string } };
  policy?: (input: z.output<z.ZodObject<Shape>>) => Policy | undefined;
}

/** Decisions of all shapes in one table. */
export type AnyDecision = Decision<unknown>;

export function decision<Shape extends z.ZodRawShape>(definition: Definition<Shape>): AnyDecision {
  const { fields, texts = [], ready = () => undefined, check = () => undefined, ...rest } = definition;
  const decided = {
    ...rest,
    texts,
    ready,
    check,
    api: z.strictObject(fields(apiText, apiKinds)),
    wire: z.strictObject(fields(wireText, wireKinds)),
  };
  // The catalogue is a table of decisions with different inputs; `wire` has parsed each before it is used.
  return decided as unknown as AnyDecision;
}

export const anybody = (): undefined => undefined;

export const COMPLAINED_OF = refuse(
  'complained_of',
  '客户投诉的是您，您不能处理这件投诉；由别的同事办理',
  'the complaint is about you, so you cannot handle it; a colleague does',
);

/** Not for this person's role: which role it takes, and which they have. */
export function roleNeeded(role: 'agent' | 'supervisor' | 'manager', actor: Actor): Refusal {
  if (actor.kind !== 'staff') return STAFF_ONLY;
  const [needed, own] = [ROLE_WORDS[role], ROLE_WORDS[actor.role]];
  return refuse(
    'forbidden',
    `这个决定由${needed.zh}或以上来做，您的角色是${own.zh}；请交给${needed.zh}`,
    `this takes the role ${needed.en} or a higher one, and yours is ${own.en}; ask somebody who has it`,
  );
}

export const STAFF_ONLY = refuse(
  'forbidden',
  '这个决定由工作人员来做；请告诉负责您投诉的人',
  'this is decided by staff; tell whoever handles your complaint',
);
