/** Nothing from other origins, no inline style, never in a frame. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Content security policy of a page that runs scripts of ours; others run none. */
export const OUR_SCRIPT_POLICY = `${POLICY}; script-src 'self'; connect-src 'self'; manifest-src 'self'`;

/** Headers of every page. No caching, since pages and their addresses hold what only their reader may see. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};
