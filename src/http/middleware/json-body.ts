import { UNCLEAN } from '../../domain/basics/free-text';
import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { invalid, Refused } from '../../cases';
import type { Fault } from '../../domain/basics/faults';
import { repeatedKey } from '../../domain/basics/json-fault';
import { hasBody } from './pace';

/** Milliseconds in which a JSON body has to arrive; then 408 `slow`. */
const BODY_TIMEOUT_MS = 15_000;
/**
 * An escaped NUL or surrogate. Unescaped, JSON cannot hold a NUL and UTF-8 cannot hold half a surrogate pair, so a body
 * without such an escape need not be searched.
 */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i;

/** Has the `type` by which problem.ts recognises errors of the body parser. */
class NotUtf8 extends Error {
  readonly type = 'entity.not.utf8';
}

/** On the request: its body has a `SUSPICIOUS` escape. */
const SEEN = Symbol('suspicious body');
/** On the request: its body as text, until it has been searched for repeated keys. */
const TEXT = Symbol('the body as it came');
type Marked = Request & { [SEEN]?: boolean; [TEXT]?: string };

const parser = (limit: string): RequestHandler =>
  express.json({
    limit,
    strict: false,
    type: () => true,
    verify: (request, _response, bytes) => {
      if (!isUtf8(bytes)) throw new NotUtf8();
      (request as Marked)[TEXT] = bytes.toString();
      if (SUSPICIOUS.test(bytes.toString('latin1'))) (request as Marked)[SEEN] = true;
    },
  });

/** Up to about 20 places with a NUL or half a surrogate pair, which Postgres and Temporal cannot store. */
function uncleanPlaces(value: unknown): Fault[] {
  const faults: Fault[] = [];
  const left: { value: unknown; path: string }[] = [{ value, path: '' }];
  const check = (text: string, path: string): boolean => {
    const clean = text.isWellFormed() && !text.includes('\u0000');
    if (!clean) faults.push({ path: path.toWellFormed(), words: UNCLEAN });
    return clean;
  };
  for (let item = left.pop(); item && faults.length < 20; item = left.pop()) {
    const { value: here, path } = item;
    if (typeof here === 'string') check(here, path);
    else if (here !== null && typeof here === 'object') {
      for (const [key, inner] of Object.entries(here)) {
        const place = path === '' ? key : `${path}.${key}`;
        if (check(key, place)) left.push({ value: inner, path: place });
      }
    }
  }
  return faults.reverse();
}

/**
 * Reads a JSON body into `request.body`; without a body that is `{}`. Passes on a `Refused` for another content type
 * (415), a body that comes too slowly (408), a key that an object has twice or a text that cannot be stored (422); and
 * the parser's error for one that is too large or no JSON, which problem.ts knows.
 */
const reading =
  (parse: RequestHandler): RequestHandler =>
  (request, response, next) => {
    if (!hasBody(request)) {
      request.body = {};
      next();
      return;
    }
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      next(
        new Refused('unsupported', 'content_type', {
          zh: '不接受这种内容类型，请用 application/json',
          en: 'this content type is not taken; send application/json',
        }),
      );
      return;
    }
    // Many write `charset=utf8`, but the parser knows only the registered name `utf-8`.
    request.headers['content-type'] = request.headers['content-type']?.replace(/(charset\s*=\s*"?)utf8\b/i, '$1utf-8');
    const slow = setTimeout(() => {
      if (response.headersSent) return;
      response.setHeader('Connection', 'close');
      next(
        new Refused('slow', 'slow', {
          zh: '请求内容发送太慢，请重新发送',
          en: 'the body came too slowly; send it again',
        }),
      );
    }, BODY_TIMEOUT_MS);
    parse(request, response, (error?: unknown) => {
      clearTimeout(slow);
      if (response.headersSent) return;
      if (error !== undefined) {
        next(error);
        return;
      }
      const repeated = repeatedKey((request as Marked)[TEXT] ?? '');
      (request as Marked)[TEXT] = undefined;
      if (repeated !== undefined) {
        next(invalid([{ path: repeated, words: { zh: '写了两次', en: 'is there twice' } }]));
        return;
      }
      const faults = (request as Marked)[SEEN] ? uncleanPlaces(request.body) : [];
      next(faults.length > 0 ? invalid(faults) : undefined);
    });
  };

/** For most routes: 64 KiB. */
export const jsonBody = reading(parser('64kb'));
/** For routes of managers that take a whole policy or a year file: 1 MiB, which strangers could abuse. */
export const largeJsonBody = reading(parser('1mb'));
