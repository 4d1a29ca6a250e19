import { Router, type Request, type RequestHandler } from 'express';
import { isUnstorable } from '../../../cases';
import { framedPolicy } from '../kit/headers';
import type { PageRoute } from '../kit/page';
import { mountPart } from '../kit/part';
import { fromElsewhere } from '../kit/request';
import { loadPageTemplates } from '../kit/templates';
import { CustomerAnswers, type CustomerAnswersNeeds } from './answers';
import { carePage } from './care';
import { channelsPage } from './channels';
import { chatPage } from './chat';
import { complainPage } from './complain';
import { findPage } from './find';
import { helpPage } from './help';
import { lostPage } from './lost';
import { ownFilesPage } from './own-files';
import type { Page, PageNeeds } from './page';
import { framedIn, OWN_CHAT, OWN_SITE, type Place } from './place';
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
  carePage,
  helpPage,
];

/** Those that can stand in a page of another site as well. */
const FRAMED_PAGES: readonly Page[] = [complainPage, receiptPage];

/** The chat, there and here. */
const CHAT_PAGES: readonly Page[] = [chatPage];

/** The beginnings of the pages' addresses. */
const PLACES = ['/p', '/a', '/s', '/complain', '/channels', '/care', '/help'];
const CHAT_PLACES = ['/chat'];
const FRAMED_PLACES = ['/embed'];
const FRAMED_CHAT_PLACES = ['/embed/chat'];

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

  /** For a site that is not allowed there is no form, and no other page of these. */
  const allowedAt =
    (place: Place, { answers }: ReturnType<typeof at>): RequestHandler =>
    (req, res, next) => {
      const site = place.siteOf(req);
      if (site === undefined) return answers.message(req, res, 404, 'notHere');
      // Also of what is no page, as the way on to the receipt.
      res.set('Content-Security-Policy', framedPolicy(site)).removeHeader('X-Frame-Options');
      next();
    };
  const router = Router();
  const routes: PageRoute[] = [];
  const mount = (places: string[], made: ReturnType<typeof at>, allowed?: RequestHandler): void => {
    routes.push(...made.routes);
    router.use(mountPart({ ...common, ...made, places, ...(allowed && { admit: () => [allowed] }) }));
  };
  const own = at(OWN_SITE, PAGES);
  mount(PLACES, own);
  mount(CHAT_PLACES, at(OWN_CHAT, CHAT_PAGES));
  for (const [what, places, pages] of [
    ['chat', FRAMED_CHAT_PLACES, CHAT_PAGES],
    ['complaint', FRAMED_PLACES, FRAMED_PAGES],
  ] as const) {
    const place = framedIn(embedSites, what);
    const framed = at(place, pages);
    mount([...places], framed, allowedAt(place, framed));
  }
  return { router, routes, answers: own.answers };
}
