import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { PROJECT_ROOT } from '../../paths';

const PUBLIC = join(PROJECT_ROOT, 'src', 'http', 'public');

/** For addresses with the content's hash: another content is another address. */
const FOR_GOOD = 'public, max-age=31536000, immutable';
const FOR_A_DAY = 'public, max-age=86400';

/** The files that pages load: style sheet, icon and script. */
export interface Assets {
  /** Serves all of them under /public. */
  router: Router;
  /** Address with a hash of the content, so that browsers may keep the file for ever. */
  cssUrl: string;
  /** The script that keeps a draft of the form; likewise with its hash. */
  draftUrl: string;
}

/** Reads the files from src/http/public once. @throws Error when one is missing */
export function loadAssets(): Assets {
  const router = Router();
  /** Serves one file; @returns its address with the hash */
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
  const draftUrl = serve('draft.js', 'text/javascript', FOR_GOOD);
  return { router, cssUrl, draftUrl };
}
