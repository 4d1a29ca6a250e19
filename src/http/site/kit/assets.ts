import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { PROJECT_ROOT } from '../../../paths';

const PUBLIC = join(PROJECT_ROOT, 'src', 'http', 'public');

/** For addresses with the content's hash: another content is another address. */
const FOR_GOOD = 'public, max-age=31536000, immutable';
const FOR_A_DAY = 'public, max-age=86400';

/** Files of packages, by the names that `FILES` has for them. */
const OF_PACKAGES: Readonly<Record<string, string>> = {
  htmx: 'htmx.org/dist/htmx.min.js',
  'hx-sse': 'htmx.org/dist/ext/hx-sse.min.js',
};

/**
 * The files that pages load, each with its type and what it is put together from: files of src/http/public, or of a package.
 */
const FILES = {
  'customer.css': { type: 'text/css', of: ['base.css', 'customer.css'] },
  'desk.css': { type: 'text/css', of: ['base.css', 'desk.css'] },
  'favicon.svg': { type: 'image/svg+xml', of: ['favicon.svg'] },
  /** With these the desk can be installed like a program. */
  'desk.webmanifest': { type: 'application/manifest+json', of: ['desk.webmanifest'] },
  'icon-192.png': { type: 'image/png', of: ['icon-192.png'] },
  'icon-512.png': { type: 'image/png', of: ['icon-512.png'] },
  'icon-maskable-512.png': { type: 'image/png', of: ['icon-maskable-512.png'] },
  /** Keeps a draft of the complaint form in the browser. */
  'draft.js': { type: 'text/javascript', of: ['draft.js'] },
  /** The same where the form stands in a page of another site, which is told how tall it is. */
  'framed.js': { type: 'text/javascript', of: ['draft.js', 'framed.js'] },
  /** What that page loads: it puts the form there. */
  'embed.js': { type: 'text/javascript', of: ['embed.js'] },
  /** The same for the chat: a button that opens it. */
  'embed-chat.js': { type: 'text/javascript', of: ['embed-chat.js'] },
  /** Brings what is said in a chat as it is said. */
  'chat.js': { type: 'text/javascript', of: ['chat.js'] },
  /** Times tick, keys answer, changes show, what is typed is kept, files dropped, passkeys asked, devices allowed. */
  'desk.js': {
    type: 'text/javascript',
    of: ['htmx', 'hx-sse', 'desk.js', 'live.js', 'keep.js', 'drop.js', 'passkeys.js', 'push.js'],
  },
  /** Shows what the house pushes to a browser of staff. */
  'push-worker.js': { type: 'text/javascript', of: ['push-worker.js'] },
} as const;
/** Whoever loads these does not know the hash, so they are not kept for good. */
const BY_NAME: readonly string[] = [
  'favicon.svg',
  'desk.webmanifest',
  'icon-192.png',
  'icon-512.png',
  'icon-maskable-512.png',
  'push-worker.js',
  'embed.js',
  'embed-chat.js',
];

/** The files that pages load: style sheets, icon and scripts. */
export interface Assets {
  /** Serves all of them under /public. */
  router: Router;
  /** The address of one, with a hash of the content, so that browsers may keep the file for ever. */
  urlOf(name: keyof typeof FILES): string;
}

const fileOf = (part: string): string => {
  const path = OF_PACKAGES[part];
  return path === undefined ? join(PUBLIC, part) : require.resolve(path);
};

/** Reads the files once. @throws Error when one is missing */
export function loadAssets(): Assets {
  const router = Router();
  const urls = new Map<string, string>();
  for (const [name, { type, of }] of Object.entries(FILES)) {
    const path = `/public/${name}`;
    const parts = of.map((part) => readFileSync(fileOf(part)));
    // An image is one file, and no text.
    const content = type === 'image/png' ? Buffer.concat(parts) : parts.map((part) => part.toString()).join('\n');
    router.get(path, (_req, res) => {
      res.set({ 'Cache-Control': BY_NAME.includes(name) ? FOR_A_DAY : FOR_GOOD, 'X-Content-Type-Options': 'nosniff' });
      // It has a policy of its own, and its place is the desk.
      if (name === 'push-worker.js') {
        res.set({ 'Content-Security-Policy': "default-src 'none'", 'Service-Worker-Allowed': '/desk' });
      }
      // Everything else of ours is for our own pages.
      if (name === 'embed.js' || name === 'embed-chat.js') res.set('Cross-Origin-Resource-Policy', 'cross-origin');
      res.type(type).send(content);
    });
    urls.set(name, `${path}?v=${createHash('sha256').update(content).digest('hex').slice(0, 12)}`);
  }
  return { router, urlOf: (name) => urls.get(name) ?? `/public/${name}` };
}
