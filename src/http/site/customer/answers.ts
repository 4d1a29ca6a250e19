import type { Request, Response } from 'express';
import type { Submitted } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import { inLanguage } from '../../../render/words';
import type { Limit } from '../../middleware/limits';
import { Answers, type Frame } from '../kit/answers';
import type { Assets } from '../kit/assets';
import { newNonce, withLang } from '../kit/request';
import type { PageTemplates } from '../kit/templates';
import { tellWords, type Tell, type Wording } from '../kit/wording';
import { CUSTOMER_MESSAGES } from './messages';
import type { Place } from './place';

/** A template in templates/pages/customer/. */
export type CustomerPage =
  | 'care'
  | 'complain'
  | 'receipt'
  | 'chat'
  | 'channels'
  | 'find'
  | 'help'
  | 'help-article'
  | 'lost'
  | 'progress'
  | 'proposal'
  | 'survey'
  | 'message';

/** The pages with a script (public/draft.js): the form keeps a draft in the browser, the receipt clears it. */
const WITH_DRAFT: readonly CustomerPage[] = ['complain', 'receipt'];

/** What a form shows above what was typed when nothing could be stored. */
export const NOT_SAVED = {
  zh: '没有保存成功，您写的内容还在。请过一会儿再试一次。',
  en: 'This was not saved; what you wrote is still here. Please try again in a moment.',
};

/** What the customers' answers are made with. */
export interface CustomerAnswersNeeds {
  render: PageTemplates<CustomerPage>;
  assets: Pick<Assets, 'urlOf'>;
  orgName: string;
  /** How else the organisation is reached, for the foot of each page; empty: not shown. */
  contact: string;
  /** Counts wrong links and codes; shared with the API. */
  wrongCodes: Limit;
  /** Where its pages stand. */
  place: Place;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/** Sends the answers of the customers' pages. */
export class CustomerAnswers extends Answers<CustomerPage, keyof typeof CUSTOMER_MESSAGES> {
  constructor(private readonly needs: CustomerAnswersNeeds) {
    super({ render: needs.render, messages: CUSTOMER_MESSAGES, home: '/p', clock: needs.clock });
  }

  protected frame(res: Response, name: CustomerPage, { language }: Wording): Frame {
    const { assets, orgName, contact, place } = this.needs;
    const drafts = WITH_DRAFT.includes(name);
    const isChat = name === 'chat';
    const site = place.siteOf(res.req);
    return {
      runsScript: drafts || isChat,
      framedBy: site,
      context: {
        title: inLanguage({ zh: '查办理进展', en: 'Progress of your complaint' }, language),
        org: orgName,
        contact: contact === '' ? null : contact,
        // Shown where there is danger, so only a contact that is a telephone number: a mail is too slow then.
        telephone: contact.includes('@') || !/\d{3}/.test(contact) ? null : contact,
        css: assets.urlOf('customer.css'),
        script: isChat
          ? assets.urlOf('chat.js')
          : site !== undefined
            ? assets.urlOf('framed.js')
            : drafts
              ? assets.urlOf('draft.js')
              : null,
        // In a frame the page has no head and foot of its own.
        site: site ?? null,
        back: site === undefined ? null : withLang(place.to(res.req), language),
        theme: place.themeOf(res.req) ?? null,
        nonce: newNonce(),
      },
    };
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
}
