import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const CRUISER = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'redress-imports-'));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

/** What the list of allowed imports says of a tree with these files: a line a refusal. */
function refusedIn(files: Record<string, string>): string[] {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const config = join(ROOT, '.dependency-cruiser.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [CRUISER, '--config', config, '--output-type', 'json', '.'], {
    cwd: tree,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  const lines = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  return lines.toSorted();
}

const NOTHING = 'export const nothing = 0;\n';

/** Who imports a type by which name, where that is, and the room that may not. */
type Tie = readonly [from: string, specifier: string, to: string, room: string];

/** A tree of these ties, and what the list should say of it. */
function treeOf(ties: readonly Tie[]): { files: Record<string, string>; refused: string[] } {
  const files: Record<string, string> = {};
  for (const [from, specifier] of ties) {
    files[from] = `import type { nothing } from '${specifier}';\nexport type T = typeof nothing;\n`;
  }
  for (const [, , to] of ties) files[to] ??= NOTHING;
  return { files, refused: ties.map(([from, , to, room]) => `${room}: ${from} → ${to}`).toSorted() };
}

test('what the list allows passes', () => {
  const files = {
    'src/domain/basics/ids.ts': "import { z } from 'zod';\nexport const id = z.string();\n",
    'src/domain/policy/schema.ts': "import { id } from '../basics/ids';\nexport const schema = id;\n",
    'src/db/stores/cases.ts':
      "import { readFileSync } from 'node:fs';\nimport { schema } from '../../domain/policy/schema';\nexport const cases = [schema, readFileSync];\n",
    'test/db/cases.test.ts': "import '../../src/db/stores/cases';\n",
    'lint.config.mjs': NOTHING,
  };
  expect(refusedIn(files)).toEqual([]);
});

test('a room that is not named may not be imported, and a type is a tie as well', () => {
  const { files, refused } = treeOf([
    // a floor above; another folder; what is behind the door; a program; a test's helper
    ['src/domain/time/duration.ts', '../policy/schema', 'src/domain/policy/schema.ts', 'src/domain/time'],
    ['src/http/api/cases.ts', '../../db', 'src/db/index.ts', 'src/http/api'],
    ['src/http/app.ts', '../cases/case/decide', 'src/cases/case/decide.ts', 'src/http/app.ts'],
    ['src/cli/token.ts', '../server', 'src/server.ts', 'src/cli'],
    ['src/db/errors.ts', '../../test/support/clock', 'test/support/clock.ts', 'src/db/errors.ts'],
  ]);
  expect(refusedIn(files)).toEqual(refused);
});

test('inside the web, api and site do not know each other, and what is common to both knows neither', () => {
  const { files, refused } = treeOf([
    ['src/http/middleware/limits.ts', '../api/route', 'src/http/api/route.ts', 'src/http/middleware'],
    ['src/http/middleware/pace.ts', '../site/kit/answers', 'src/http/site/kit/answers.ts', 'src/http/middleware'],
    ['src/http/api/cases.ts', '../site/kit/request', 'src/http/site/kit/request.ts', 'src/http/api'],
    ['src/http/site/customer/find.ts', '../../api/schemas', 'src/http/api/schemas.ts', 'src/http/site/customer'],
    ['src/http/site/kit/answers.ts', '../customer/find', 'src/http/site/customer/find.ts', 'src/http/site/kit'],
    ['src/http/api/codec.ts', '../app', 'src/http/app.ts', 'src/http/api'],
    ['src/http/parts.ts', './spool', 'src/http/spool.ts', 'src/http/parts.ts'],
  ]);
  expect(refusedIn(files)).toEqual(refused);
});

test('the database is entered by its door, and inside it stores stand on top', () => {
  const { files, refused } = treeOf([
    ['src/cases/case/read.ts', '../../db/stores/texts', 'src/db/stores/texts.ts', 'src/cases/case'],
    ['src/channels/mail/relay.ts', '../../db/stores/outbox', 'src/db/stores/outbox.ts', 'src/channels/mail'],
    ['src/server.ts', './db/stores/limits', 'src/db/stores/limits.ts', 'src/server.ts'],
    ['activities/ledger.ts', '../src/db/database', 'src/db/database.ts', 'activities'],
    ['src/cli/token.ts', '../db/schema/users', 'src/db/schema/users.ts', 'src/cli'],
    ['src/db/schema/cases.ts', '../stores/evidence', 'src/db/stores/evidence.ts', 'src/db/schema'],
    ['src/db/projection.ts', './with-lock', 'src/db/with-lock.ts', 'src/db/projection.ts'],
    ['src/db/records.ts', './schema/texts', 'src/db/schema/texts.ts', 'src/db/records.ts'],
  ]);
  expect(refusedIn(files)).toEqual(refused);
});

test('a store takes of another one what the list says, and nothing else', () => {
  const importing = (name: string): string => `import '${name}';\n${NOTHING}`;
  const files = {
    'src/db/stores/users.ts': `import './picks';\nimport './texts';\n`,
    'src/db/stores/picks.ts': NOTHING,
    'src/db/stores/texts.ts': NOTHING,
    'src/db/stores/links.ts': importing('./picks'),
    'src/db/stores/favourites.ts': importing('./users'),
  };
  expect(refusedIn(files)).toEqual([
    'between-stores: src/db/stores/favourites.ts → src/db/stores/users.ts',
    'between-stores: src/db/stores/links.ts → src/db/stores/picks.ts',
    'between-stores: src/db/stores/users.ts → src/db/stores/texts.ts',
  ]);
});

test('nor a package that is not named, nor what Node brings', () => {
  const packages = [
    ['src/domain/case/state.ts', 'pg', 'src/domain/case'],
    ['src/domain/case/evolve.ts', 'node:fs', 'src/domain/case'],
    ['workflows/complaint/workflow.ts', '@temporalio/client', 'workflows'],
    ['workflows/complaint/case.ts', 'node:crypto', 'workflows'],
    ['src/http/app.ts', 'drizzle-orm/node-postgres', 'src/http/app.ts'],
  ] as const;
  const files: Record<string, string> = {};
  for (const [from, name] of packages) files[from] = `import { x } from '${name}';\nexport const y = x;\n`;
  expect(refusedIn(files)).toEqual(
    packages.map(([from, name, room]) => `${room}: ${from} → ${name.replace('node:', '')}`).toSorted(),
  );
});

test('forms are parsed in one place', () => {
  const text = "import busboy from 'busboy';\nexport const parser = busboy;\n";
  expect(refusedIn({ 'src/http/parts.ts': text, 'src/http/spool.ts': text })).toEqual([
    'src/http/spool.ts: src/http/spool.ts → busboy',
  ]);
});

test('senders take of a workflow the definitions of its messages', () => {
  const files = {
    'workflows/complaint/messages.ts': NOTHING,
    'workflows/complaint/case.ts': NOTHING,
    'src/cases/engine/engine.ts':
      "import '../../../workflows/complaint/messages';\nimport '../../../workflows/complaint/case';\n",
  };
  expect(refusedIn(files)).toEqual(['messages-of-workflows: src/cases/engine/engine.ts → workflows/complaint/case.ts']);
});

test('no circle, of types neither', () => {
  const files = {
    'src/text/one.ts': "import type { Two } from './two';\nexport type One = Two | 1;\n",
    'src/text/two.ts': "import type { One } from './one';\nexport type Two = One | 2;\n",
  };
  expect(refusedIn(files)).toEqual(['no-circle: src/text/one.ts → src/text/two.ts']);
});

test('a folder that the list does not know is an error, whatever it imports', () => {
  const files = {
    'src/desk/page.ts': "import { nothing } from '../domain/basics/ids';\nexport const page = nothing;\n",
    'src/domain/basics/ids.ts': NOTHING,
    'src/domain/forecast/alone.ts': NOTHING,
    'lib/alone.ts': NOTHING,
    'src/new-program.ts': NOTHING,
  };
  expect(refusedIn(files)).toEqual([
    'unknown-folder-alone: lib/alone.ts → lib/alone.ts',
    'unknown-folder-alone: src/domain/forecast/alone.ts → src/domain/forecast/alone.ts',
    'unknown-folder-alone: src/new-program.ts → src/new-program.ts',
    'unknown-folder: src/desk/page.ts → src/domain/basics/ids.ts',
  ]);
});
