import { createHash, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { isCleanText } from '../../../domain/basics/free-text';
import type { Language } from '../../../domain/basics/types';

/** The language chosen in the address or the form; undefined when none was, or none that we have. */
export function langOf(req: Request): Language | undefined {
  const lang = queried(req, 'lang') || field(req, 'lang');
  return lang === 'en' || lang === 'zh-CN' ? lang : undefined;
}

/** A value of the query; empty when it is missing or there several times. */
export function queried(req: Request, name: string): string {
  const value = req.query[name];
  return typeof value === 'string' ? value : '';
}

/** A parameter of the path; empty when it is missing. */
export const param = (req: Request, name: string): string => {
  const value: unknown = req.params[name];
  return typeof value === 'string' ? value : '';
};

/** A field of a parsed form; empty when it is missing or there several times. */
export function field(req: Request, name: string): string {
  const body: unknown = req.body;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return '';
  const value: unknown = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

/** What was chosen of several of a parsed form; empty when nothing was. */
export function choices(req: Request, name: string): string[] {
  const body: unknown = req.body;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return [];
  const value: unknown = (body as Record<string, unknown>)[name];
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
}

/** The address with the language in its query; unchanged without one. */
export const withLang = (url: string, lang: Language | undefined): string =>
  lang === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}lang=${lang}`;

/** The HTTP status from 400 to 499 that an error carries as `status`; undefined for every other error. */
export function statusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/**
 * Whether a form was sent from another site's page. `Sec-Fetch-Site` tells that reliably. Browsers without it are
 * judged by `Origin`; they send `null` for our own pages, since these have no referrer, so `null` has to pass.
 * @param ours our origin
 */
export function fromElsewhere(req: Request, ours: string): boolean {
  const site = req.get('Sec-Fetch-Site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const from = req.get('Origin');
  return from !== undefined && from !== 'null' && from !== ours;
}

/**
 * The same for pages that go by a cookie, where a form from elsewhere would act for whoever is signed in. A browser that
 * names neither `Sec-Fetch-Site` nor our origin is refused, also one that sends `null`, as other sites' pages can.
 * @param ours our origin
 */
export function notSurelyOurs(req: Request, ours: string): boolean {
  const site = req.get('Sec-Fetch-Site');
  return site === undefined ? req.get('Origin') !== ours : site !== 'same-origin' && site !== 'none';
}

/** Characters of a free text in a form. */
const LONGEST_TEXT = 4_000;

/** What was typed into a field, trimmed. Line breaks become `\n`: browsers send CRLF but count one character for it. */
export const typedText = (req: Request, name: string): string => field(req, name).replace(/\r\n/g, '\n').trim();

/**
 * A free text of a form, as `typedText`; undefined when nothing was typed.
 * @throws an error with `status` 400 when it has more than 4,000 characters or some that cannot be stored
 */
export function written(req: Request, name: string): string | undefined {
  const text = typedText(req, name);
  if (text === '') return undefined;
  if (text.length > LONGEST_TEXT || !isCleanText(text)) throw Object.assign(new Error('text'), { status: 400 });
  return text;
}

/**
 * The id of a decision that a form takes. It is derived from the form, so that a double click or a reload sends the
 * same id and counts once.
 * @param capability the secret by which the form acts: a token, or case number and code
 * @param nonce the random value in the form, new each time it is shown
 */
export const decisionIdOf = (what: string, capability: string, nonce: string): string =>
  `w-${createHash('sha256').update(`${what}\n${capability}\n${nonce}`).digest('base64url')}`;

/** What makes a form one of its own, for `decisionIdOf`: drawn whenever a page with the form is made. */
export const newNonce = (): string => randomBytes(16).toString('base64url');

/** Whether the client is a browser: it asks for HTML by name. Programs accept anything, or prefer JSON. */
export const wantsPage = (req: Request): boolean => req.accepts(['json', 'html']) === 'html';
