import type { Router } from 'express';
import { isUnstorable } from '../../../cases';
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

/** The beginnings of the pages' addresses. */
const PLACES = ['/p', '/a', '/s', '/complain', '/channels'];

/** What the customers' pages are built from. */
export interface CustomerSiteNeeds
  extends
    Omit<PageNeeds, 'answers' | 'waiting'>,
    Pick<CustomerAnswersNeeds, 'assets' | 'orgName' | 'contact' | 'clock'> {
  publicUrl: string;
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
  const { cases, log, limits, publicUrl } = needs;
  const origin = new URL(publicUrl).origin;
  const answers = new CustomerAnswers({
    ...needs,
    render: loadPageTemplates('customer'),
    wrongCodes: limits.wrongCodes,
  });
  const waiting = new WaitingFiles(needs.spool.maxBytes, needs.clock);
  const routes = PAGES.flatMap((page) => page({ ...needs, answers, waiting }));
  const router = mountPart({
    places: PLACES,
    routes,
    answers,
    most: { bytes: 32 * 1024, fields: 20 },
    isFromElsewhere: (req) => fromElsewhere(req, origin),
    isUnstorable,
    isAway: (error) => cases.isAway(error),
    log,
  });
  return { router, routes, answers };
}
