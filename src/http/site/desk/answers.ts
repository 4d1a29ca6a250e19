import type { Request, Response } from 'express';
import { actorOf, isRefused } from '../../../cases';
import type { Language, Words } from '../../../domain/basics/types';
import { nameWords, ROLE_WORDS } from '../../../domain/basics/words';
import { initialOf } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { Answers, type Frame } from '../kit/answers';
import type { Assets } from '../kit/assets';
import type { PageTemplates } from '../kit/templates';
import type { Wording } from '../kit/wording';
import { keysContext, PLACE_KEYS } from './keyboard';
import { DESK_MESSAGES } from './messages';
import { mayOpen, type DeskRoute } from './route';
import { chatsWaitIn, signedInOf, unreadIn, type Cookies } from './session';
import { callsContext } from './shown-calls';

/** A template in templates/pages/desk/. */
export type DeskTemplate =
  | 'sign-in'
  | 'code'
  | 'password'
  | 'forgot'
  | 'day'
  | 'cases'
  | 'bulk'
  | 'board'
  | 'board-plan'
  | 'notices'
  | 'import'
  | 'imports'
  | 'inbox'
  | 'chat'
  | 'chats'
  | 'topics'
  | 'care-list'
  | 'care-one'
  | 'action'
  | 'actions'
  | 'suggestion'
  | 'suggestions'
  | 'waiting'
  | 'phone'
  | 'phone-read'
  | 'phone-filed'
  | 'case'
  | 'case-looks'
  | 'account'
  | 'account-notices'
  | 'people'
  | 'webhook'
  | 'webhooks'
  | 'channels'
  | 'reading'
  | 'library'
  | 'library-entry'
  | 'library-form'
  | 'library-training'
  | 'figures'
  | 'exports'
  | 'causes'
  | 'figure'
  | 'figure-cases'
  | 'report'
  | 'reports'
  | 'hooks'
  | 'hook'
  | 'wechat-account'
  | 'wechat-accounts'
  | 'room'
  | 'rooms'
  | 'tracker'
  | 'trackers'
  | 'platform'
  | 'platforms'
  | 'site-form'
  | 'go'
  | 'message';

/** Pages for whoever is not signed in yet: one column, without navigation. */
const BEFORE: readonly DeskTemplate[] = ['sign-in', 'code', 'password', 'forgot'];

/** What the bell shows at most. */
const MOST_SHOWN = 99;

/** What the desk's answers are made with. */
export interface DeskAnswersNeeds {
  render: PageTemplates<DeskTemplate>;
  assets: Pick<Assets, 'urlOf'>;
  cookies: Cookies;
  orgName: string;
  /** All addresses of the desk, for the navigation. */
  routes: () => readonly DeskRoute[];
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** Sends the answers of the desk. */
export class DeskAnswers extends Answers<DeskTemplate, keyof typeof DESK_MESSAGES> {
  constructor(private readonly needs: DeskAnswersNeeds) {
    super({ render: needs.render, messages: DESK_MESSAGES, home: '/desk', clock: needs.clock });
  }

  protected frame(res: Response, name: DeskTemplate, wording: Wording): Frame {
    const { language, now } = wording;
    const { assets, orgName, cookies } = this.needs;
    const say = (words: Words): string => inLanguage(words, language);
    const reader = signedInOf(res);
    const isInside = reader !== undefined && !BEFORE.includes(name);
    const places = isInside ? this.navigation(res, language) : [];
    const nav = places.filter(({ behind }) => behind === null);
    const look = cookies.look(res.req);
    const unread = isInside ? unreadIn(res) : 0;
    // On the pages of chats they stand in the list.
    const chatsWait = isInside && !res.req.path.startsWith('/desk/chats') ? chatsWaitIn(res) : 0;
    return {
      runsScript: true,
      context: {
        title: say({ zh: '投诉闭环', en: 'Redress' }),
        org: orgName,
        css: assets.urlOf('desk.css'),
        js: assets.urlOf('desk.js'),
        theme: look.theme ?? null,
        compact: look.compact ?? false,
        here: res.req.originalUrl,
        // The page's script counts from here: the clock of whoever reads may be wrong.
        now,
        wide: false,
        // Whether the page shows changes as they happen, and of which cases beside those on it (`Followed`).
        live: false,
        also: null,
        unread,
        unreadShown: unread > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unread),
        chatsWait: chatsWait === 0 ? null : { count: chatsWait, isOne: chatsWait === 1 },
        // Before the title, so that it is seen from another window.
        titleCount: unread + chatsWait,
        calls: isInside ? callsContext(res, wording) : [],
        csrf: reader?.formToken ?? null,
        me: isInside
          ? {
              name: say(nameWords(reader.user)),
              initial: initialOf(say(nameWords(reader.user))),
              role: say(ROLE_WORDS[reader.user.role]),
            }
          : null,
        nav,
        behind: places.filter(({ behind }) => behind !== null),
        ofHouse: nav.filter(({ isOfHouse }) => isOfHouse),
        keys: keysContext(nav, language),
      },
    };
  }

  /**
   * The places that this reader may go to. The one whose address begins this page's is marked, or the one that it is
   * behind.
   */
  private navigation(res: Response, language: Language) {
    const reader = signedInOf(res);
    const path = res.req.originalUrl.split('?', 1)[0] ?? '';
    const places = this.needs
      .routes()
      .filter((route) => route.nav && reader && mayOpen(route, actorOf(reader.user)))
      .toSorted((a, b) => Number(a.nav?.isOfHouse === true) - Number(b.nav?.isOfHouse === true));
    const current = places
      .filter((place) => path === place.path || path.startsWith(`${place.path}/`))
      .toSorted((a, b) => b.path.length - a.path.length)[0];
    const marked = current?.nav?.behind ?? current?.path;
    return places.map((place) => ({
      href: place.path,
      name: place.nav ? inLanguage(place.nav.name, language) : '',
      icon: place.nav?.icon ?? '',
      key: PLACE_KEYS[place.path] ?? null,
      current: place.path === marked,
      isOfHouse: place.nav?.isOfHouse === true,
      behind: place.nav?.behind ?? null,
    }));
  }

  /** In the language that the reader has chosen in this browser, else in that of their mails. */
  override wordingOf(req: Request): Wording {
    const reader = req.res && signedInOf(req.res);
    return super.wordingOf(req, this.needs.cookies.look(req).language ?? reader?.user.language);
  }

  /**
   * Answers what a use case refused, where the page has no better place for it: what is not there or not theirs, and too
   * many requests.
   * @returns false for every other error
   */
  refused(error: unknown, req: Request, res: Response): boolean {
    if (isRefused(error, 'notFound') || isRefused(error, 'forbidden')) this.message(req, res, 404, 'unknown');
    else if (isRefused(error, 'gone')) this.message(req, res, 410, 'linkOver');
    else if (isRefused(error, 'tooMany')) {
      res.set('Retry-After', String(error.details.retryAfterSeconds ?? 60));
      this.message(req, res, 429, 'tooOften');
    } else return false;
    return true;
  }
}
