import { Router, type NextFunction, type Request, type Response } from 'express';
import { customerSite, type CustomerSiteNeeds } from './customer';
import { deskSite, type DeskSiteNeeds } from './desk';
import { loadAssets } from './kit/assets';
import { PAGE_HEADERS } from './kit/headers';
import type { PageRoute } from './kit/page';
import { wantsPage } from './kit/request';

/** What the site is built from. */
export interface SiteNeeds extends Omit<CustomerSiteNeeds, 'assets' | 'cases'> {
  /** For the customers' pages. */
  cases: CustomerSiteNeeds['cases'];
  /** For the desk. */
  staff: DeskSiteNeeds['cases'];
}

/** All pages: what serves them, and the table that this is made of. */
export interface Site {
  router: Router;
  routes: readonly PageRoute[];
}

/**
 * Makes all pages. The router has to be mounted after all other addresses: it answers whatever is left with a page,
 * if a page is asked for.
 */
export function createSite(needs: SiteNeeds): Site {
  const assets = loadAssets();
  const customer = customerSite({ ...needs, assets });
  const desk = deskSite({ ...needs, cases: needs.staff, assets, isAway: (error) => needs.cases.isAway(error) });
  const router = Router();
  router.use(assets.router);
  // Whoever has signed in here before works here; everybody else has come to complain.
  router.get('/', (req, res) => res.redirect(302, desk.isKnown(req) ? '/desk' : '/complain'));
  router.use(customer.router);
  router.use(desk.router);
  // Nothing is at this address. A browser gets a page with the way in; for a program, the next handler answers
  // problem+json.
  router.use((req: Request, res: Response, next: NextFunction) => {
    if (!wantsPage(req)) return next();
    res.set(PAGE_HEADERS).vary('Accept');
    customer.answers.message(req, res, 404, 'nowhere');
  });
  return { router, routes: [...customer.routes, ...desk.routes] };
}
