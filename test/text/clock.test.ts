import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/paths';

/** The suites of reading are not run on other days (scripts/lib/other-days.mjs): that is right only while this holds. */
test('what reads texts asks no clock', () => {
  const folder = join(PROJECT_ROOT, 'src', 'text');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  const asking = files.filter((name) =>
    /new Date\(\s*\)|\bDate\(\s*\)|\bDate\.now\b|\bperformance\.now\b|\bTemporal\.Now\b/.test(
      readFileSync(join(folder, name), 'utf8'),
    ),
  );
  expect(asking).toEqual([]);
});
