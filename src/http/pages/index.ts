import { Router, urlencoded, type NextFunction, type Request, type Response } from 'express';
import { onSlowBody } from '../middleware/pace';
import { Answers, PAGE_HEADERS } from './answers';
import { loadAssets } from './assets';
import { complainPage } from './complain';
import { findPage } from './find';
import { lostPage } from './lost';
import type { Page, PageNeeds } from './page';
import { progressPage } from './progress';
import { proposalPage } from './proposal';
import { receiptPage } from './receipt';
import { fromElsewhere, statusOf, wantsPage } from './request';
import { surveyPage } from './survey';
import { loadPageTemplates } from './templates';

/** Every page. Where the paths of two fit an address, the earlier one answers. */
const PAGES: readonly Page[] = [findPage, lostPage, progressPage, proposalPage, surveyPage, complainPage, receiptPage];

/** The beginnings of the pages' addresses. */
const PLACES = ['/p', '/a', '/s', '/complain'];

/** What the pages are built from. */
export interface PagesOptions extends Omit<PageNeeds, 'answers'> {
  publicUrl: string;
  orgName: string;
  contact: string;
  log: { error(fields: object, message: string): void };
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/**
 * The customers' pages, which need no login: the secret is in the link. They work without script. GET changes nothing.
 * A POST from another site is refused, and every POST about a complaint carries the secret of its link, so that nobody
 * can be tricked into sending one. Unknown, wrong and malformed links all get the same answer, so that nobody can find
 * out which exist.
 *
 * Has to be mounted after all other addresses: it answers whatever is left with a page, if a page is asked for.
 */
export function createPages(options: PagesOptions): Router {
  const { cases, log, limits, publicUrl, orgName, contact, clock } = options;
  const origin = new URL(publicUrl).origin;
  const assets = loadAssets();
  const answers = new Answers({
    render: loadPageTemplates(),
    assets,
    orgName,
    contact,
    wrongCodes: limits.wrongCodes,
    clock,
  });
  const router = Router();
  router.use(assets.router);

  const first = Router();
  router.use(PLACES, first);
  first.use((req, res, next) => {
    onSlowBody(res, () => answers.message(req, res, 408, 'malformed'));
    res.set(PAGE_HEADERS);
    next();
  });
  first.use((req, res, next) =>
    req.method === 'POST' && fromElsewhere(req, origin) ? answers.message(req, res, 403, 'elsewhere') : next(),
  );

  const form = urlencoded({ extended: false, limit: '32kb', parameterLimit: 20 });
  for (const page of PAGES) {
    for (const route of page({ ...options, answers })) {
      const before = route.form ? [form] : [];
      router[route.method](route.path, ...before, (req: Request, res: Response) => route.handle(req, res));
    }
  }

  router.use(PLACES, (req: Request, res: Response) => answers.message(req, res, 404, 'unknown'));

  // Nothing is at this address. A browser gets a page with the way in; for a program, the next handler answers
  // problem+json.
  router.use((req: Request, res: Response, next: NextFunction) => {
    if (!wantsPage(req)) return next();
    res.set(PAGE_HEADERS).vary('Accept');
    answers.message(req, res, 404, 'nowhere');
  });

  router.use((error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent || !/^\/(?:p|a|s|complain)(?:\/|$)/.test(req.path)) return next(error);
    const status = statusOf(error);
    if (status !== undefined) return answers.message(req, res, status, status === 413 ? 'large' : 'malformed');
    if (cases.isAway(error)) {
      res.set('Retry-After', '10');
      return answers.message(req, res, 503, 'away');
    }
    log.error(
      { err: error instanceof Error ? error.name : 'Error', page: req.path.split('/', 2).join('/') },
      'a page failed',
    );
    answers.message(req, res, 500, 'failed');
  });

  return router;
}
