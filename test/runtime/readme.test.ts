import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fields } from '../../src/config';
import { PROJECT_ROOT } from '../../src/paths';

/** A page that says what is not so is worse than none: whatever can be checked against the code is. */

const SKIPPED = new Set(['node_modules', 'dist', '.git', '.data', '.cache', 'histories']);

/** Every file of the project, by its path from the root. */
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesUnder(path);
    return [relative(PROJECT_ROOT, path)];
  });
}

const FILES = filesUnder(PROJECT_ROOT);
const PAGES = FILES.filter((path) => /^(?:docs\/.*|[^/]+)\.md$/.test(path));
/** Each with its equal in Chinese beside it. */
const PAIRS = PAGES.filter((path) => PAGES.includes(path.replace(/\.md$/, '.zh-CN.md')));

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const outsideCode = (text: string): string => text.replace(/```[\s\S]*?```/g, '');
const spans = (text: string): string[] => [...outsideCode(text).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '');

/** Asked for by docker-compose.yml or by a recording, and no part of src/config.ts. */
const OTHERS = [
  'REDRESS_VOLUME',
  'POSTGRES_PASSWORD',
  'TEMPORAL_POSTGRES_PASSWORD',
  'RECORD_AS',
  'RECORD_POLICY',
  'NODE_EXTRA_CA_CERTS',
];
/** Names in capitals that are no variables: the walk-through's own, and words. */
const WORDS = ['DATA', 'API', 'CNY', 'CASE', 'END', 'PATH', 'NOTICE', 'LICENSE'];

/** A constant of the code may be named as well. */
const CONSTANTS = new Set(
  FILES.filter((path) => /^(?:src|workflows|activities)\/.*\.ts$/.test(path)).flatMap((path) =>
    [...read(path).matchAll(/^(?:export )?const ([A-Z][A-Z_]+)\b/gm)].map(([, name]) => name),
  ),
);

test('these are the pages', () => {
  expect(PAGES.length).toBeGreaterThan(10);
  expect(PAIRS).toEqual(expect.arrayContaining(['README.md', 'docs/guide.md', 'docs/deployment.md']));
});

test.each(PAGES)('%s names only npm scripts that exist', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm run ([a-z][a-z:-]*)/g)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test.each(PAGES)('%s names no variable that does not exist', (page) => {
  const named = [...read(page).matchAll(/(?:`|^|\n)([A-Z][A-Z_]{2,})(?=[`=])/g)].map(([, name]) => name ?? '');
  const known = new Set([...Object.keys(fields), ...OTHERS, ...WORDS]);
  expect([...new Set(named)].filter((name) => !known.has(name) && !CONSTANTS.has(name))).toEqual([]);
});

test.each(PAGES)('%s links to what is there', (page) => {
  const links = [...outsideCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  const local = links.filter((target) => !/^[a-z]+:/.test(target)).map((target) => target.split('#', 1)[0] ?? '');
  expect(local.filter((target) => !existsSync(join(PROJECT_ROOT, dirname(page), target)))).toEqual([]);
});

const SOURCES = /^[\w.-]+(?:\/[\w.-]+)*\.(?:ts|mjs|md|hbs|sql)$/;
const FOLDERS = /^(?:src|workflows|activities|templates|bench|scripts|test|docs)\/[\w./-]*$/;

test.each(PAGES)('%s names files and folders that are there', (page) => {
  const named = spans(read(page));
  const isFile = (name: string): boolean => FILES.some((path) => path === name || path.endsWith(`/${name}`));
  const files = named.filter((span) => SOURCES.test(span) && !isFile(span));
  const folders = named.filter(
    (span) => FOLDERS.test(span) && !SOURCES.test(span) && !existsSync(join(PROJECT_ROOT, span)),
  );
  expect([...files, ...folders]).toEqual([]);
});

/** Written as `name` (`path/of/it.ts`), or several names before one place. */
function placedSymbols(page: string): { symbol: string; path: string }[] {
  const found = outsideCode(read(page)).matchAll(/((?:`[\w.]+`(?:, | and |、)?)+)[ ]?[(（]`([\w./-]+\.(?:ts|mjs))`/g);
  return [...found].flatMap(([, names = '', path = '']) =>
    [...names.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => ({ symbol: name.split('.').at(-1) ?? '', path })),
  );
}

test.each(PAGES)('%s names things of the code that are where it says', (page) => {
  const wrong = placedSymbols(page).filter(({ symbol, path }) => {
    const file = FILES.find((one) => one === path || one.endsWith(`/${path}`));
    return file === undefined || !new RegExp(`\\b${symbol}\\b`).test(read(file));
  });
  expect(wrong).toEqual([]);
});

test('the sources name only files that are there', () => {
  // The one that is left out makes trees of its own.
  const sources = FILES.filter((path) => /\.(?:ts|mjs|yml)$/.test(path) && path !== 'test/repository/imports.test.ts');
  expect(sources.length).toBeGreaterThan(200);
  const named = sources.flatMap((path) =>
    [
      ...read(path).matchAll(/(?<![\w./-])((?:src|test|docs|workflows|activities|templates)\/[\w./-]+\.(?:ts|md))\b/g),
    ].map(([, name = '']) => ({ path, name })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !existsSync(join(PROJECT_ROOT, name)))).toEqual([]);
});

test.each(PAIRS)('%s and its Chinese equal have the same headings, tables, code and pictures', (page) => {
  const shape = (path: string) => {
    const text = read(path);
    return {
      headings: [...outsideCode(text).matchAll(/^(#+) /gm)].map(([, level]) => level),
      rows: text.match(/^\|/gm)?.length,
      items: outsideCode(text).match(/^- /gm)?.length,
      code: text.match(/^```\w+/gm),
      pictures: text.match(/^!\[/gm)?.length,
    };
  };
  expect(shape(page.replace(/\.md$/, '.zh-CN.md'))).toEqual(shape(page));
});

test.each(['README.md', 'README.zh-CN.md'])('%s is short enough to be read', (page) => {
  expect(Buffer.byteLength(read(page))).toBeLessThanOrEqual(12_000);
});

test('no page names a machine', () => {
  for (const page of PAGES) expect(read(page)).not.toMatch(/\/(?:home|root|work|Users|tmp)\//);
});

test('the licence is the one that package.json names', () => {
  const { license } = JSON.parse(read('package.json')) as { license: string };
  expect(license).toBe('Apache-2.0');
  const text = read('LICENSE');
  expect(text).toContain('Apache License');
  expect(text).toContain('Version 2.0, January 2004');
  expect(text).toContain('END OF TERMS AND CONDITIONS');
  expect(read('NOTICE')).toContain('Copyright 2026 The Redress authors');
});
