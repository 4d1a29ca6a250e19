import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { isCleanText } from '../../domain/basics/free-text';
import type { Language } from '../../domain/basics/types';

export function langOf(req: Request): Language | undefined {
  const lang = queried(req, 'lang') || field(req, 'lang');
  return lang === 'en' || lang === 'zh-CN' ? lang : undefined;
}

export function queried(req: Request, name: string): string {
  const value = req.query[name];
  return typeof value === 'string' ? value : '';
}

export const param = (req: Request, name: string): string => {
  const value: unknown = req.params[name];
  return typeof value === 'string' ? value : '';
};

export function field(req: Request, name: string): string {
  const body: unknown = req.body;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return '';
  const value: unknown = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

export const withLang = (url: string, lang: Language | undefined): string =>
  lang === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}lang=${lang}`;

/** With a language only where the reader has chosen one: else the page is in the complaint's. */
export const progressUrl = (caseNo: string, code: string, lang?: Language): string =>
  `/p/${encodeURIComponent(caseNo)}?code=${encodeURIComponent(code)}${lang ? `&lang=${lang}` : ''}`;

/** Of an error that says itself what is wrong with the request. */
export function statusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/**
 * A form of another site. Our pages send no referrer, and browsers then say `Origin: null`; whoever knows `Sec-Fetch-Site`
 * tells better.
 */
export function fromElsewhere(req: Request, ours: string): boolean {
  const site = req.get('Sec-Fetch-Site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const from = req.get('Origin');
  return from !== undefined && from !== 'null' && from !== ours;
}

const LONGEST_TEXT = 4_000;

/** A free text as typed, if anything was. Browsers send line ends as CRLF and count them as one. */
export function written(req: Request, name: string): string | undefined {
  const text = field(req, name).replace(/\r\n/g, '\n').trim();
  if (text === '') return undefined;
  if (text.length > LONGEST_TEXT || !isCleanText(text)) throw Object.assign(new Error('text'), { status: 400 });
  return text;
}

/** Derived from the link and the form, so that a double click or a reload is one submission. */
export const decisionIdOf = (what: string, capability: string, nonce: string): string =>
  `w-${createHash('sha256').update(`${what}\n${capability}\n${nonce}`).digest('base64url')}`;

/** Browsers ask for HTML by name; programs do not, or rather have JSON. */
export const wantsPage = (req: Request): boolean => req.accepts(['json', 'html']) === 'html';
