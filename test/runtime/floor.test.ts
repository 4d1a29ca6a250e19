import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/paths';
import floor from './floor.json';

const text = readFileSync(join(PROJECT_ROOT, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(text) as {
  packages: Record<string, { version?: string; resolved?: string; optionalDependencies?: Record<string, string> }>;
};

/** Every resolved copy, also those nested below another package. */
const copies = (lock: typeof packages, wanted: (name: string) => boolean) =>
  Object.entries(lock)
    .map(([path, { version = '' }]) => ({ path, name: path.split('node_modules/').at(-1) ?? '', version }))
    .filter(({ name }) => wanted(name));

function atLeast(version: string, least: string): boolean {
  const [left, right] = [version, least].map((one) => one.split('-', 1)[0]?.split('.').map(Number) ?? []);
  for (const at of [0, 1, 2]) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  // A pre-release of the fixed version need not have the fix.
  return !version.includes('-');
}

const tooOld = (lock: typeof packages) =>
  Object.entries(floor).flatMap(([name, least]) =>
    copies(lock, (other) => other === name)
      .filter(({ version }) => !atLeast(version, least))
      .map(({ path, version }) => `${path} ${version} < ${least}`),
  );

test('no locked package is older than the fix of a published vulnerability', () => {
  expect(tooOld(packages)).toEqual([]);
  for (const name of Object.keys(floor)) expect(copies(packages, (other) => other === name)).not.toEqual([]);
});

test('the floor sees an old copy, also a nested one and a pre-release of the fix', () => {
  const lock = {
    'node_modules/nodemailer': { version: '10.6.0' },
    'node_modules/maildev/node_modules/nodemailer': { version: '7.0.13' },
    'node_modules/handlebars': { version: '4.7.9-beta.1' },
  };
  expect(tooOld(lock)).toEqual([
    'node_modules/handlebars 4.7.9-beta.1 < 4.7.9',
    'node_modules/maildev/node_modules/nodemailer 7.0.13 < 9.0.1',
  ]);
});

test('all @temporalio packages have one version: mixed ones break instanceof', () => {
  const versions = copies(packages, (name) => name.startsWith('@temporalio/')).map(({ version }) => version);
  expect(versions.length).toBeGreaterThan(5);
  expect([...new Set(versions)]).toHaveLength(1);
});

test('the lockfile names no registry: it installs from whichever one is configured', () => {
  expect(text.match(/https?:\/\/[^"/]*\/[^"]*\.tgz/)?.[0]).toBeUndefined();
  expect(Object.values(packages).filter(({ resolved }) => resolved)).toEqual([]);
});

test('the lockfile is complete for every platform, or npm ci refuses it on all of them (mend: npm run lock)', () => {
  const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const missing = Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.entries(optionalDependencies))
    .filter(([name, version]) => /^\d+\.\d+\.\d+/.test(version) && !locked.has(name))
    .map(([name]) => name);
  expect(missing).toEqual([]);
});
