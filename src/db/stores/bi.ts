import type { PoolClient, QueryArrayConfig, QueryArrayResult } from 'pg';
import { BI_VIEWS, type BiName, type BiType, type BiView } from '../../domain/facts/bi';
import type { Database } from '../database';

/** Rows that are read at once. */
const AT_ONCE = 10_000;
/** Of one statement, in which Postgres may have to read the half of a table first. */
const STATEMENT_MS = 60_000;
/** Whoever takes nothing for so long has gone, and their snapshot with them. */
const IDLE_MS = 60_000;

const SQL_TYPES: Record<BiType, string> = {
  text: 'text',
  boolean: 'boolean',
  integer: 'integer',
  bigint: 'bigint',
  decimal: 'numeric',
  date: 'date',
  instant: 'timestamptz',
};

/** A value as it is read: texts, whole numbers, amounts in hundredths; days and instants in milliseconds since 1970. */
export type BiValue = string | number | boolean | null;

/** Rows of a view, of one moment. */
export interface BiRows {
  /** The highest number in these rows: the next time from here. */
  upTo: number;
  /** In pieces; to be read to its end, or given up by `return`. The last column: the case has no such rows any more. */
  pieces: AsyncGenerator<BiValue[][]>;
}

/** A column in the form in which it is read. */
const readAs = (name: string, type: BiType): string => {
  switch (type) {
    case 'instant':
      return `(extract(epoch from ${name}) * 1000)::float8`;
    case 'date':
      return `((${name} - date '1970-01-01')::float8 * 86400000)`;
    case 'bigint':
      return `${name}::float8`;
    case 'decimal':
      return `round(${name} * 100)::float8`;
    default:
      return name;
  }
};

/** What is read of a view. @param after left out: all of it */
function statementOf(name: BiName, after: number | undefined): string {
  const { columns }: BiView = BI_VIEWS[name];
  const shown = Object.entries(columns).map(([column, { type }]) => readAs(`v.${column}`, type));
  if (after === undefined || !('case_no' in columns)) return `select ${shown.join(', ')}, false from bi.${name} v`;
  const none = Object.entries(columns).map(([column, { type }]) =>
    column === 'case_no' ? 'd.case_no' : readAs(`null::${SQL_TYPES[type]}`, type),
  );
  return `select ${shown.join(', ')}, false from bi.${name} v join fact_cases w on w.case_no = v.case_no and w.written > ${after}
    union all
    select ${none.join(', ')}, true from (
      select w.case_no from fact_cases w where w.written > ${after}
      union select g.case_no from fact_gone g where g.written > ${after}
    ) d where not exists (select from bi.${name} v where v.case_no = d.case_no)`;
}

/** The views of facts, to be copied. */
export function biStore({ pool }: Pick<Database, 'pool'>) {
  return {
    /**
     * The rows of a view whose cases have changed since, or all, of one moment. A case that has none any more has one row
     * that says so. Whoever writes facts has their lock until it is committed (`FACTS_LOCK`), and takes their number under
     * it: what is not visible yet will have a higher number than all that is.
     * @param after as `upTo` was the last time
     * @returns undefined: the database knows no such number yet, as one that was restored from before
     */
    async rows(name: BiName, after: number | undefined): Promise<BiRows | undefined> {
      const client = await pool.connect();
      const ask = (text: string): Promise<QueryArrayResult> => {
        const asked: QueryArrayConfig & { query_timeout: number } = {
          text,
          rowMode: 'array',
          query_timeout: STATEMENT_MS + 1_000,
        };
        return client.query(asked);
      };
      try {
        await ask('begin isolation level repeatable read read only');
        await ask(`set local statement_timeout = ${STATEMENT_MS}`);
        await ask(`set local idle_in_transaction_session_timeout = ${IDLE_MS}`);
        const { rows } = await ask(
          `select greatest((select max(written) from fact_cases), (select max(written) from fact_gone), 0)`,
        );
        const upTo = Number(rows[0]?.[0]);
        if (after !== undefined && after > upTo) {
          await ask('rollback');
          client.release();
          return undefined;
        }
        await ask(`declare taken no scroll cursor for ${statementOf(name, after)}`);
        return { upTo, pieces: piecesOf(client, ask) };
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
  };
}

async function* piecesOf(
  client: PoolClient,
  ask: (text: string) => Promise<QueryArrayResult>,
): AsyncGenerator<BiValue[][]> {
  let isDone = false;
  try {
    for (;;) {
      const { rows } = await ask(`fetch ${AT_ONCE} from taken`);
      if (rows.length > 0) yield rows;
      if (rows.length < AT_ONCE) break;
    }
    await ask('commit');
    isDone = true;
  } finally {
    // A connection in the middle of something is of no use to anybody.
    client.release(!isDone);
  }
}
