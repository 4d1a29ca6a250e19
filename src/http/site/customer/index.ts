import { Router, type Request, type RequestHandler } from 'express';
import { isUnstorable } from '../../../cases';
import { framedPolicy } from '../kit/headers';
import type { PageRoute } from '../kit/page';
import { mountPart } from '../kit/part';
import { fromElsewhere } from '../kit/request';
import { loadPageTemplates } from '../kit/templates';
import { CustomerAnswers, type CustomerAnswersNeeds } from './answers';
import { channelsPage } from './channels';
import { complainPage } from './complain';
import { findPage } from './find';
import { lostPage } from './lost';
import { ownFilesPage } from './own-files';
import type { Page, PageNeeds } from './page';
import { framedIn, OWN_SITE, type Place } from './place';
import { progressPage } from './progress';
import { proposalPage } from './proposal';
import { receiptPage } from './receipt';
import { surveyPage } from './survey';
import { waitingPage } from './waiting-context';
import { WaitingFiles } from './waiting-files';

/** Every page. Where the paths of two fit an address, the earlier one answers. */
const PAGES: readonly Page[] = [
  findPage,
  lostPage,
  progressPage,
  ownFilesPage,
  proposalPage,
  surveyPage,
  waitingPage,
  complainPage,
  receiptPage,
  channelsPage,
];

/** Those that can stand in a page of another site as well. */
const FRAMED_PAGES: readonly Page[] = [complainPage, receiptPage];

/** The beginnings of the pages' addresses. */
const PLACES = ['/p', '/a', '/s', '/complain', '/channels'];
const FRAMED_PLACES = ['/embed'];

/** What the customers' pages are built from. */
export interface CustomerSiteNeeds
  extends
    Omit<PageNeeds, 'answers' | 'waiting' | 'place'>,
    Pick<CustomerAnswersNeeds, 'assets' | 'orgName' | 'contact' | 'clock'> {
  publicUrl: string;
  /** Origins of sites whose pages may show the complaint form; left out: none. */
  embedSites?: readonly string[];
  log: { error(fields: object, message: string): void };
}

/**
 * The customers' pages, which need no login: the secret is in the link. They work without script. GET changes nothing.
 * A POST from another site is refused, and every POST about a complaint carries the secret of its link, so that nobody
 * can be tricked into sending one. Unknown, wrong and malformed links all get the same answer, so that nobody can find
 * out which exist.
 */
export function customerSite(needs: CustomerSiteNeeds): {
  router: Router;
  routes: PageRoute[];
  answers: CustomerAnswers;
} {
  const { cases, log, limits, publicUrl, embedSites = [] } = needs;
  const origin = new URL(publicUrl).origin;
  const render = loadPageTemplates('customer');
  const waiting = new WaitingFiles(needs.spool.maxBytes, needs.clock);
  const common = {
    most: { bytes: 32 * 1024, fields: 20 },
    isFromElsewhere: (req: Request) => fromElsewhere(req, origin),
    isUnstorable,
    isAway: (error: unknown) => cases.isAway(error),
    log,
  };
  /** The answers and addresses of pages at a place. */
  const at = (place: Place, pages: readonly Page[]) => {
    const answers = new CustomerAnswers({ ...needs, place, render, wrongCodes: limits.wrongCodes });
    return { answers, routes: pages.flatMap((page) => page({ ...needs, answers, waiting, place })) };
  };

  const own = at(OWN_SITE, PAGES);
  const place = framedIn(embedSites);
  const framed = at(place, FRAMED_PAGES);
  /** For a site that is not allowed there is no form, and no other page of these. */
  const allowed: RequestHandler = (req, res, next) => {
    const site = place.siteOf(req);
    if (site === undefined) return framed.answers.message(req, res, 404, 'notHere');
    // Also of what is no page, as the way on to the receipt.
    res.set('Content-Security-Policy', framedPolicy(site)).removeHeader('X-Frame-Options');
    next();
  };
  const router = Router();
  router.use(mountPart({ ...common, ...own, places: PLACES }));
  router.use(mountPart({ ...common, ...framed, places: FRAMED_PLACES, admit: () => [allowed] }));
  return { router, routes: [...own.routes, ...framed.routes], answers: own.answers };
}
