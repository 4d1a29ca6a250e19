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

/** The form and its receipt keep, and clear, a draft in the browser; no other page has a script. */
const WITH_DRAFT: readonly PageName[] = ['complain', 'receipt'];

/** No script, no inline style, nothing from elsewhere, in nobody's frame. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export const PAGE_HEADERS = {
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

export const NOT_SAVED = {
  zh: '没有保存成功，您写的内容还在。请过一会儿再试一次。',
  en: 'This was not saved; what you wrote is still here. Please try again in a moment.',
};

export interface AnswersNeeds {
  render: PageTemplates;
  assets: Pick<Assets, 'cssUrl' | 'draftUrl'>;
  orgName: string;
  /** How the house is reached besides; empty: not told. */
  contact: string;
  /** Of misses: links and codes that nobody has. */
  wrongCodes: Limit;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/** How all pages answer: a page of their own, or one that says what went otherwise. */
export class Answers {
  constructor(private readonly needs: AnswersNeeds) {}

  /** @param self where the other language is found; pages without one of their own offer the way in */
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
      // Nobody writes a mail in an emergency.
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

  message(req: Request, res: Response, status: number, what: Message, href?: string): void {
    const wording = this.wordingOf(req);
    const say = (words: { zh: string; en: string }) => inLanguage(words, wording.language);
    const { heading, body } = MESSAGES[what];
    // Nobody is left without a way on.
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

  /** No such link, or a number and code that do not fit: for whoever guesses on, after a while 429. */
  async unknown(req: Request, res: Response): Promise<void> {
    if (!(await this.tooManyMisses(req, res))) this.message(req, res, 404, 'unknown');
  }

  /** Only misses count, and only misses are refused: a customer with a good link is never locked out. */
  tooManyMisses(req: Request, res: Response): Promise<boolean> {
    return this.slow(this.needs.wrongCodes, req, res);
  }

  /** @returns true when this was too much and has been answered so */
  async slow(limit: Limit, req: Request, res: Response): Promise<boolean> {
    const waitSeconds = await limit.wait(req);
    if (waitSeconds === undefined) return false;
    res.set('Retry-After', String(waitSeconds));
    this.message(req, res, 429, 'slow');
    return true;
  }

  /**
   * What became of a form. What was typed is shown again, where it could not be stored.
   * @param back where the result is to be seen
   * @param done where it leads when it was taken at once
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

  wordingOf(req: Request, of?: Language): Wording {
    const spoken = req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh-CN';
    return { language: langOf(req) ?? of ?? spoken, now: toInstant((this.needs.clock ?? Date.now)()) };
  }
}
