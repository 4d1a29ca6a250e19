import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { actorOf, type Cases, forbidden, invalid, isRefused, notFound, Refused, wrongCode } from '../../cases';
import { isCleanText } from '../../domain/basics/free-text';
import { faultsOf } from '../../domain/basics/faults';
import { atLeast, readsAs, type Staff } from '../../domain/case/permissions';
import type { Rank } from '../../domain/basics/types';
import type { Limits } from '../middleware/limits';

/**
 * Who may call. `public`: anybody. `public+staff`: anybody, and staff are known when they say who they are. `code`: the
 * customer with the access code. `code+staff`: either. A role: staff of this role or a higher one; auditors too, if it only
 * reads (GET).
 */
export type Access = 'public' | 'public+staff' | 'code' | 'code+staff' | Rank;

/** What a route answers with one status, for the OpenAPI document. */
export interface Answer {
  /** In English. */
  about: string;
  /** Of the body. Left out at an error: problem+json. */
  schema?: z.ZodType;
  /** Of a body that is not JSON; several: the caller chooses. */
  mediaType?: string | readonly string[];
}

/** The names of a path's parameters: `caseNo` of `/api/cases/:caseNo/timeline`. */
type ParamOf<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer More}`
    ? Name | ParamOf<More>
    : Rest
  : never;

/** The type of `Call.staff`: always there where a role is required, maybe there for `…+staff`, else never. */
type CallerOf<A extends Access> = A extends Rank ? Staff : A extends `${string}+staff` ? Staff | undefined : undefined;

/** A request as a handler gets it: caller, query and body have been checked. */
export interface Call<Query = unknown, Body = unknown, Path extends string = string, A extends Access = Access> {
  params: Readonly<Record<ParamOf<Path>, string>>;
  query: Query;
  body: Body;
  /** The access code, from the query (`code`) or the header `X-Access-Code`; undefined where the route takes none. */
  code: string | undefined;
  staff: CallerOf<A>;
  request: Request;
  response: Response;
}

/** Status and JSON body of an answer. */
export interface Reply {
  status: number;
  body: unknown;
}

type Answers = Readonly<Record<number, Answer>>;

/** What a handler may return: a status that the route describes with a schema, and a body that fits it. */
type ReplyOf<A extends Answers> = {
  [Status in keyof A]: A[Status] extends { schema: infer Schema extends z.ZodType }
    ? { status: NumberOf<Status>; body: z.output<Schema> }
    : never;
}[keyof A];

/** A status as a number type. An object that was spread has its number keys as texts (`'404'`) for the compiler. */
type NumberOf<Key> = Key extends number ? Key : Key extends `${infer Status extends number}` ? Status : never;

/** One address of the API. Express, the OpenAPI document and the tests' role matrix are all made from these. */
interface Described<Query extends z.ZodType, Body extends z.ZodType> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In Express' form: `/api/cases/:caseNo`. */
  path: string;
  tag: string;
  /** `operationId` of the OpenAPI document. */
  id: string;
  summary: string;
  access: Access;
  /** Left out: a query is refused. */
  query?: Query;
  /** Left out: a body is refused. */
  body?: Body;
  /** `body` serves the OpenAPI document only. The handler checks the body, since it can say more about its faults. */
  checksBody?: true;
  /** The body may have 1 MiB instead of 64 KiB. */
  largeBody?: true;
  /** The body is a form with a file, which the handler reads itself; the texts describe its parts. */
  multipart?: { fields: Record<string, string>; file: string };
  /** The body may be anything, and is handed to the handler as `request.body`, a Buffer. */
  raw?: {
    maxBytes: number;
    about: string;
    /** What it has to be, for the OpenAPI document only; left out: whatever the caller has agreed with us. */
    schema?: z.ZodType;
  };
  /** Request headers, by name; for the OpenAPI document only. */
  headers?: Record<string, { about: string; schema: object }>;
  answers: Answers;
  /** Middleware that runs once the caller is known, before the body is read. */
  before?: RequestHandler[];
  /** Milliseconds until 503 `too_slow` is answered; 0: no limit; left out: 4.9 s (`AppNeeds.timeLimitMs`). */
  timeLimitMs?: number;
}

/** A route in the table of all routes, without the types of its own parameters. */
export interface Route extends Described<z.ZodType, z.ZodType> {
  /** Resolves to undefined when the handler has sent the answer itself. */
  handle(call: Call): Promise<Reply | undefined>;
}

/**
 * Defines a route. At compile time it holds the handler to the route's description: the parameters of the path, who may
 * call, query and body, and the schema of each answer. At run time it returns its argument.
 */
export const route = <
  const Path extends string,
  A extends Access,
  const Given extends Answers,
  Query extends z.ZodType,
  Body extends z.ZodType,
>(
  definition: Described<Query, Body> & {
    path: Path;
    access: A;
    answers: Given;
    handle(call: Call<z.output<Query>, z.output<Body>, Path, A>): Promise<ReplyOf<Given> | undefined>;
  },
): Route => definition as unknown as Route;

/** An answer with its types kept narrow, so that `route` can compare it with the described ones. */
export const reply = <const Status extends number, Content>(
  status: Status,
  body: Content,
): { status: Status; body: Content } => ({ status, body });

/** Milliseconds: longer than any SQL statement of ours may take, and short enough to answer within five seconds. */
const TIME_LIMIT_MS = 4_900;

const TAKES_CODE: readonly Access[] = ['code', 'code+staff'];

/** Whether a route can be called with an access code. */
export const takesCode = (access: Access): boolean => TAKES_CODE.includes(access);
/** Whether a bearer token is looked at. */
export const takesStaff = (access: Access): boolean => access !== 'public' && access !== 'code';
/** Whether only staff may call; `access` is then the lowest role that may. */
export const needsStaff = (access: Access): access is Rank => takesStaff(access) && !access.includes('+');
/** Whether a route takes a customer's secret (access code or link token): its 404s are counted as guesses. */
export const isGuessable = ({ access, path }: Pick<Route, 'access' | 'path'>): boolean =>
  takesCode(access) || path.endsWith('/:token');

const unauthenticated = (): Refused =>
  new Refused('unauthenticated', 'unauthenticated', {
    zh: '没有带有效的令牌；请写 Authorization: Bearer <令牌>，令牌由管理员用 npm run token 发放',
    en: 'no valid token came with it; send Authorization: Bearer <token>, which an admin issues by npm run token',
  });

/**
 * The member of staff whose bearer token was sent; undefined when there is no `Authorization` header.
 * @throws Refused `unauthenticated` (401) for a token that is not valid, also where none was needed; `tooMany` (429)
 * for too many of them from one address
 */
export async function readStaff(
  request: Request,
  response: Response,
  cases: Cases,
  limits: Limits,
): Promise<Staff | undefined> {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  const user = token === undefined ? undefined : await cases.staff.authenticate(token);
  if (!user) {
    await limits.wrongTokens.check(request);
    response.setHeader('WWW-Authenticate', 'Bearer realm="redress", error="invalid_token"');
    throw unauthenticated();
  }
  return actorOf(user);
}

/**
 * @param reads whether nothing can be changed, which is open to auditors
 * @throws Refused `unauthenticated` (401) without a caller, `forbidden` (403) for a lower role
 */
export function requireRole(
  staff: Staff | undefined,
  { role, reads }: { role: Rank; reads: boolean },
  response: Response,
): asserts staff is Staff {
  if (!staff) {
    response.setHeader('WWW-Authenticate', 'Bearer realm="redress"');
    throw unauthenticated();
  }
  if (!(reads ? readsAs(staff, role) : atLeast(staff, role))) throw forbidden(role);
}

/**
 * Middleware that checks who calls and keeps them in `response.locals.staff`. It stands before the reading of the body,
 * so that nothing is read from callers who are not let in.
 */
export function admit(definition: Route, cases: Cases, limits: Limits): RequestHandler {
  const { access } = definition;
  return async (request, response, next) => {
    const staff = takesStaff(access) ? await readStaff(request, response, cases, limits) : undefined;
    if (needsStaff(access)) requireRole(staff, { role: access, reads: definition.method === 'get' }, response);
    response.locals.staff = staff;
    next();
  };
}

/**
 * The last step of a route: checks query and body, runs the handler within its time limit, and sends its answer as
 * JSON. A 404 of a route with a customer's secret counts as a wrong code.
 * @param ofMost milliseconds for routes without a time limit of their own
 */
export function handler(definition: Route, limits: Limits, ofMost = TIME_LIMIT_MS): RequestHandler {
  const { query: querySchema, body: bodySchema, timeLimitMs = ofMost } = definition;
  return async (request, response) => {
    // Postgres fails on a NUL or half a surrogate pair. Nothing has such a name, so it is simply not found.
    if (!Object.values(request.params).every((value) => isCleanText(String(value))))
      throw takesCode(definition.access) ? wrongCode() : notFound();
    const { code, ...query } = request.query;
    const sent = request.headers['x-access-code'] ?? code;
    const call: Call = {
      params: request.params as Record<string, string>,
      query: read(querySchema, takesCode(definition.access) ? query : request.query, {}),
      body: definition.checksBody || definition.raw ? request.body : read(bodySchema, request.body, undefined),
      code: takesCode(definition.access) && typeof sent === 'string' ? sent : undefined,
      staff: response.locals.staff as Staff | undefined,
      request,
      response,
    };
    try {
      const work = definition.handle(call);
      const spentMs = Number(response.locals.spentMs ?? 0);
      const answer = await (timeLimitMs > 0 ? inTime(work, timeLimitMs - spentMs) : work);
      if (answer) response.status(answer.status).json(answer.body);
    } catch (error) {
      const guessed = isGuessable(definition) && call.staff === undefined;
      if (guessed && isRefused(error, 'notFound')) await limits.wrongCodes.check(request);
      throw error;
    }
  };
}

/**
 * The query or body by its schema. Without a schema it has to be empty, and `otherwise` is returned.
 * @throws Refused `invalid` (422)
 */
function read(schema: z.ZodType | undefined, value: unknown, otherwise: unknown): unknown {
  if (!schema) {
    const extra = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    if (extra.length > 0)
      throw invalid(extra.map((key) => ({ path: key, words: { zh: '没有这个字段', en: 'is not known here' } })));
    return otherwise;
  }
  return checked(schema, value);
}

/**
 * What was sent, as its schema gives it: checked, with defaults and transformations.
 * @throws Refused `invalid` (422), with each fault by its path and in both languages
 */
export function checked<T extends z.ZodType>(schema: T, sent: unknown): z.output<T> {
  const parsed = schema.safeParse(sent, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalid(faultsOf(parsed.error));
}

/** The version number in a path. 0 for anything that is none: no version has it, so it will not be found (404). */
export function versionIn(text: string | undefined): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 && number < 2_147_483_648 ? number : 0;
}

/**
 * Waits for `work`, but not longer than `ms` milliseconds. The work is not cancelled: it may still store something
 * after the 503, and a repeat with the same idempotency key or decision id then gets its result.
 * @throws Refused `away` (503, `too_slow`)
 */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new Refused(
          'away',
          'too_slow',
          { zh: '系统繁忙，请用同样的内容再试一次', en: 'the system is too busy; try the same request again' },
          { retryAfterSeconds: 3 },
        ),
      );
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
