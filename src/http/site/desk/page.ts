import type { Cases } from '../../../cases';
import type { DeskAnswers } from './answers';
import type { DeskRoute } from './route';
import type { Cookies } from './session';

/** What the desk's pages work with; each page names the parts it needs. */
export interface DeskNeeds {
  cases: Pick<
    Cases,
    | 'handling'
    | 'complaints'
    | 'formDrafts'
    | 'following'
    | 'notices'
    | 'noticeChoices'
    | 'devices'
    | 'views'
    | 'roster'
    | 'board'
    | 'signIn'
    | 'evidence'
    | 'policies'
    | 'reports'
    | 'inbound'
    | 'chats'
    | 'webhooks'
    | 'rooms'
    | 'wechat'
    | 'trackers'
    | 'platforms'
    | 'platformCases'
    | 'tickets'
    | 'imports'
    | 'calls'
    | 'messages'
    | 'connections'
    | 'reading'
    | 'library'
    | 'care'
    | 'suggestions'
    | 'causes'
    | 'figures'
    | 'periodReports'
    | 'exports'
    | 'actions'
    | 'inboundHooks'
  >;
  answers: DeskAnswers;
  cookies: Cookies;
  /** Where customers and staff reach us. */
  publicUrl: string;
  /** Origins of sites whose pages may show the complaint form. */
  embedSites: readonly string[];
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** Makes the addresses of a page: the page itself and the forms on it. */
export type DeskPage = (needs: DeskNeeds) => DeskRoute[];
