import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { away, isDatabaseAway, isRefused, isUnstorable, Refused, type RefusedKind } from '../../cases';
import type { Fault } from '../../domain/basics/faults';
import { UNCLEAN } from '../../domain/basics/free-text';
import { inBoth } from '../../domain/basics/words';
import type { Words } from '../../domain/basics/types';
import { faultIn } from '../../domain/basics/json-fault';

interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The HTTP status of each kind of refusal. Nowhere else are the two put together. */
export const STATUS: Readonly<Record<RefusedKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  noMethod: 405,
  slow: 408,
  conflict: 409,
  gone: 410,
  tooLarge: 413,
  unsupported: 415,
  invalid: 422,
  tooMany: 429,
  internal: 500,
  away: 503,
  full: 507,
};

/**
 * The body of an error: problem+json (RFC 9457). `detail` (English) and `detailZh` are for people; programs read
 * `code`, which never changes.
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  detailZh: string;
  /** What is wrong, field by field; `message` has both languages in one text. */
  errors?: { path: string; message: string; words: Words }[];
  /** Names of decisions that are possible instead. */
  instead?: string[];
  requestId?: string;
}

/** Answers with the refusal as problem+json, with `Retry-After` where it says when to come again. */
export function sendProblem(response: Response, refused: Refused): void {
  const { kind, code, words, details } = refused;
  const status = STATUS[kind];
  const problem: Problem = {
    type: `urn:redress:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail: words.en,
    detailZh: words.zh,
    errors: details.faults?.map((fault) => ({
      path: fault.path,
      message: inBoth(fault.words),
      words: fault.words,
    })),
    instead: details.instead,
    requestId: response.locals.requestId as string | undefined,
  };
  if (details.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(details.retryAfterSeconds));
  response.status(status).type('application/problem+json').send(JSON.stringify(problem));
}

/** 404 for an address that nothing answers. */
export const noSuchAddress = (): Refused =>
  new Refused('notFound', 'not_found', {
    zh: '没有这个地址；接口列在 /docs',
    en: 'there is nothing at this address; /docs lists the API',
  });

/** Handler that answers OPTIONS with 204 and any method with 405, both with `Allow`. @param methods in lower case */
export const methodNotAllowed = (methods: readonly string[]): RequestHandler => {
  const allow = methods.map((method) => method.toUpperCase()).join(', ');
  return (request, response) => {
    response.setHeader('Allow', allow);
    if (request.method === 'OPTIONS') {
      response.status(204).end();
      return;
    }
    sendProblem(
      response,
      new Refused('noMethod', 'method_not_allowed', {
        zh: `这个地址不接受这种方法，只接受 ${allow}`,
        en: `this address does not take that method; it takes ${allow}`,
      }),
    );
  };
};

/** What Express' body parser throws: `type` says which fault it is, `body` is the text that was sent. */
interface ParserError extends Error {
  type?: string;
  status?: number;
  body?: unknown;
  /** Bytes that the body may have. */
  limit?: number;
}

const plain = (kind: RefusedKind, code: string, zh: string, en: string, faults?: Fault[]): Refused =>
  new Refused(kind, code, { zh, en }, { faults });

/** The refusal for a fault that the body parser found; undefined for any other error. */
function readingFault(error: ParserError): Refused | undefined {
  switch (error.type) {
    case 'entity.too.large': {
      const limit = `${(error.limit ?? 65_536) / 1_024} KiB`;
      return plain(
        'tooLarge',
        'body_too_large',
        `请求内容超过 ${limit}，请减少或分几次发送`,
        `the body is larger than ${limit}; send less, or in parts`,
        [{ path: '', words: { zh: `超过 ${limit}`, en: `is larger than ${limit}` } }],
      );
    }
    case 'entity.parse.failed': {
      const { line, column } = faultIn(typeof error.body === 'string' ? error.body : '');
      const en = `the body is not JSON: line ${line}, column ${column}`;
      return plain('malformed', 'malformed_json', `请求内容不是 JSON：第 ${line} 行第 ${column} 个字符`, en, [
        {
          path: '',
          words: {
            zh: `第 ${line} 行第 ${column} 个字符有误`,
            en: `malformed at line ${line}, column ${column}`,
          },
        },
      ]);
    }
    case 'entity.not.utf8':
      return plain(
        'malformed',
        'not_utf8',
        '请求内容不是 UTF-8，请转成 UTF-8 再发',
        'the body is not UTF-8; send it in UTF-8',
      );
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return plain(
        'unsupported',
        'encoding',
        '不支持这种编码，请用 UTF-8，不压缩或用 gzip',
        'this encoding is not supported; send UTF-8, plain or with gzip',
      );
    case 'request.aborted':
    case 'request.size.invalid':
      return plain('malformed', 'incomplete', '请求不完整，请重新发送', 'the request is not complete; send it again');
    default:
      return undefined;
  }
}

/** The refusal that an error stands for; undefined for one that nobody expected, which is a bug of ours. */
function refusalFor(error: unknown): Refused | undefined {
  if (isRefused(error)) return error;
  if (isDatabaseAway(error)) return away('database');
  if (isUnstorable(error))
    return plain(
      'invalid',
      'unclean',
      `请求${UNCLEAN.zh}；请去掉后再发送`,
      `the request ${UNCLEAN.en}; send it without`,
    );
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return plain(
      'full',
      'storage_full',
      '存储空间不足，没有保存；请联系管理员',
      'the storage is full and nothing was kept; tell an admin',
    );
  }
  const fault = readingFault(error);
  if (fault) return fault;
  // Express throws it for a path that is wrongly percent-encoded.
  if (error instanceof URIError)
    return plain(
      'malformed',
      'malformed_path',
      '地址里的百分号编码有误，请改正',
      'the address is not percent-encoded as it has to be; correct it',
    );
  return (error as ParserError).status === 400
    ? plain(
        'malformed',
        'bad_request',
        '请求无法读取，请检查后重新发送',
        'the request cannot be read; check it and send it again',
      )
    : undefined;
}

/**
 * The last error handler: answers every error as problem+json. An error that nobody expected is answered as 500 and
 * logged with its name and stack only, since its message may quote a customer.
 */
export function problems(log: Log): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, _next) => {
    const refused = refusalFor(error);
    if (!refused) {
      const stack =
        error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
      const kind = error instanceof Error ? error.name : typeof error;
      log.error({ requestId: response.locals.requestId as string, kind, at: stack.slice(0, 8) }, 'request failed');
    }
    if (response.headersSent) {
      // The answer has begun and cannot be replaced. Cutting the connection shows the client that it is not complete.
      request.destroy();
      return;
    }
    sendProblem(
      response,
      refused ??
        new Refused('internal', 'internal', {
          zh: '系统内部错误，已经记录；请稍后再试，仍不行就把 requestId 告诉管理员',
          en: 'something went wrong on our side, and has been noted; try again soon, or give an admin the requestId',
        }),
    );
  };
}
