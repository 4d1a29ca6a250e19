import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The directory of package.json. The same file runs from `src/` (under jest) and from `dist/src/` (built), so
 * migrations, templates and the workflow bundle are looked up from here and never relative to a source file.
 */
export const PROJECT_ROOT = findRoot(__dirname);

/** The workflow code, bundled by the build. Workers and tests load this same file. */
export const WORKFLOW_BUNDLE = join(PROJECT_ROOT, 'dist', 'workflow-bundle.js');

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json was not found above the running program');
  return findRoot(parent);
}
