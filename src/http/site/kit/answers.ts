import type { Request, Response } from 'express';
import type { Language, Words } from '../../../domain/basics/types';
import { toInstant } from '../../../domain/time/duration';
import type { Context } from '../../../render/engine';
import { inLanguage } from '../../../render/words';
import type { Limit } from '../../middleware/limits';
import { framedPolicy, OUR_SCRIPT_POLICY } from './headers';
import type { CommonMessage, Message } from './messages';
import { langOf, withLang } from './request';
import type { PageTemplates } from './templates';
import type { Wording } from './wording';

/** What is around a page: the context of its layout, and whether scripts of ours may run on it. */
export interface Frame {
  context: Context;
  runsScript: boolean;
  /** The origin of the one site whose pages may show it in a frame; left out: none may. Such a page runs scripts. */
  framedBy?: string | undefined;
}

/** What all answers need. */
export interface AnswersNeeds<Page extends string, Name extends string> {
  render: PageTemplates<Page>;
  messages: Readonly<Record<Name | CommonMessage, Message>>;
  /** The address for the link to the other language where a page does not say its own. */
  home: string;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/**
 * Sends the answers of a part of the site: a page by its template, or one that only has a message (what went wrong,
 * what to do now). Each part says what is around its pages.
 */
export abstract class Answers<Page extends string, Name extends string> {
  constructor(private readonly answering: AnswersNeeds<Page | 'message', Name>) {}

  /** What is around a page. */
  protected abstract frame(res: Response, name: Page | 'message', wording: Wording): Frame;

  /**
   * Renders a page and sends it. Sets the language's header, and lets scripts run on the pages that have one.
   * @param context what the template is given, beside what all pages have. The page's title is its `title`, else its
   *   `heading`, else that of the frame.
   * @param self the page's own address; left out: `home`
   */
  page(
    res: Response,
    status: number,
    name: Page | 'message',
    wording: Wording,
    context: Context,
    self = this.answering.home,
  ): void {
    const { language } = wording;
    const frame = this.frame(res, name, wording);
    if (frame.framedBy !== undefined) {
      // The older header knows no other site.
      res.set('Content-Security-Policy', framedPolicy(frame.framedBy)).removeHeader('X-Frame-Options');
    } else if (frame.runsScript) res.set('Content-Security-Policy', OUR_SCRIPT_POLICY);
    const other: Language = language === 'en' ? 'zh-CN' : 'en';
    const html = this.answering.render(name, language, {
      ...frame.context,
      ...context,
      title: context.title ?? context.heading ?? frame.context.title ?? null,
      lang: language,
      switchUrl: withLang(self, other),
      switchLang: other,
      switchName: other === 'en' ? 'English' : '中文',
    });
    res.status(status).type('html').set('Content-Language', language).vary('Accept-Language').send(html);
  }

  /** Sends a page with a message. @param href where its button leads; left out: where the message says */
  message(req: Request, res: Response, status: number, name: Name | CommonMessage, href?: string): void {
    const { heading, body, action, to }: Message = this.answering.messages[name];
    const wording = this.wordingOf(req);
    const say = (words: Words): string => inLanguage(words, wording.language);
    this.page(res, status, 'message', wording, {
      narrow: true,
      caseNo: null,
      heading: say(heading),
      body: say(body),
      href: href ?? (to === undefined ? null : withLang(to, wording.language)),
      action: action ? say(action) : null,
    });
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
   * The language to answer in, and the present time. The language that was chosen on the page (`lang`) goes first, then
   * that of what is shown, then what the browser prefers.
   * @param of the language of the complaint or of the reader, where it is known
   */
  wordingOf(req: Request, of?: Language): Wording {
    const preferred = req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh-CN';
    return { language: langOf(req) ?? of ?? preferred, now: toInstant((this.answering.clock ?? Date.now)()) };
  }
}
