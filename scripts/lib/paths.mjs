import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const DIST = join(ROOT, 'dist');
export const BUNDLE = join(DIST, 'workflow-bundle.js');

/** Fetched servers, shared by all clones of a user. */
export const CACHE =
  process.env.REDRESS_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'redress');
