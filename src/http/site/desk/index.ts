import type { NextFunction, Request, RequestHandler, Response, Router } from 'express';
import { actorOf, isRefused, isUnstorable } from '../../../cases';
import type { Assets } from '../kit/assets';
import { mountPart } from '../kit/part';
import { field, notSurelyOurs, param } from '../kit/request';
import { loadPageTemplates } from '../kit/templates';
import { accountPage } from './account';
import { accountNoticesPage } from './account-notices';
import { DeskAnswers } from './answers';
import { boardPage } from './board';
import { callsOf, callsPage } from './calls';
import { carePage } from './care';
import { causesPage } from './causes';
import { casePage } from './case';
import { caseLooksPage } from './case-looks';
import { chatsPage } from './chats';
import { casesPage } from './list/cases';
import { changesPage } from './changes';
import { connectionsPage } from './connections';
import { exportsPage } from './exports';
import { figuresPage } from './figures';
import { filesReader, type FilesNeeds } from './files';
import { importsPage } from './imports';
import { inboxPage } from './inbox';
import { dayPage } from './day';
import { draftsPage } from './drafts';
import { forgotPage } from './forgot';
import { goPage } from './go';
import { hooksPage } from './hooks';
import { libraryPage } from './library';
import { lookPage } from './look';
import type { DeskNeeds, DeskPage } from './page';
import { mayOpen, type DeskRoute } from './route';
import { noticesPage } from './notices';
import { peoplePage } from './people';
import { passkeySignIn } from './passkeys';
import { phonePage } from './phone/phone';
import { passwordPage } from './password';
import { Cookies, readerOf, signedInOf } from './session';
import { singleSignOnPage } from './single-sign-on';
import { signInPage } from './sign-in';
import { siteFormPage } from './site-form';
import { suggestionsPage } from './suggestions';
import { topicsPage } from './topics';
import { waitingPage } from './waiting';
import { readingPage } from './reading';
import { reportsPage } from './reports';
import { roomsPage } from './rooms';
import { actionsPage } from './actions';
import { platformsPage } from './platforms';
import { trackersPage } from './trackers';
import { webhooksPage } from './webhooks';
import { wechatPage } from './wechat';

/** Every page. Where the paths of two fit an address, the earlier one answers. */
const PAGES: readonly DeskPage[] = [
  dayPage,
  changesPage,
  noticesPage,
  casesPage,
  waitingPage,
  boardPage,
  chatsPage,
  inboxPage,
  phonePage,
  callsPage,
  draftsPage,
  casePage,
  caseLooksPage,
  accountPage,
  accountNoticesPage,
  libraryPage,
  carePage,
  figuresPage,
  actionsPage,
  reportsPage,
  exportsPage,
  causesPage,
  topicsPage,
  suggestionsPage,
  peoplePage,
  readingPage,
  connectionsPage,
  hooksPage,
  webhooksPage,
  roomsPage,
  wechatPage,
  trackersPage,
  platformsPage,
  siteFormPage,
  importsPage,
  goPage,
  lookPage,
  signInPage,
  passkeySignIn,
  singleSignOnPage,
  forgotPage,
  passwordPage,
];

/** The beginnings of the addresses: the desk, and the links by which somebody sets their password. */
const PLACES = ['/desk', '/first', '/password'];

/** What the desk is built from. */
export interface DeskSiteNeeds extends Pick<DeskNeeds, 'cases'>, FilesNeeds {
  assets: Assets;
  publicUrl: string;
  /** Origins of sites whose pages may show the complaint form; left out: none. */
  embedSites?: readonly string[];
  orgName: string;
  isAway: (error: unknown) => boolean;
  log: { error(fields: object, message: string): void };
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/** The desk. */
export interface DeskSite {
  router: Router;
  routes: readonly DeskRoute[];
  answers: DeskAnswers;
  /** Whether the browser has a session of the desk, maybe one that is over. */
  isKnown(req: Request): boolean;
}

/**
 * The desk: the pages of staff. Whoever opens one is known by the session in their cookie. GET changes nothing. A POST is
 * taken from our own pages only (`Sec-Fetch-Site` or `Origin`), and only with the form token of the session. What is not
 * there and what somebody may not open get the same answer.
 */
export function deskSite(needs: DeskSiteNeeds): DeskSite {
  const { cases, publicUrl, embedSites = [], orgName, assets, log, isAway, spool, fileBytes, clock = Date.now } = needs;
  const origin = new URL(publicUrl).origin;
  const cookies = new Cookies(publicUrl);
  const routes: DeskRoute[] = [];
  const answers = new DeskAnswers({
    render: loadPageTemplates('desk'),
    assets,
    cookies,
    orgName,
    routes: () => routes,
    clock,
  });
  routes.push(...PAGES.flatMap((page) => page({ cases, answers, cookies, clock, publicUrl, embedSites })));

  /** Finds out who asks, and sends away whoever may not. */
  const admit =
    (route: DeskRoute): RequestHandler =>
    async (req, res, next) => {
      const id = cookies.sessionId(req);
      // A session that was ended a moment ago may still read, and changes nothing any more.
      res.locals.signedIn = id === undefined ? undefined : await cases.signIn.session(id, route.method === 'post');
      const reader = signedInOf(res);
      if (route.who === 'anybody') return next();
      if (reader) {
        const actor = actorOf(reader.user);
        // The case that is being opened is read by that.
        if (!route.isBare) {
          const [unread, calls, chatsWait] = await Promise.all([
            cases.notices.unread(actor, param(req, 'caseNo') || undefined),
            callsOf(cases, actor),
            cases.chats.desk.waiting(actor),
          ]);
          Object.assign(res.locals, { unread, calls, chatsWait });
        }
        return mayOpen(route, actor) ? next() : answers.message(req, res, 404, 'unknown');
      }
      if (route.method === 'post') return answers.message(req, res, 401, 'signedOut');
      res.redirect(303, `/desk/sign-in?to=${encodeURIComponent(req.originalUrl)}`);
    };

  /** A form of somebody who is signed in carries the token of their session. */
  const checkToken = (req: Request, res: Response, next: NextFunction): void =>
    field(req, 'csrf') === readerOf(res).formToken ? next() : answers.message(req, res, 403, 'stale');

  const router = mountPart({
    places: PLACES,
    routes,
    answers,
    // With the referrer's origin, since browsers otherwise send `Origin: null` with our own forms.
    headers: { 'Referrer-Policy': 'same-origin' },
    most: { bytes: 128 * 1024, fields: 250 },
    isFromElsewhere: (req) => notSurelyOurs(req, origin),
    admit: (route) => [admit(route as DeskRoute)],
    check(route: DeskRoute) {
      if (route.method !== 'post' || route.who === 'anybody') return [];
      return [...(route.takesFiles ? [filesReader({ spool, fileBytes })] : []), checkToken];
    },
    answer: (error, req, res) => answers.refused(error, req, res),
    isUnstorable,
    isAway: (error) => isRefused(error, 'away') || isAway(error),
    log,
  });
  return { router, routes, answers, isKnown: (req) => cookies.sessionId(req) !== undefined };
}
