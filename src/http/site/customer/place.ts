import type { Request } from 'express';
import type { Words } from '../../../domain/basics/types';
import { queried } from '../kit/request';

/** Where complaint form and chat stand: on our own site, or in a frame within a page of another site. */
export interface Place {
  /** The path of the form, or of the chat. Those of its receipts begin with it. */
  readonly path: string;
  /** The origin of the site whose page shows what a request is answered with; undefined: our own, or none. */
  siteOf(req: Request): string | undefined;
  /** How that page looks; undefined: as the browser prefers. */
  themeOf(req: Request): 'light' | 'dark' | undefined;
  /**
   * Makes an address of this place, which knows of the site what the request's own one knows.
   * @param behind what follows that path
   * @param query pairs joined by `&`
   */
  to(req: Request, behind?: string, query?: string): string;
}

/** Our own site. */
const ownAt = (path: string): Place => ({
  path,
  siteOf: () => undefined,
  themeOf: () => undefined,
  to: (_req, behind = '', query = '') => `${path}${behind}${query === '' ? '' : `?${query}`}`,
});
export const OWN_SITE = ownAt('/complain');
export const OWN_CHAT = ownAt('/chat');

/** For addresses that stand in a frame: `site` says where, and the answer's policy has the browser see to it. */
const FRAMED = '/embed/';

/**
 * A page of another site. Its name is in the address of each request, also of those that are answered by a refusal before
 * their form is read: every answer has to be shown there.
 * @param sites origins that the house allows
 */
export const framedIn = (sites: readonly string[], what: 'complaint' | 'chat'): Place => ({
  path: `${FRAMED}${what}`,
  siteOf(req) {
    const site = queried(req, 'site');
    return sites.includes(site) ? site : undefined;
  },
  themeOf(req) {
    const theme = queried(req, 'theme');
    // Most sites are light, whatever the browser prefers.
    return theme === 'auto' ? undefined : theme === 'dark' ? 'dark' : 'light';
  },
  to(req, behind = '', query = '') {
    const theme = queried(req, 'theme');
    const carried = [
      ...(query === '' ? [] : [query]),
      `site=${encodeURIComponent(queried(req, 'site'))}`,
      ...(theme === 'dark' || theme === 'auto' ? [`theme=${theme}`] : []),
    ];
    return `${FRAMED}${what}${behind}?${carried.join('&')}`;
  },
});

/** What the list of addresses says of one of this place, beside what it is. */
export const inFrame = ({ path }: Place): Words =>
  path.startsWith(FRAMED) ? { zh: '，在别的网站的网页里', en: ', within a page of another site' } : { zh: '', en: '' };

/** A site by its name, as staff read it: `www.example.com`. @param site its origin */
export const siteName = (site: string): string => new URL(site).host;
