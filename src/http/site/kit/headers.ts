/** Nothing from other origins, no inline style. @param around which pages may show it in a frame */
const policyWithin = (around: string): string =>
  `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ${around}`;
const SCRIPT = "script-src 'self'; connect-src 'self'; manifest-src 'self'";

/** Never in a frame. */
const POLICY = policyWithin("'none'");

/** Content security policy of a page that runs scripts of ours; others run none. */
export const OUR_SCRIPT_POLICY = `${POLICY}; ${SCRIPT}`;

/** The same of a page that stands in a frame on one other site, and on no third around that. @param site its origin */
export const framedPolicy = (site: string): string => `${policyWithin(site)}; ${SCRIPT}`;

/** Headers of every page. No caching, since pages and their addresses hold what only their reader may see. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};
