/**
 * How long an export of a million rows takes, and in how much memory: `REDRESS_BENCH_URL=postgres://… node dist/bench/exports.js`,
 * where the database is migrated and may be filled. What it said: docs/architecture/exports.md.
 * @module
 */
import { openDatabase } from '../src/db';
import { biStore } from '../src/db/stores/bi';
import { BI_VIEWS } from '../src/domain/facts/bi';
import { DATA_FORMATS, dataFile } from '../src/render/data-file';

const ROWS = 1_000_000;
const MB = 1024 * 1024;

/** Facts of cases that never were: what is measured is how they leave. */
const FILL = `insert into fact_cases (case_no, seq, received_at, day, hour, grade, category, cause, product, channel, person, team,
    policy_version, imported, repeat, graded, assigned, reassigned, responded, resolved_at, resolved_day, reopened, escalations, lost, won_back)
  select 'X' || n, 9, timestamptz '2026-01-01' + n * interval '20 seconds', '2026-11-01', n % 24, 'general', 'logistics', 'installation',
    'product ' || n % 300, 'web', 'u-' || n % 40, 'after-sales', 1, false, false, true, true, 0, true,
    timestamptz '2026-01-02' + n * interval '20 seconds', '2026-11-02', false, 0, false, false
  from generate_series(1, $1::int) n on conflict do nothing`;

async function main(): Promise<void> {
  const url = process.env.REDRESS_BENCH_URL;
  if (url === undefined) throw new Error('REDRESS_BENCH_URL names a database to fill');
  const database = openDatabase({ url, max: 2, statementTimeoutMs: 0 });
  await database.pool.query(FILL, [ROWS]);
  await database.pool.query('analyze fact_cases');
  const bi = biStore(database);
  for (const format of DATA_FORMATS) {
    const began = Date.now();
    const found = await bi.rows('cases', undefined);
    if (!found) throw new Error('no rows');
    const columns = { ...BI_VIEWS.cases.columns, deleted: { type: 'boolean' } } as const;
    const file = dataFile(format, { name: 'cases', columns, pieces: found.pieces });
    let bytes = 0;
    let most = 0;
    let half = 0;
    for await (const piece of file.content as AsyncIterable<Buffer>) {
      bytes += piece.length;
      const { rss } = process.memoryUsage();
      most = Math.max(most, rss);
      if (half === 0 && file.rows() > ROWS / 4) half = rss;
    }
    const seconds = (Date.now() - began) / 1_000;
    process.stdout.write(
      `${format}: ${file.rows()} rows, ${Math.round(bytes / MB)} MB in ${seconds.toFixed(1)} s; ${Math.round(half / MB)} MB resident after a quarter, ${Math.round(most / MB)} MB at most\n`,
    );
  }
  await database.close();
}

void main();
