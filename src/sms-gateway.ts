/**
 * How the house's SMS gateway is called: the JSON file that `SMS_GATEWAY` names, checked when a program starts.
 * @module
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { LANGUAGES } from './domain/basics/types';

/** What may stand as `{{name}}` in the address, the headers and the body. */
export const PLACEHOLDERS = [
  /** The number, written as `numbers` says. */
  'to',
  /** The whole text, with the signature in front. */
  'text',
  /** The id of the approved template, and its parameters: as JSON text, as an object, as a list of their values. */
  'template',
  'params',
  'paramObject',
  'paramList',
  /** Of the message; a repeat has the same. */
  'id',
  'signature',
  'secret',
  /** Seconds since 1970. */
  'timestamp',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What a message tells, for the parameters of an approved template. */
export const TOLD_VALUES = [
  'caseNo',
  'link',
  'linkPath',
  'accessCode',
  'answerBy',
  'resolveBy',
  'newDue',
  'what',
  'until',
  'reopenUntil',
  'outcome',
  'org',
] as const;

/** A text with `{{name}}` in it. */
export const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/gu;

const known = (names: readonly string[]) => (text: string) =>
  [...text.matchAll(PLACEHOLDER)].every(([, name = '']) => names.includes(name));
const filled = z
  .string()
  .max(4_000)
  .refine(known(PLACEHOLDERS), {
    error: `may hold only {{${PLACEHOLDERS.join('}}, {{')}}}`,
  });
/** RFC 6901. */
const pointer = z
  .string()
  .max(500)
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/u, { error: 'must be a JSON pointer, as /data/id' });
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const codes = z.array(scalar).max(200).default([]);
const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time as 21:00' });

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([filled, z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
);

const template = z.strictObject({
  id: z.string().min(1).max(100),
  /** Its parameters in their order: name → what of the message stands there. */
  params: z.record(z.string().min(1).max(60), z.enum(TOLD_VALUES)).default({}),
});

const schema = z
  .strictObject({
    /** Called by https; what `OUTGOING_ALLOWED` names, also inside and by http. */
    url: filled.refine((text) => URL.canParse(text.replace(PLACEHOLDER, 'x')), { error: 'must be a URL' }),
    method: z.enum(['POST', 'PUT', 'GET']).default('POST'),
    headers: z.record(z.string().regex(/^[\w-]{1,100}$/), filled).default({}),
    /** Sent as JSON, or with `form` as the fields of a form. */
    body: z.record(z.string(), json).default({}),
    form: z.boolean().default(false),
    /** An HMAC of `over`, in which `{{body}}` is the body as it is sent. */
    sign: z
      .strictObject({
        header: z.string().regex(/^[\w-]{1,100}$/),
        over: z
          .string()
          .refine(known([...PLACEHOLDERS, 'body']), { error: 'may hold only {{body}}, {{timestamp}}, …' }),
        algorithm: z.enum(['sha256', 'sha512', 'sha1']).default('sha256'),
        encoding: z.enum(['hex', 'base64']).default('hex'),
        prefix: z.string().max(40).default(''),
      })
      .optional(),
    /** `national`: as it is dialled in China; a number abroad stays with its `+`. */
    numbers: z.enum(['e164', 'digits', 'national']).default('e164'),
    answer: z
      .strictObject({
        /** Left out: a 2xx is a yes. */
        success: z.strictObject({ at: pointer, is: z.array(scalar).min(1) }).optional(),
        id: pointer.optional(),
        code: pointer.optional(),
        /** Codes after which this message is never taken. */
        never: codes,
        /** Codes after which nothing is taken until somebody has put it right: the account, the money, the signature. */
        ours: codes,
      })
      .default({ never: [], ours: [] }),
    /** It knows `{{id}}` again, and sends a repeat only once. */
    knowsRepeats: z.boolean().default(false),
    /** Stands in front of each text; left out: the name of the house; empty: the gateway puts it there itself. */
    signature: z.string().max(40).optional(),
    /** Approved templates by kind of message (`receipt`, `solution/offer`, …) and language. */
    templates: z.record(z.string(), z.partialRecord(z.enum(LANGUAGES), template)).default({}),
    quiet: z
      .union([z.strictObject({ from: clock, to: clock }), z.literal(false)])
      .default({ from: '21:00', to: '08:00' }),
    /** How it tells what became of a message. */
    reports: z
      .strictObject({
        /** Where the list of reports stands; left out: the body is the list, or one report. */
        list: pointer.default(''),
        /** In each report: our id, or the gateway's. */
        id: pointer.optional(),
        gatewayId: pointer.optional(),
        state: pointer,
        delivered: z.array(scalar).min(1),
        failed: z.array(scalar).default([]),
        /** What it wants to hear. */
        answer: json.default({}),
      })
      .refine(({ id, gatewayId }) => id !== undefined || gatewayId !== undefined, {
        error: 'needs id or gatewayId',
      })
      .optional(),
  })
  .refine(({ body, url, templates }) => !uses({ body, url }, ['template']) || Object.keys(templates).length > 0, {
    path: ['templates'],
    error: 'is empty, but {{template}} is sent',
  })
  .refine(({ quiet }) => quiet === false || quiet.from !== quiet.to, {
    path: ['quiet'],
    error: 'must begin and end at different times; false: none',
  });

/** The gateway, as it was found right. */
export type SmsGateway = z.output<typeof schema>;

/** Whether any of these placeholders stands in what is sent. */
export const uses = (sent: { body: unknown; url: string }, names: readonly Placeholder[]): boolean =>
  [...JSON.stringify(sent).matchAll(PLACEHOLDER)].some(([, name = '']) => (names as readonly string[]).includes(name));

/** Checks what stands in the file. Faults name where they are and hold no value. */
export function smsGateway(given: unknown): { gateway: SmsGateway } | { faults: string[] } {
  const read = schema.safeParse(given);
  if (read.success) return { gateway: read.data };
  return {
    faults: read.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'the file'}: ${message}`),
  };
}

/** Reads and checks the file. */
export function readSmsGateway(path: string): ReturnType<typeof smsGateway> {
  try {
    return smsGateway(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    return { faults: [error instanceof SyntaxError ? 'is no JSON' : 'cannot be read'] };
  }
}
