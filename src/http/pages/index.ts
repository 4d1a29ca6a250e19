import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router, urlencoded, type NextFunction, type Request, type Response } from 'express';
import type { Submitted, CustomerPages } from '../../cases';
import { isCleanText } from '../../domain/basics/free-text';
import { isCaseNumber, readCaseNumber } from '../../domain/basics/ids';
import { toInstant } from '../../domain/time/duration';
import type { Language, Words } from '../../domain/basics/types';
import { PROJECT_ROOT } from '../../paths';
import type { Context } from '../../render/engine';
import { inLanguage } from '../../render/words';
import type { Limit, Limits } from '../middleware/limits';
import {
  missingScores,
  NOTHING_TO_TELL,
  progressContext,
  proposalContext,
  surveyContext,
  tellWords,
  type Chosen,
  type Dimension,
  type Tell,
  type TypedReasons,
  type Wording,
} from './contexts';
import { onSlowBody } from '../middleware/pace';
import type { Spool } from '../spool';
import { complainRoutes } from './complain';
import { field, fromElsewhere, langOf, param, queried, statusOf, withLang } from './request';
import { loadPageTemplates, type PageName } from './templates';
import type { Intake } from './views';

export interface PagesOptions {
  cases: CustomerPages;
  intake: Intake;
  publicUrl: string;
  orgName: string;
  contact: string;
  log: { error(fields: object, message: string): void };
  clock?: () => number;
  limits: Pick<Limits, 'wrongCodes' | 'complaints' | 'uploads'>;
  /** Largest file of a complaint. */
  fileBytes: number;
  /** Where files wait until their form has been read. */
  spool: Spool;
}

/** Where these pages live. */
const PLACES = ['/p', '/a', '/s', '/complain'];
const LONGEST_TEXT = 4_000;
const PUBLIC = join(PROJECT_ROOT, 'src', 'http', 'public');
const STYLESHEET = join(PUBLIC, 'redress.css');
const FAVICON = join(PUBLIC, 'favicon.svg');
const DRAFT = join(PUBLIC, 'draft.js');
/** The form and its receipt keep, and clear, a draft in the browser; no other page has a script. */
const WITH_DRAFT: readonly PageName[] = ['complain', 'receipt'];

/** No script, no inline style, nothing from elsewhere, in nobody's frame. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PAGE_HEADERS = {
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

const NOT_SAVED = {
  zh: '没有保存成功，您写的内容还在。请过一会儿再试一次。',
  en: 'This was not saved; what you wrote is still here. Please try again in a moment.',
};

/**
 * The customer's pages: a link is all it takes. They work without script; GET changes nothing; every POST carries the link's
 * own token, so nobody can be made to send one. Unknown, wrong and malformed links get one and the same page. To be mounted
 * behind all other addresses: what nobody else answers is a page as well, for those who ask for one.
 */
export function createPages(options: PagesOptions): Router {
  const { cases, log, limits, clock = Date.now } = options;
  const origin = new URL(options.publicUrl).origin;
  const render = loadPageTemplates();
  const css = readFileSync(STYLESHEET, 'utf8');
  const cssUrl = `/public/redress.css?v=${createHash('sha256').update(css).digest('hex').slice(0, 12)}`;
  const router = Router();
  const form = urlencoded({ extended: false, limit: '32kb', parameterLimit: 20 });

  router.get('/public/redress.css', (_req, res) => {
    res.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': 'text/css; charset=utf-8',
    });
    res.send(css);
  });

  const icon = readFileSync(FAVICON, 'utf8');
  router.get('/public/favicon.svg', (_req, res) => {
    res.set({ 'Cache-Control': 'public, max-age=86400', 'X-Content-Type-Options': 'nosniff' });
    res.type('image/svg+xml').send(icon);
  });

  const draft = readFileSync(DRAFT, 'utf8');
  const draftUrl = `/public/draft.js?v=${createHash('sha256').update(draft).digest('hex').slice(0, 12)}`;
  router.get('/public/draft.js', (_req, res) => {
    res.set({ 'Cache-Control': 'public, max-age=31536000, immutable', 'X-Content-Type-Options': 'nosniff' });
    res.type('text/javascript').send(draft);
  });

  const pages = Router();
  router.use(PLACES, pages);

  pages.use((req, res, next) => {
    onSlowBody(res, () => message(req, res, 408, 'malformed'));
    res.set(PAGE_HEADERS);
    next();
  });
  pages.use((req, res, next) =>
    req.method === 'POST' && fromElsewhere(req, origin) ? message(req, res, 403, 'elsewhere') : next(),
  );

  const on = (handler: (req: Request, res: Response) => Promise<void>) => (req: Request, res: Response) =>
    handler(req, res);

  // ---- progress: number and code

  router.get('/p', (req, res) => page(res, 200, 'find', wordingOf(req), findContext(false, '')));
  router.post(
    '/p',
    form,
    on(async (req, res) => {
      const [caseNo, code] = [readCaseNumber(field(req, 'caseNo')), field(req, 'code').trim()];
      const known = isCaseNumber(caseNo) && (await cases.progress(caseNo, code));
      if (known) res.redirect(303, progressUrl(caseNo, code, langOf(req)));
      else if (await tooManyMisses(req, res)) return;
      else page(res, 404, 'find', wordingOf(req), findContext(true, caseNo.slice(0, 20)));
    }),
  );

  // ---- whoever has lost the code: the link goes to the address on record

  const lost = (req: Request, res: Response, status: 200 | 422, caseNo: string): void => {
    const wording = wordingOf(req);
    const title = inLanguage({ zh: '找回查询链接', en: 'Get the link again' }, wording.language);
    const context = { title, narrow: true, incomplete: status === 422, caseNo: caseNo.slice(0, 20) };
    page(res, status, 'lost', wording, context, '/p/lost');
  };
  router.get('/p/lost', (req, res) => lost(req, res, 200, ''));
  router.post(
    '/p/lost',
    form,
    on(async (req, res) => {
      const [caseNo, contact] = [field(req, 'caseNo').trim(), field(req, 'contact').trim()];
      if (caseNo === '' || contact === '') return lost(req, res, 422, caseNo);
      if (await slow(limits.wrongCodes, req, res)) return;
      await cases.sendLink(caseNo.slice(0, 64), contact.slice(0, 254));
      res.redirect(303, withLang('/p/lost/sent', langOf(req)));
    }),
  );
  router.get('/p/lost/sent', (req, res) => message(req, res, 200, 'linkSent'));

  router.get(
    '/p/:caseNo',
    on(async (req, res) => {
      const caseNo = readCaseNumber(param(req, 'caseNo'));
      const code = queried(req, 'code');
      if (code === '') {
        page(res, 200, 'find', wordingOf(req), findContext(false, isCaseNumber(caseNo) ? caseNo : ''));
        return;
      }
      const chased = queried(req, 'done') === 'chase';
      await showProgress(req, res, 200, caseNo, code, (language) =>
        chased
          ? {
              tell: inLanguage(
                { zh: '催办已送到，负责人和主管会看到。', en: 'Sent: your handler and their lead will see it.' },
                language,
              ),
              tellWarns: false,
            }
          : NOTHING_TO_TELL,
      );
    }),
  );

  router.post(
    '/p/:caseNo/chase',
    form,
    on(async (req, res) => {
      const caseNo = readCaseNumber(param(req, 'caseNo'));
      const code = field(req, 'code');
      const note = written(req, 'note');
      const decisionId = decisionIdOf('chase', `${caseNo}/${code}`, field(req, 'nonce'));
      const outcome = await cases.chase(caseNo, code, { note, decisionId });
      const back = progressUrl(caseNo, code, langOf(req));
      if (outcome.kind === 'taken') res.redirect(303, `${back}&done=chase`);
      else await unusual(req, res, outcome, back, (status, tell) => showProgress(req, res, status, caseNo, code, tell));
    }),
  );

  /** What the customer decides with a reason of their own: another round, or none any more. */
  const withReason = (what: 'reopen' | 'withdraw', missing: Words): void => {
    router.post(
      `/p/:caseNo/${what}`,
      form,
      on(async (req, res) => {
        const caseNo = readCaseNumber(param(req, 'caseNo'));
        const code = field(req, 'code');
        const reason = written(req, 'reason');
        const back = progressUrl(caseNo, code, langOf(req));
        if (reason === undefined) {
          await showProgress(req, res, 422, caseNo, code, (language) => tellWords(missing, language), { [what]: '' });
          return;
        }
        const decisionId = decisionIdOf(what, `${caseNo}/${code}`, field(req, 'nonce'));
        const outcome = await cases[what](caseNo, code, { reason, decisionId });
        if (outcome.kind === 'taken') res.redirect(303, back);
        else
          await unusual(req, res, outcome, back, (status, tell) =>
            showProgress(req, res, status, caseNo, code, tell, { [what]: reason }),
          );
      }),
    );
  };
  withReason('reopen', { zh: '请写下还有什么没解决。', en: 'Please say what is not solved.' });
  withReason('withdraw', { zh: '请写一句为什么撤回。', en: 'Please say in a few words why you withdraw it.' });

  async function showProgress(
    req: Request,
    res: Response,
    status: number,
    caseNo: string,
    code: string,
    tell: (language: Language) => Tell,
    typed: TypedReasons = {},
  ): Promise<void> {
    const view = isCaseNumber(caseNo) ? await cases.progress(caseNo, code) : undefined;
    if (!view) return unknown(req, res);
    const wording = wordingOf(req, view.language);
    page(
      res,
      status,
      'progress',
      wording,
      { ...progressContext(view, code, wording, typed), ...tell(wording.language) },
      progressUrl(caseNo, code),
    );
  }

  // ---- proposal: accept or decline, once

  router.get(
    '/a/:token',
    on((req, res) => showProposal(req, res, 200, () => NOTHING_TO_TELL, queried(req, 'decline') !== '')),
  );

  router.post(
    '/a/:token',
    form,
    on(async (req, res) => {
      const token = param(req, 'token');
      const answer = field(req, 'accepted');
      if (answer !== 'yes' && answer !== 'no') return message(req, res, 400, 'malformed');
      const accepted = answer === 'yes';
      const reason = accepted ? undefined : written(req, 'reason');
      const decisionId = decisionIdOf('answer', token, field(req, 'nonce'));
      const outcome = await cases.answer(token, { accepted, reason, decisionId });
      const back = withLang(`/a/${token}`, langOf(req));
      if (outcome.kind === 'taken') res.redirect(303, back);
      else {
        await unusual(req, res, outcome, back, (status, tell) =>
          showProposal(req, res, status, tell, !accepted, reason ?? ''),
        );
      }
    }),
  );

  async function showProposal(
    req: Request,
    res: Response,
    status: number,
    tell: (language: Language) => Tell,
    declining: boolean,
    reason = '',
  ): Promise<void> {
    const token = param(req, 'token');
    const view = await cases.proposal(token);
    if (!view) return unknown(req, res);
    const wording = wordingOf(req, view.language);
    // A second answer cannot change the first: the page says what was answered.
    const gone = status === 409 && view.status !== 'open';
    page(
      res,
      gone ? 410 : status,
      'proposal',
      wording,
      {
        ...proposalContext(view, `/a/${token}`, wording, { declining, reason }),
        ...(gone ? NOTHING_TO_TELL : tell(wording.language)),
      },
      `/a/${token}`,
    );
  }

  // ---- survey: four scores, once

  const emptySurvey = { chosen: {}, comment: '', missing: [] };
  router.get(
    '/s/:token',
    on((req, res) => showSurvey(req, res, 200, () => NOTHING_TO_TELL, emptySurvey)),
  );

  router.post(
    '/s/:token',
    form,
    on(async (req, res) => {
      const token = param(req, 'token');
      const { speed, solution, attitude, total } = chosenScores(req);
      const comment = written(req, 'comment');
      const answers = moreScores(req);
      const input = { chosen: { speed, solution, attitude, total }, comment: comment ?? '', more: answers };
      if (speed === undefined || solution === undefined || attitude === undefined || total === undefined) {
        return showSurvey(req, res, 422, () => NOTHING_TO_TELL, { ...input, missing: missingScores(input.chosen) });
      }
      const decisionId = decisionIdOf('rate', token, field(req, 'nonce'));
      const rated = { speed, solution, attitude, total, comment, decisionId };
      const outcome = await cases.rate(token, Object.keys(answers).length > 0 ? { ...rated, answers } : rated);
      const back = withLang(`/s/${token}`, langOf(req));
      if (outcome.kind === 'taken') res.redirect(303, back);
      else {
        await unusual(req, res, outcome, back, (status, tell) =>
          showSurvey(req, res, status, tell, { ...input, missing: [] }),
        );
      }
    }),
  );

  async function showSurvey(
    req: Request,
    res: Response,
    status: number,
    tell: (language: Language) => Tell,
    input: { chosen: Chosen; comment: string; missing: Dimension[]; more?: Record<string, number> },
  ): Promise<void> {
    const token = param(req, 'token');
    const view = await cases.survey(token);
    if (!view) return unknown(req, res);
    const wording = wordingOf(req, view.language);
    const gone = view.status !== 'open' && status >= 400;
    page(
      res,
      gone ? 410 : status,
      'survey',
      wording,
      {
        ...surveyContext(view, `/s/${token}`, wording, input),
        ...(gone ? NOTHING_TO_TELL : tell(wording.language)),
      },
      `/s/${token}`,
    );
  }

  // ---- a new complaint, and its receipt

  complainRoutes(router, {
    cases,
    intake: options.intake,
    limits,
    unknown,
    slow,
    fileBytes: options.fileBytes,
    spool: options.spool,
    page,
    wordingOf,
    notSaved: NOT_SAVED,
  });

  // ---- what all pages share

  /** No such link, or a number and code that do not fit: for whoever guesses on, after a while 429. */
  async function unknown(req: Request, res: Response): Promise<void> {
    if (!(await tooManyMisses(req, res))) message(req, res, 404, 'unknown');
  }

  /** Only misses count, and only misses are refused: a customer with a good link is never locked out. */
  const tooManyMisses = (req: Request, res: Response): Promise<boolean> => slow(limits.wrongCodes, req, res);

  /** @returns true when this was too much and has been answered so */
  async function slow(limit: Limit, req: Request, res: Response): Promise<boolean> {
    const waitSeconds = await limit.wait(req);
    if (waitSeconds === undefined) return false;
    res.set('Retry-After', String(waitSeconds));
    message(req, res, 429, 'slow');
    return true;
  }

  /** Everything but "taken". What was typed is shown again, where it could not be stored. */
  async function unusual(
    req: Request,
    res: Response,
    outcome: Exclude<Submitted, { kind: 'taken' }>,
    back: string,
    again: (status: number, tell: (language: Language) => Tell) => Promise<void>,
  ): Promise<void> {
    switch (outcome.kind) {
      case 'accepted':
        return message(req, res, 202, 'submitted', back);
      case 'unknown':
        return unknown(req, res);
      case 'refused':
        return again(409, (language) => tellWords(outcome.words, language));
      case 'away':
        res.set('Retry-After', '10');
        return again(503, (language) => tellWords(NOT_SAVED, language));
    }
  }

  function wordingOf(req: Request, of?: Language): Wording {
    const spoken = req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh-CN';
    return { language: langOf(req) ?? of ?? spoken, now: toInstant(clock()) };
  }

  /** @param self where the other language is found; pages without one of their own offer the way in */
  function page(res: Response, status: number, name: PageName, wording: Wording, context: Context, self = '/p'): void {
    const { language } = wording;
    const other: Language = language === 'en' ? 'zh-CN' : 'en';
    const drafts = WITH_DRAFT.includes(name);
    if (drafts) res.set('Content-Security-Policy', `${POLICY}; script-src 'self'`);
    const html = render(name, language, {
      ...context,
      title:
        context.title ??
        context.heading ??
        inLanguage({ zh: '查办理进展', en: 'Progress of your complaint' }, language),
      lang: language,
      org: options.orgName,
      contact: options.contact === '' ? null : options.contact,
      // Nobody writes a mail in an emergency.
      telephone: options.contact.includes('@') || !/\d{3}/.test(options.contact) ? null : options.contact,
      css: cssUrl,
      draft: drafts ? draftUrl : null,
      nonce: randomBytes(16).toString('base64url'),
      switchUrl: withLang(self, other),
      switchLang: other,
      switchName: other === 'en' ? 'English' : '中文',
    });
    res.status(status).type('html').set('Content-Language', language).vary('Accept-Language').send(html);
  }

  function message(req: Request, res: Response, status: number, what: keyof typeof MESSAGES, href?: string): void {
    const wording = wordingOf(req);
    const say = (words: { zh: string; en: string }) => inLanguage(words, wording.language);
    const { heading, body } = MESSAGES[what];
    // Nobody is left without a way on.
    const way = href ?? (status === 404 ? withLang('/p', wording.language) : undefined);
    const action = href === undefined ? MESSAGES.unknown.action : MESSAGES.submitted.action;
    page(res, status, 'message', wording, {
      narrow: true,
      caseNo: null,
      heading: say(heading),
      body: say(body),
      href: way ?? null,
      action: say(action),
    });
  }

  router.use(PLACES, (req: Request, res: Response) => message(req, res, 404, 'unknown'));

  // There is nothing at this address. A person is shown the way in; a program is told by whoever comes next.
  router.use((req: Request, res: Response, next: NextFunction) => {
    if (!wantsPage(req)) return next();
    res.set(PAGE_HEADERS).vary('Accept');
    message(req, res, 404, 'nowhere');
  });

  router.use((error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent || !/^\/(?:p|a|s|complain)(?:\/|$)/.test(req.path)) return next(error);
    const status = statusOf(error);
    if (status !== undefined) return message(req, res, status, status === 413 ? 'large' : 'malformed');
    if (cases.isAway(error)) {
      res.set('Retry-After', '10');
      return message(req, res, 503, 'away');
    }
    log.error(
      { err: error instanceof Error ? error.name : 'Error', page: req.path.split('/', 2).join('/') },
      'a page failed',
    );
    message(req, res, 500, 'failed');
  });

  return router;
}

const MESSAGES = {
  unknown: {
    heading: { zh: '没有这个页面', en: 'There is no such page' },
    body: {
      zh: '链接可能不完整，或者单号、查询码不对。请从邮件里重新打开链接。',
      en: 'The link may be incomplete, or the number or code is not right. Please open the link from our mail again.',
    },
    action: { zh: '用单号和查询码查', en: 'Use number and code' },
  },
  nowhere: {
    heading: { zh: '没有这个页面', en: 'There is no such page' },
    body: {
      zh: '地址可能打错了，或者已经不用。要查投诉的进展，请用单号和查询码；邮件里的链接也能打开。',
      en: 'The address may be mistyped or out of use. To see where a complaint stands, use its number and code, or the link in our mail.',
    },
  },
  linkSent: {
    heading: { zh: '请查收邮件', en: 'Please look into your mail' },
    body: {
      zh: '如果单号和联系方式一致，查询链接几分钟内发到登记的邮箱；一小时内只发一次。登记时没有留邮箱的，请直接联系我们。',
      en: 'If the number and the contact fit together, the link reaches the mail address on record within minutes, at most once an hour. If no mail address was given, please contact us.',
    },
  },
  submitted: {
    heading: { zh: '已提交，通常几秒内完成', en: 'Submitted; this usually takes a few seconds' },
    body: { zh: '您不需要再提交一次。', en: 'You need not send it again.' },
    action: { zh: '看结果', en: 'See the result' },
  },
  away: {
    heading: { zh: '现在打不开', en: 'This page cannot be opened now' },
    body: {
      zh: '没有保存新的内容。请过一会儿再试；刚才写过的，返回上一页还在。',
      en: 'Nothing new was saved. Please try again in a moment; what you wrote is still there when you go back.',
    },
  },
  failed: {
    heading: { zh: '这一页出了问题', en: 'Something went wrong on this page' },
    body: {
      zh: '问题已经记录。请过一会儿再试，或直接联系我们。',
      en: 'It has been recorded. Please try again in a moment, or contact us.',
    },
  },
  malformed: {
    heading: { zh: '没有收到完整的内容', en: 'What arrived was not complete' },
    body: { zh: '请返回上一页再提交一次。', en: 'Please go back and send it again.' },
  },
  large: {
    heading: { zh: '内容太大，没有收到', en: 'This was too large to take' },
    body: {
      zh: '没有保存。请返回上一页，减少照片或文字后再提交一次。',
      en: 'Nothing was saved. Please go back and send it again with fewer or smaller files.',
    },
  },
  elsewhere: {
    heading: { zh: '没有提交', en: 'Not submitted' },
    body: {
      zh: '请直接打开我们的页面再提交，例如从邮件里的链接。',
      en: 'Please open our own page, for example by the link in our mail, and send it there.',
    },
  },
  slow: {
    heading: { zh: '试得太频繁了', en: 'Too many tries' },
    body: {
      zh: '请一分钟后再试；刚才写过的，返回上一页还在。',
      en: 'Please try again in a minute; what you wrote is still there when you go back.',
    },
  },
} as const;

/** Browsers ask for HTML by name; programs do not, or rather have JSON. */
const wantsPage = (req: Request): boolean => req.accepts(['json', 'html']) === 'html';

const findContext = (wrong: boolean, caseNo: string): Context => ({ narrow: true, wrong, caseNo });

const progressUrl = (caseNo: string, code: string, lang?: Language): string =>
  `/p/${encodeURIComponent(caseNo)}?code=${encodeURIComponent(code)}${lang ? `&lang=${lang}` : ''}`;

/** Derived from the link and the form, so that a double click or a reload is one submission. */
const decisionIdOf = (what: string, capability: string, nonce: string): string =>
  `w-${createHash('sha256').update(`${what}\n${capability}\n${nonce}`).digest('base64url')}`;

/** A free text as typed, if anything was. Browsers send line ends as CRLF and count them as one. */
function written(req: Request, name: string): string | undefined {
  const text = field(req, name).replace(/\r\n/g, '\n').trim();
  if (text === '') return undefined;
  if (text.length > LONGEST_TEXT || !isCleanText(text)) throw Object.assign(new Error('text'), { status: 400 });
  return text;
}

/** The house's own questions: `q-<id>`, answered or left out. */
function moreScores(req: Request): Record<string, number> {
  const body = (req.body ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      /^q-[a-z0-9][a-z0-9-]{0,39}$/.test(name) && typeof value === 'string' && /^[1-5]$/.test(value)
        ? [[name.slice(2), Number(value)]]
        : [],
    ),
  );
}

function chosenScores(req: Request): Chosen {
  const score = (name: string) => (/^[1-5]$/.test(field(req, name)) ? Number(field(req, name)) : undefined);
  return { speed: score('speed'), solution: score('solution'), attitude: score('attitude'), total: score('total') };
}
