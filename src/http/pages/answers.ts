import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Submitted } from '../../cases';
import type { Language } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import type { Context } from '../../render/engine';
import { inLanguage } from '../../render/words';
import type { Limit } from '../middleware/limits';
import type { Assets } from './assets';
import { MESSAGES, type Message } from './messages';
import { langOf, withLang } from './request';
import type { PageName, PageTemplates } from './templates';
import { tellWords, type Tell, type Wording } from './wording';

/** The pages with a script (public/draft.js): the form keeps a draft in the browser, the receipt clears it. */
const WITH_DRAFT: readonly PageName[] = ['complain', 'receipt'];

/** Content security policy of the pages: no scripts, no inline styles, nothing from other origins, never in a frame. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Headers of every page. No referrer and no caching, since addresses of pages hold access codes and link tokens. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** What a form shows above what was typed when nothing could be stored. */
export const NOT_SAVED = {
  zh: '没有保存成功，您写的内容还在。请过一会儿再试一次。',
  en: 'This was not saved; what you wrote is still here. Please try again in a moment.',
};

export interface AnswersNeeds {
  render: PageTemplates;
  assets: Pick<Assets, 'cssUrl' | 'draftUrl'>;
  orgName: string;
  /** How else the organisation is reached, for the foot of each page; empty: not shown. */
  contact: string;
  /** Counts wrong links and codes; shared with the API. */
  wrongCodes: Limit;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/**
 * Sends the pages' answers: a page by its template, or one that only has a message (what went wrong, what to do now).
 */
export class Answers {
  constructor(private readonly needs: AnswersNeeds) {}

  /**
   * Renders a page and sends it. Sets the language's header, and lets scripts run on the pages that have one.
   * @param context what the template is given, beside what all pages have
   * @param self the page's own address, for the link to the other language; left out: the page that asks for a code
   */
  page(res: Response, status: number, name: PageName, wording: Wording, context: Context, self = '/p'): void {
    const { assets, orgName, contact } = this.needs;
    const { language } = wording;
    const other: Language = language === 'en' ? 'zh-CN' : 'en';
    const drafts = WITH_DRAFT.includes(name);
    if (drafts) res.set('Content-Security-Policy', `${POLICY}; script-src 'self'`);
    const html = this.needs.render(name, language, {
      ...context,
      title:
        context.title ??
        context.heading ??
        inLanguage({ zh: '查办理进展', en: 'Progress of your complaint' }, language),
      lang: language,
      org: orgName,
      contact: contact === '' ? null : contact,
      // Shown where there is danger, so only a contact that is a telephone number: a mail is too slow then.
      telephone: contact.includes('@') || !/\d{3}/.test(contact) ? null : contact,
      css: assets.cssUrl,
      draft: drafts ? assets.draftUrl : null,
      nonce: randomBytes(16).toString('base64url'),
      switchUrl: withLang(self, other),
      switchLang: other,
      switchName: other === 'en' ? 'English' : '中文',
    });
    res.status(status).type('html').set('Content-Language', language).vary('Accept-Language').send(html);
  }

  /**
   * Sends a page with a message of `MESSAGES`.
   * @param href where its button leads; left out: at 404 to the page that asks for a code, else there is no button
   */
  message(req: Request, res: Response, status: number, what: Message, href?: string): void {
    const wording = this.wordingOf(req);
    const say = (words: { zh: string; en: string }) => inLanguage(words, wording.language);
    const { heading, body } = MESSAGES[what];
    // A 404 always offers a way on, since its reader came by a link that leads nowhere.
    const way = href ?? (status === 404 ? withLang('/p', wording.language) : undefined);
    const action = href === undefined ? MESSAGES.unknown.action : MESSAGES.submitted.action;
    this.page(res, status, 'message', wording, {
      narrow: true,
      caseNo: null,
      heading: say(heading),
      body: say(body),
      href: way ?? null,
      action: say(action),
    });
  }

  /** Answers an unknown link, or a number and code that do not fit, with 404; after too many of them with 429. */
  async unknown(req: Request, res: Response): Promise<void> {
    if (!(await this.tooManyMisses(req, res))) this.message(req, res, 404, 'unknown');
  }

  /**
   * Counts a wrong link or code, and answers 429 after too many. To be called only after the look-up has failed: a
   * customer with the right code is then never locked out by others behind the same address.
   * @returns true when the answer has been sent
   */
  tooManyMisses(req: Request, res: Response): Promise<boolean> {
    return this.tooOften(this.needs.wrongCodes, req, res);
  }

  /** Counts the request for this limit; after too many answers 429 with `Retry-After`. @returns true when it has */
  async tooOften(limit: Limit, req: Request, res: Response): Promise<boolean> {
    const waitSeconds = await limit.count(req);
    if (waitSeconds === undefined) return false;
    res.set('Retry-After', String(waitSeconds));
    this.message(req, res, 429, 'tooOften');
    return true;
  }

  /**
   * Answers a form by what became of it. Taken: 303 to `done`. Accepted: 202, a message that leads to `back`. Unknown:
   * as `unknown`. Refused (409) or nothing stored (503): the form again, by `again`, so that what was typed is not
   * lost.
   * @param back the page that shows the result
   * @param again shows the form with what was typed, under this status and with this sentence above it
   * @param done where to go when it was taken at once; left out: `back`
   */
  async submitted(
    req: Request,
    res: Response,
    outcome: Submitted,
    back: string,
    again: (status: number, tell: (language: Language) => Tell) => Promise<void>,
    done = back,
  ): Promise<void> {
    switch (outcome.kind) {
      case 'taken':
        return res.redirect(303, done);
      case 'accepted':
        return this.message(req, res, 202, 'submitted', back);
      case 'unknown':
        return this.unknown(req, res);
      case 'refused':
        return again(409, (language) => tellWords(outcome.words, language));
      case 'away':
        res.set('Retry-After', '10');
        return again(503, (language) => tellWords(NOT_SAVED, language));
    }
  }

  /**
   * The language to answer in, and the present time. The language that was chosen on the page (`lang`) goes first, then
   * that of the complaint, then what the browser prefers.
   * @param of the language of the complaint, where one is shown
   */
  wordingOf(req: Request, of?: Language): Wording {
    const preferred = req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh-CN';
    return { language: langOf(req) ?? of ?? preferred, now: toInstant((this.needs.clock ?? Date.now)()) };
  }
}
