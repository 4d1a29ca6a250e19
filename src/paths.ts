import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The directory of package.json. The same file runs from `src/` (under jest) and from `dist/src/` (built), so what is
 * not code (migrations, templates, the workflow bundle) is found from here and never relative to a source file.
 */
export const PROJECT_ROOT = findRoot(__dirname);

/** Workflow code, bundled once by the build and tested as such: workers load this very file. */
export const WORKFLOW_BUNDLE = join(PROJECT_ROOT, 'dist', 'workflow-bundle.js');

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json was not found above the running program');
  return findRoot(parent);
}
