import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { actorOf, type Cases, forbidden, invalid, isRefused, notFound, Refused, wrongCode } from '../../cases';
import { isCleanText } from '../../domain/basics/free-text';
import { faultsOf } from '../../domain/basics/faults';
import { atLeast, type Staff } from '../../domain/case/permissions';
import type { Role } from '../../domain/basics/types';
import type { Limits } from '../middleware/limits';

/**
 * Who may call. `public`: anybody. `public+staff`: anybody, and staff are known when they say who they are. `code`: the
 * customer with the access code. `code+staff`: either. A role: staff of this role or a higher one.
 */
export type Access = 'public' | 'public+staff' | 'code' | 'code+staff' | Role;

export interface Answer {
  about: string;
  schema?: z.ZodType;
  /** When it is not JSON. */
  mediaType?: string;
}

/** The names of a path's parameters: `caseNo` of `/api/cases/:caseNo/timeline`. */
type ParamOf<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer More}`
    ? Name | ParamOf<More>
    : Rest
  : never;

/** Who is known to have called: a role lets nobody else in. */
type CallerOf<A extends Access> = A extends Role ? Staff : A extends `${string}+staff` ? Staff | undefined : undefined;

export interface Call<Query = unknown, Body = unknown, Path extends string = string, A extends Access = Access> {
  params: Readonly<Record<ParamOf<Path>, string>>;
  query: Query;
  body: Body;
  /** The access code, where the route takes one and it was sent. */
  code: string | undefined;
  staff: CallerOf<A>;
  request: Request;
  response: Response;
}

export interface Reply {
  status: number;
  body: unknown;
}

type Answers = Readonly<Record<number, Answer>>;

/** A status that the route describes, with a body of its schema. */
type ReplyOf<A extends Answers> = {
  [Status in keyof A]: A[Status] extends { schema: infer Schema extends z.ZodType }
    ? { status: NumberOf<Status>; body: z.output<Schema> }
    : never;
}[keyof A];

/** The keys of an object are texts to the compiler, once it has been spread. */
type NumberOf<Key> = Key extends number ? Key : Key extends `${infer Status extends number}` ? Status : never;

/** One address of the API. Express, the OpenAPI document and the tests' role matrix are all made from these. */
interface Described<Query extends z.ZodType, Body extends z.ZodType> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  tag: string;
  id: string;
  summary: string;
  access: Access;
  query?: Query;
  body?: Body;
  /** `body` only describes it: the handler checks it, and says more about what is wrong with it than a schema can. */
  checksBody?: true;
  /** 1 MiB instead of 64 KiB. */
  largeBody?: true;
  /** The handler reads the body itself. */
  multipart?: { fields: Record<string, string>; file: string };
  headers?: Record<string, { about: string; schema: object }>;
  answers: Answers;
  /** Runs before the body is read. */
  before?: RequestHandler[];
  /** After this the caller is told to come again; 0: as long as it takes. */
  timeLimitMs?: number;
}

/** A route as the table has it, whatever its handler takes. */
export interface Route extends Described<z.ZodType, z.ZodType> {
  /** Nothing is returned by a handler that has answered itself. */
  handle(call: Call): Promise<Reply | undefined>;
}

/**
 * Checks a handler against what its route says: the parameters of its path, who may call, and the schema of each answer.
 * The table gives these types up.
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

export const reply = <const Status extends number, Content>(
  status: Status,
  body: Content,
): { status: Status; body: Content } => ({ status, body });

/** Longer than any statement of ours may take, and still an answer within five seconds. */
const TIME_LIMIT_MS = 4_900;

const TAKES_CODE: readonly Access[] = ['code', 'code+staff'];

export const takesCode = (access: Access): boolean => TAKES_CODE.includes(access);
export const takesStaff = (access: Access): boolean => access !== 'public' && access !== 'code';
export const needsStaff = (access: Access): access is Role => takesStaff(access) && !access.includes('+');
/** Called with a secret of a customer's, an access code or a link: what does not fit may be a guess. */
export const isGuessable = ({ access, path }: Pick<Route, 'access' | 'path'>): boolean =>
  takesCode(access) || path.endsWith('/:token');

const unauthenticated = (): Refused =>
  new Refused('unauthenticated', 'unauthenticated', {
    zh: '没有带有效的令牌；请写 Authorization: Bearer <令牌>，令牌由管理员用 npm run token 发放',
    en: 'no valid token came with it; send Authorization: Bearer <token>, which an admin issues by npm run token',
  });

/** Who is logged in, when the request says so. A token that is sent has to be a valid one. */
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

export function requireRole(staff: Staff | undefined, role: Role, response: Response): asserts staff is Staff {
  if (!staff) {
    response.setHeader('WWW-Authenticate', 'Bearer realm="redress"');
    throw unauthenticated();
  }
  if (!atLeast(staff, role)) throw forbidden(role);
}

/** First the caller, then the body: a stranger's megabytes are not read. */
export function admit(definition: Route, cases: Cases, limits: Limits): RequestHandler {
  const { access } = definition;
  return async (request, response, next) => {
    const staff = takesStaff(access) ? await readStaff(request, response, cases, limits) : undefined;
    if (needsStaff(access)) requireRole(staff, access, response);
    response.locals.staff = staff;
    next();
  };
}

/** @param ofMost milliseconds that a route has which has no limit of its own */
export function handler(definition: Route, limits: Limits, ofMost = TIME_LIMIT_MS): RequestHandler {
  const { query: querySchema, body: bodySchema, timeLimitMs = ofMost } = definition;
  return async (request, response) => {
    // A NUL or half a character is nothing that Postgres could look up.
    if (!Object.values(request.params).every((value) => isCleanText(String(value))))
      throw takesCode(definition.access) ? wrongCode() : notFound();
    const { code, ...query } = request.query;
    const sent = request.headers['x-access-code'] ?? code;
    const call: Call = {
      params: request.params as Record<string, string>,
      query: read(querySchema, takesCode(definition.access) ? query : request.query, {}),
      body: definition.checksBody ? request.body : read(bodySchema, request.body, undefined),
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
 * What was sent, as its schema has it.
 * @throws Refused `invalid`, with each fault in both languages
 */
export function checked<T extends z.ZodType>(schema: T, sent: unknown): z.output<T> {
  const parsed = schema.safeParse(sent, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalid(faultsOf(parsed.error));
}

/** A version as an address names it; 0, which no version is, where that is no number of one. */
export function versionIn(text: string | undefined): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 && number < 2_147_483_648 ? number : 0;
}

/** The work itself goes on: what it stores is stored, and a repeat with the same key or id finds it. */
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
