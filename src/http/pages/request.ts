import type { Request } from 'express';
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
