import { inBoth } from '../../domain/basics/words';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { away, type FieldFault, isDatabaseAway, Refused } from '../../cases';
import { faultIn } from './json-fault';

interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** RFC 9457. `detail` is for people, in both languages; programs read `code`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  detailZh: string;
  errors?: FieldFault[];
  /** Decisions that are possible instead. */
  instead?: string[];
  requestId?: string;
}

export function sendProblem(response: Response, refused: Refused): void {
  const { status, code, words, details } = refused;
  const problem: Problem = {
    type: `urn:redress:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail: words.en,
    detailZh: words.zh,
    errors: details.errors,
    instead: details.instead,
    requestId: response.locals.requestId as string | undefined,
  };
  if (details.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(details.retryAfterSeconds));
  response.status(status).type('application/problem+json').send(JSON.stringify(problem));
}

export const noSuchAddress = (): Refused =>
  new Refused(404, 'not_found', { zh: '没有这个地址', en: 'there is nothing at this address' });

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
      new Refused(405, 'method_not_allowed', { zh: `这个地址只接受 ${allow}`, en: `this address takes ${allow}` }),
    );
  };
};

/** What Express' body parser throws: a kind, and for malformed JSON what was sent. */
interface ParserError extends Error {
  type?: string;
  status?: number;
  body?: unknown;
  /** Bytes. */
  limit?: number;
}

const plain = (status: number, code: string, zh: string, en: string, errors?: FieldFault[]): Refused =>
  new Refused(status, code, { zh, en }, { errors });

function readingFault(error: ParserError): Refused | undefined {
  switch (error.type) {
    case 'entity.too.large': {
      const limit = `${(error.limit ?? 65_536) / 1_024} KiB`;
      return plain(413, 'body_too_large', `请求内容超过 ${limit}`, `the body is larger than ${limit}`, [
        { path: '', message: inBoth({ zh: `超过 ${limit}`, en: `is larger than ${limit}` }) },
      ]);
    }
    case 'entity.parse.failed': {
      const { line, column } = faultIn(typeof error.body === 'string' ? error.body : '');
      const en = `the body is not JSON: line ${line}, column ${column}`;
      return plain(400, 'malformed_json', `请求内容不是 JSON：第 ${line} 行第 ${column} 个字符`, en, [
        {
          path: '',
          message: inBoth({
            zh: `第 ${line} 行第 ${column} 个字符有误`,
            en: `malformed at line ${line}, column ${column}`,
          }),
        },
      ]);
    }
    case 'entity.not.utf8':
      return plain(400, 'not_utf8', '请求内容不是 UTF-8', 'the body is not UTF-8');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return plain(415, 'encoding', '不支持这种编码', 'this encoding is not supported');
    case 'request.aborted':
    case 'request.size.invalid':
      return plain(400, 'incomplete', '请求不完整', 'the request is not complete');
    default:
      return undefined;
  }
}

function known(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error;
  if (isDatabaseAway(error)) return away('database');
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return plain(507, 'storage_full', '存储空间不足，没有保存', 'the storage is full; nothing was kept');
  }
  const fault = readingFault(error);
  if (fault) return fault;
  // A path that is not percent-encoded as it should be.
  if (error instanceof URIError) return plain(400, 'malformed_path', '地址有误', 'the address is malformed');
  return (error as ParserError).status === 400
    ? plain(400, 'bad_request', '请求有误', 'the request is malformed')
    : undefined;
}

/** Every failure leaves as a problem. What is not expected is logged by kind and place: its text may quote a customer. */
export function problems(log: Log): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, _next) => {
    const refused = known(error);
    if (!refused) {
      const stack =
        error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
      const kind = error instanceof Error ? error.name : typeof error;
      log.error({ requestId: response.locals.requestId as string, kind, at: stack.slice(0, 8) }, 'request failed');
    }
    if (response.headersSent) {
      // Half an answer cannot be taken back; a cut connection is at least seen.
      request.destroy();
      return;
    }
    sendProblem(
      response,
      refused ??
        new Refused(500, 'internal', { zh: '系统内部错误', en: 'something went wrong on our side; it has been noted' }),
    );
  };
}
