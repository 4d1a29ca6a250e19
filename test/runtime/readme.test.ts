import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fields } from '../../src/config';
import { DECISION_NAMES } from '../../src/domain/decisions';
import { PROJECT_ROOT } from '../../src/paths';

/** A page that says what is not so is worse than none: whatever can be checked against the code is. */
const READMES = ['README.md', 'README.zh-CN.md'] as const;
const PAGES = [...READMES, 'docs/operating.md', 'docs/changing-the-process.md'];

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const outsideCode = (text: string): string => text.replace(/```[\s\S]*?```/g, '');

const variables = Object.keys(fields);

/** Asked for by docker-compose.yml or by a recording, and no part of src/config.ts. */
const OTHERS = ['POSTGRES_PASSWORD', 'TEMPORAL_POSTGRES_PASSWORD', 'RECORD_AS', 'RECORD_POLICY'];
/** Names in capitals that are no variables: the walk-through's own, words, and a constant of the code. */
const WORDS = ['DATA', 'API', 'CNY', 'CASE', 'END', 'PATH', 'NOTICE', 'LICENSE', 'PROCESS_REVISION'];

test.each(PAGES)('%s names only npm scripts that exist', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm run ([a-z][a-z:-]*)/g)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test.each(READMES)('%s has every variable of the configuration in its table, and no other', (page) => {
  expect(variables.length).toBeGreaterThan(30);
  const rows = [...read(page).matchAll(/^\| `([A-Z][A-Z_]+)` +\|/gm)].map(([, name]) => name ?? '');
  expect(rows.toSorted()).toEqual(variables.toSorted());
});

test.each(READMES)('%s states the defaults that the configuration has', (page) => {
  const stated = new Map(
    [...read(page).matchAll(/^\| `([A-Z_]+)` +\| `([^`|]+)` +\|/gm)].map(([, name, is]) => [name, is]),
  );
  const defaults = Object.entries(fields).flatMap(([name, field]): [string, string][] => {
    const { data } = field.safeParse(undefined);
    return typeof data === 'number' || (typeof data === 'string' && data !== '') ? [[name, String(data)]] : [];
  });
  expect(defaults.length).toBeGreaterThan(20);
  // Found or built by npm start, which is what the table tells of it.
  for (const [name, value] of defaults.filter(([one]) => one !== 'TEMPORAL_CLI')) {
    expect([name, stated.get(name)]).toEqual([name, value]);
  }
});

test.each(PAGES)('%s names no variable that does not exist', (page) => {
  const named = [...read(page).matchAll(/(?:`|^|\n)([A-Z][A-Z_]{2,})(?=[`=])/g)].map(([, name]) => name ?? '');
  const known = new Set([...variables, ...OTHERS, ...WORDS]);
  expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
});

test.each(PAGES)('%s links to what is there', (page) => {
  const links = [...outsideCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  const local = links.filter((target) => !/^[a-z]+:/.test(target)).map((target) => target.split('#', 1)[0] ?? '');
  expect(local.filter((target) => !existsSync(join(PROJECT_ROOT, dirname(page), target)))).toEqual([]);
});

test.each(READMES)('%s names the folders of the tree as they are, and every decision', (page) => {
  const text = read(page);
  const folders = [...text.matchAll(/`((?:src|workflows|activities|templates|bench|scripts|test)\/[\w./-]*)`/g)];
  expect(folders.length).toBeGreaterThan(10);
  expect(folders.filter(([, path = '']) => !existsSync(join(PROJECT_ROOT, path))).map(([, path]) => path)).toEqual([]);
  const rows = [...text.matchAll(/^\| `([a-z][A-Za-z]+)`[^|]*\| [^|]+ \| [^|]+ \|$/gm)].map(([, name]) => name ?? '');
  expect(DECISION_NAMES.filter((name) => !rows.includes(name))).toEqual([]);
});

test('both languages have the same headings, tables, code and pictures', () => {
  const shape = (page: string) => {
    const text = read(page);
    return {
      headings: [...outsideCode(text).matchAll(/^(#+) /gm)].map(([, level]) => level),
      rows: text.match(/^\|/gm)?.length,
      items: outsideCode(text).match(/^- /gm)?.length,
      code: text.match(/^```\w+/gm),
      pictures: text.match(/^!\[/gm)?.length,
    };
  };
  expect(shape('README.zh-CN.md')).toEqual(shape('README.md'));
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
