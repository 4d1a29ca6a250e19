import { Router, urlencoded, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { onSlowBody } from '../../middleware/pace';
import type { Answers } from './answers';
import { PAGE_HEADERS } from './headers';
import type { PageRoute } from './page';
import { statusOf } from './request';

/** A part of the site: its pages, and what stands before and behind them. */
export interface Part {
  /** The beginnings of its addresses: `/desk`. */
  places: readonly string[];
  routes: readonly PageRoute[];
  answers: Answers<never, never>;
  /** Headers beside, or instead of, those of every page. */
  headers?: Readonly<Record<string, string>>;
  /** Whether a form was sent from another site, and is refused. */
  isFromElsewhere(req: Request): boolean;
  /** Makes what runs before a page, once the headers are set: who asks, and may they? */
  admit?(route: PageRoute): RequestHandler[];
  /** Makes what runs between the reading of a form and the page. */
  check?(route: PageRoute): RequestHandler[];
  /** How much a form without files may have; a larger one gets 413. */
  most: { bytes: number; fields: number };
  /** Answers an error that has a page of its own. @returns false for every other one */
  answer?(error: unknown, req: Request, res: Response): boolean;
  /** Whether an error means that something was sent which nothing can keep, such as NUL. */
  isUnstorable(error: unknown): boolean;
  /** Whether an error means that Postgres or Temporal is away. */
  isAway(error: unknown): boolean;
  log: { error(fields: object, message: string): void };
}

/**
 * Puts a part of the site together: headers, refusal of forms from elsewhere, who may, the pages, and what is answered
 * where there is none or when one fails.
 */
export function mountPart(part: Part): Router {
  const { answers, log } = part;
  const places = [...part.places];
  const router = Router();
  const first = Router();
  router.use(places, first);
  first.use((req, res, next) => {
    onSlowBody(res, () => answers.message(req, res, 408, 'malformed'));
    res.set({ ...PAGE_HEADERS, ...part.headers });
    next();
  });
  first.use((req, res, next) =>
    req.method === 'POST' && part.isFromElsewhere(req) ? answers.message(req, res, 403, 'elsewhere') : next(),
  );

  const form = urlencoded({ extended: false, limit: part.most.bytes, parameterLimit: part.most.fields });
  for (const route of part.routes) {
    const before = [...(part.admit?.(route) ?? []), ...(route.form ? [form] : []), ...(part.check?.(route) ?? [])];
    router[route.method](route.path, ...before, (req: Request, res: Response) => route.handle(req, res));
  }

  router.use(places, (req: Request, res: Response) => answers.message(req, res, 404, 'unknown'));

  router.use(places, (error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(error);
    if (part.answer?.(error, req, res)) return;
    const status = part.isUnstorable(error) ? 400 : statusOf(error);
    if (status !== undefined) return answers.message(req, res, status, status === 413 ? 'large' : 'malformed');
    if (part.isAway(error)) {
      res.set('Retry-After', '10');
      return answers.message(req, res, 503, 'away');
    }
    log.error({ err: error instanceof Error ? error.name : 'Error', page: req.baseUrl }, 'a page failed');
    answers.message(req, res, 500, 'failed');
  });
  return router;
}
