import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The built programs. */
export const DIST = join(ROOT, 'dist');
/** The built workflow code, which workers load. */
export const BUNDLE = join(DIST, 'workflow-bundle.js');

/** The folder of fetched and built servers, which all clones of a user share. */
export const CACHE =
  process.env.REDRESS_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'redress');
