import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { Histogram, type Registry } from 'prom-client';
import type { Cases } from '../cases';
import { calendarRoutes } from './api/calendars';
import { caseRoutes, messageRoutes } from './api/cases';
import { allowTemporalUi, codecRoutes, type Codec } from './api/codec';
import { complaintRoutes } from './api/complaints';
import { careRoutes } from './api/care';
import { causeRoutes } from './api/causes';
import { connectionRoutes } from './api/connections';
import { boardRoutes } from './api/board';
import { exportRoutes } from './api/exports';
import { figureRoutes } from './api/figures';
import { reportRoutes } from './api/reports';
import { readingRoutes } from './api/reading';
import { decisionRoutes } from './api/decisions';
import { evidenceRoutes } from './api/evidence';
import { forecastRoutes } from './api/forecast';
import { actionRoutes } from './api/actions';
import { suggestionRoutes } from './api/suggestions';
import { topicRoutes } from './api/topics';
import { importRoutes } from './api/imports';
import { libraryRoutes } from './api/library';
import {
  callRoutes,
  inboundHookRoutes,
  postRoutes,
  smsReportRoutes,
  type HearsCalls,
  type HearsSms,
  type TakesPosts,
} from './api/inbound-hooks';
import { groupRoutes } from './api/groups';
import { houseRoutes } from './api/house';
import { leaveRoutes } from './api/leaves';
import { linkRoutes } from './api/links';
import { operationRoutes, type Canary, type Probes } from './api/operation';
import { policyRoutes } from './api/policies';
import { policyDraftRoutes } from './api/policy-drafts';
import { progressRoutes } from './api/progress';
import { promiseRoutes } from './api/promises';
import { queueRoutes } from './api/queue';
import { admit, handler, type Route } from './api/route';
import { roomRoutes } from './api/rooms';
import { savedViewRoutes } from './api/saved-views';
import { shiftRoutes } from './api/shifts';
import { staffRoutes } from './api/staff';
import { noticeRoutes, platformRoutes, type TakesNotices } from './api/platforms';
import { hintRoutes, trackerRoutes, type TakesHints } from './api/trackers';
import { storyRoutes } from './api/story';
import { webhookRoutes } from './api/webhooks';
import { wechatHookRoutes, wechatRoutes, type HearsWechat } from './api/wechat';
import { whatIfRoutes } from './api/what-if';
import { docs } from './docs';
import { jsonBody, largeJsonBody } from './middleware/json-body';
import { rawBody } from './middleware/raw-body';
import type { Limits } from './middleware/limits';
import { observe } from './middleware/observe';
import { keepPace, type Pace } from './middleware/pace';
import { methodNotAllowed, noSuchAddress, problems } from './middleware/problem';
import { secure } from './middleware/security';
import { openApi } from './openapi';

/** The variables of src/config.ts that the API uses. */
export interface AppConfig {
  PUBLIC_URL: string;
  TRUST_PROXY?: string;
  TEMPORAL_UI_URL?: string;
  COMPLAINT_RATE_LIMIT: number;
  EVIDENCE_MAX_BYTES: number;
  DECISION_TIMEOUT_MS: number;
}

/** What the API is built from. */
export interface AppNeeds {
  cases: Cases;
  config: AppConfig;
  limits: Limits;
  registry: Registry;
  probes: Probes;
  canary?: Canary;
  log: {
    debug(fields: object, message: string): void;
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  /** Takes complaints of other systems; left out: the address does not exist. */
  posts?: TakesPosts;
  /** Hears of calls; left out: the address does not exist. */
  callEvents?: HearsCalls;
  /** Takes notices of platforms; left out: the address does not exist. */
  notices?: TakesNotices;
  /** Takes calls of trackers; left out: the address does not exist. */
  hints?: TakesHints;
  /** Hears what became of text messages; left out: the addresses do not exist. */
  smsReports?: HearsSms | undefined;
  /** Takes what customers write to WeChat official accounts; left out: the addresses do not exist. */
  wechatIn?: HearsWechat;
  /** Left out: the addresses of the codec server do not exist. */
  codec?: Codec;
  /** Milliseconds after which a route without a limit of its own answers 503 `too_slow`; left out: 4.9 s. */
  timeLimitMs?: number;
  /** How fast a request's body has to arrive; left out: the defaults of middleware/pace.ts. */
  pace?: Pace;
  /** The customers' pages, mounted behind all addresses of the API. */
  pages?: Router;
}

/**
 * Every address of the API: Express, the OpenAPI document and the role matrix in the tests are made from this table.
 * Registers metrics in `registry`, so it can be called once for each registry.
 */
export function apiRoutes({
  cases,
  config,
  limits,
  registry,
  probes,
  canary,
  codec,
  posts,
  callEvents,
  hints,
  notices,
  smsReports,
  wechatIn,
}: AppNeeds): Route[] {
  const decisionSeconds = new Histogram({
    name: 'redress_decision_seconds',
    help: 'From the arrival of a decision to its answer',
    labelNames: ['decision', 'outcome'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return [
    ...complaintRoutes(cases, limits),
    ...evidenceRoutes(cases, config.EVIDENCE_MAX_BYTES),
    ...progressRoutes(cases),
    ...linkRoutes(cases),
    ...caseRoutes(cases),
    ...messageRoutes(cases),
    ...storyRoutes(cases),
    ...savedViewRoutes(cases),
    ...decisionRoutes({ cases, decisionSeconds, decisionTimeoutMs: config.DECISION_TIMEOUT_MS }),
    ...groupRoutes({ cases, decisionTimeoutMs: config.DECISION_TIMEOUT_MS }),
    ...houseRoutes(cases),
    ...calendarRoutes(cases),
    ...policyRoutes(cases),
    ...policyDraftRoutes(cases),
    ...whatIfRoutes(cases),
    ...promiseRoutes(cases),
    ...forecastRoutes(cases),
    ...boardRoutes(cases),
    ...topicRoutes(cases),
    ...actionRoutes(cases),
    ...suggestionRoutes(cases),
    ...careRoutes(cases),
    ...staffRoutes(cases),
    ...leaveRoutes(cases),
    ...shiftRoutes(cases),
    ...queueRoutes(cases),
    ...webhookRoutes(cases),
    ...roomRoutes(cases),
    ...wechatRoutes(cases),
    ...trackerRoutes(cases),
    ...platformRoutes(cases),
    ...connectionRoutes(cases),
    ...readingRoutes(cases),
    ...libraryRoutes(cases),
    ...figureRoutes(cases),
    ...reportRoutes(cases),
    ...exportRoutes(cases),
    ...causeRoutes(cases),
    ...inboundHookRoutes(cases),
    ...importRoutes(cases),
    ...(posts ? postRoutes(posts, limits) : []),
    ...callRoutes(cases, callEvents, limits),
    ...(hints ? hintRoutes(hints, limits) : []),
    ...(notices ? noticeRoutes(notices, limits) : []),
    ...(smsReports ? smsReportRoutes(smsReports, limits) : []),
    ...(wechatIn ? wechatHookRoutes(wechatIn, limits) : []),
    ...operationRoutes({ cases, registry, probes, canary }),
    ...(codec ? codecRoutes(codec) : []),
  ];
}

const TAKES_BODY = new Set<Route['method']>(['post', 'put', 'patch']);

/** What reads the body, unless the handler does so itself. */
function bodyReader({ method, multipart, raw, largeBody }: Route): RequestHandler[] {
  if (!TAKES_BODY.has(method) || multipart) return [];
  if (raw) return [rawBody(raw.maxBytes)];
  return [largeBody ? largeJsonBody : jsonBody];
}

/**
 * Gives each route to Express: first the caller is checked, then the limits of the route, then the body is read, and
 * last the handler runs. So a stranger's body is not read before it is known to be wanted.
 */
function mount(app: Express, routes: readonly Route[], { cases, limits, timeLimitMs }: AppNeeds): void {
  for (const route of routes) {
    const steps: RequestHandler[] = [
      admit(route, cases, limits),
      ...(route.before ?? []),
      ...bodyReader(route),
      handler(route, limits, timeLimitMs),
    ];
    app[route.method](route.path, ...steps);
  }
}

/** Answers 405 at known addresses for any other method. Must come after all routes. */
function refuseOtherMethods(app: Express, routes: readonly Route[]): void {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) {
    methods.set(path, [...(methods.get(path) ?? []), ...(method === 'get' ? ['get', 'head'] : [method])]);
  }
  for (const [path, allowed] of methods) app.all(path, methodNotAllowed(allowed));
}

/**
 * Builds the whole HTTP application: API, OpenAPI document, /docs, pages, and one handler that answers every error as
 * problem+json. Listens to nothing by itself.
 */
export function createApp(needs: AppNeeds): Express {
  const { config, registry, log, pages } = needs;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  // Express takes the client's address from X-Forwarded-For only when the request comes from one of these proxies.
  if (config.TRUST_PROXY) {
    app.set(
      'trust proxy',
      config.TRUST_PROXY.split(',').map((address) => address.trim()),
    );
  }
  app.use(observe(log, registry));
  app.use(secure);
  app.use(keepPace(needs.pace));

  const routes = apiRoutes(needs);
  app.use('/api', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  if (needs.codec && config.TEMPORAL_UI_URL) {
    app.use('/codec', allowTemporalUi(new URL(config.TEMPORAL_UI_URL).origin));
  }
  mount(app, routes, needs);
  let document: string | undefined;
  app.get('/openapi.json', (_request, response) => {
    // Made for the first who asks: it takes a while, and hardly anybody does.
    document ??= JSON.stringify(openApi(routes, config.PUBLIC_URL));
    response.type('application/json').send(document);
  });
  app.use('/docs', docs());
  app.get('/', (request, response, next) => {
    // A browser asks for HTML: the pages know who is there. A program gets the list of addresses.
    response.vary('Accept');
    if (request.accepts(['json', 'html']) === 'html') return pages ? next() : response.redirect(302, '/complain');
    const at = (path: string): string => `${config.PUBLIC_URL}${path}`;
    return response.json({
      name: 'Redress · 投诉闭环',
      complain: at('/complain'),
      desk: at('/desk'),
      progress: at('/p'),
      api: at('/docs'),
      openapi: at('/openapi.json'),
      health: at('/healthz'),
      readiness: at('/readyz'),
      metrics: at('/metrics'),
      temporalUi: config.TEMPORAL_UI_URL,
    });
  });
  refuseOtherMethods(app, routes);
  if (pages) {
    app.use(pages);
    app.use(((error: unknown, request, response, next) => {
      if (!(error instanceof URIError)) return next(error);
      // The path is wrongly percent-encoded. Express enters no router with such a path, so the pages are asked for an
      // address at which there is nothing.
      request.url = '/-';
      return pages(request, response, () => next(error));
    }) satisfies ErrorRequestHandler);
  }
  app.use((_request, _response, next) => next(noSuchAddress()));
  app.use(problems(log));
  return app;
}
