import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { PROJECT_ROOT } from '../../paths';

const PUBLIC = join(PROJECT_ROOT, 'src', 'http', 'public');

const FOR_GOOD = 'public, max-age=31536000, immutable';
const FOR_A_DAY = 'public, max-age=86400';

/** What the pages load beside themselves. */
export interface Assets {
  /** Where all of it is served. */
  router: Router;
  /** With the hash of the content: a new release is another address. */
  cssUrl: string;
  draftUrl: string;
}

export function loadAssets(): Assets {
  const router = Router();
  /** @returns the address that pages name */
  const serve = (name: string, type: string, cacheControl: string): string => {
    const path = `/public/${name}`;
    const content = readFileSync(join(PUBLIC, name), 'utf8');
    router.get(path, (_req, res) => {
      res.set({ 'Cache-Control': cacheControl, 'X-Content-Type-Options': 'nosniff' });
      res.type(type).send(content);
    });
    return `${path}?v=${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  };
  const cssUrl = serve('redress.css', 'text/css', FOR_GOOD);
  serve('favicon.svg', 'image/svg+xml', FOR_A_DAY);
  // The form and its receipt keep, and clear, a draft in the browser; no other page has a script.
  const draftUrl = serve('draft.js', 'text/javascript', FOR_GOOD);
  return { router, cssUrl, draftUrl };
}
