import type { Stores } from '../../db';
import { BI_NAMES, BI_VIEWS, type BiName, type BiView } from '../../domain/facts/bi';
import type { Staff } from '../../domain/case/permissions';
import { houseDate } from '../../house';
import { dataFile } from '../../render/data-file';
import type { TableFile } from '../../render/table-file';
import type { StaffDirectory } from '../access/staff';
import { invalid, mustRead, notFound, Refused } from '../refused';
import type { ExportLog, ExportQuery, ExportTables } from './answers';
import type { ReadLog } from './read-log';

/** A table as a file, and from where to go on the next time. */
export interface ExportedTable extends TableFile {
  cursor: string;
}

/** Data for other programs, without anything personal, for managers and auditors; each time is written down. */
export interface ExportAccess {
  /** Which tables there are. @throws Refused `forbidden` */
  tables(actor: Staff): ExportTables;
  /**
   * One of them, whole or what has changed since. A case that has changed comes with all its rows in the table, or with one
   * that is `deleted` when it has none any more: whoever keeps a copy removes all rows of the cases that come, and puts in
   * those that are not `deleted`.
   * @throws Refused `forbidden`; `notFound`; `invalid` for a cursor that is none of this table; `tooMany`
   */
  table(name: string, query: ExportQuery, actor: Staff): Promise<ExportedTable>;
  /** Who took data out lately, of whatever kind. @throws Refused `forbidden` to all but auditors and admins */
  log(actor: Staff): Promise<ExportLog>;
}

interface Needs {
  bi: Stores['bi'];
  exportReads: Stores['exportReads'];
  staff: Pick<StaffDirectory, 'names'>;
  readLog: ReadLog;
  clock: () => number;
}

/** Each keeps a connection and a snapshot of the database while it is sent. */
const AT_ONCE = 2;
const SHOWN_READS = 200;

/** The column that is not in the views. */
const DELETED = {
  deleted: {
    type: 'boolean',
    about: { zh: '这件案件在这张表里没有行了', en: 'this case has no rows in this table any more' },
  },
} as const;

const isKnown = (name: string): name is BiName => (BI_NAMES as readonly string[]).includes(name);

const columnsOf = (name: BiName): BiView['columns'] => ({ ...BI_VIEWS[name].columns, ...DELETED });

const cursorOf = (name: BiName, written: number): string => Buffer.from(`${name}.${written}`).toString('base64url');

const wrongCursor = (zh: string, en: string): Refused => invalid([{ path: 'after', words: { zh, en } }]);

/** @throws Refused `invalid` */
function writtenIn(name: BiName, cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const [, table, written] = /^([a-z]+)\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (table !== name) {
    throw wrongCursor(
      '须是这张表上一次导出时 X-Export-Cursor 给的值',
      'must be what X-Export-Cursor said with the last export of this table',
    );
  }
  return Number(written);
}

const busy = (): Refused =>
  new Refused(
    'tooMany',
    'exports_busy',
    {
      zh: `已有 ${AT_ONCE} 份数据在导出，请稍后再试`,
      en: `${AT_ONCE} exports are being sent already; try again later`,
    },
    { retryAfterSeconds: 30 },
  );

/** Builds `ExportAccess`. */
export function createExports({ bi, exportReads, staff, readLog, clock }: Needs): ExportAccess {
  let running = 0;

  /** The pieces, the first of which is read: from then on giving up ends the reading too. */
  async function begun(name: BiName, after: number | undefined) {
    const found = await bi.rows(name, after);
    if (!found) {
      throw wrongCursor(
        '数据库里还没有这么新的内容，可能恢复过备份；请不带 after 重新导出全部',
        'the database does not know this yet, as after a backup was restored; export all of it anew, without after',
      );
    }
    const { upTo, pieces } = found;
    const first = await pieces.next();
    const all = async function* () {
      try {
        if (!first.done) yield first.value;
        yield* pieces;
      } finally {
        await pieces.return(undefined);
      }
    };
    return { upTo, pieces: all(), giveUp: () => pieces.return(undefined) };
  }

  return {
    tables(actor) {
      mustRead(actor, 'manager');
      return {
        tables: BI_NAMES.map((name) => ({
          name,
          about: BI_VIEWS[name].about,
          key: [...BI_VIEWS[name].key],
          columns: Object.entries(columnsOf(name)).map(([column, { type, about }]) => ({ name: column, type, about })),
        })),
      };
    },

    async table(name, query, actor) {
      mustRead(actor, 'manager');
      if (!isKnown(name)) throw notFound({ zh: '表', en: 'table' });
      const after = writtenIn(name, query.after);
      if (running >= AT_ONCE) throw busy();
      running++;
      let isRunning = true;
      const ended = (): void => {
        if (isRunning) running--;
        isRunning = false;
      };
      try {
        const { upTo, pieces, giveUp } = await begun(name, after);
        const file = dataFile(query.format, {
          name: `${name}-${houseDate(clock())}`,
          columns: columnsOf(name),
          pieces,
        });
        file.content.once('close', () => {
          ended();
          // Also where nothing of it was ever asked for.
          void giveUp();
        });
        const noted = await readLog.noted(file, { actor, what: `bi.${name}`, filter: query });
        return { ...noted, cursor: cursorOf(name, upTo) };
      } catch (error) {
        ended();
        throw error;
      }
    },

    async log(actor) {
      mustRead(actor, 'admin');
      const reads = await exportReads.latest(SHOWN_READS);
      const names = await staff.names(reads.map(({ userId }) => userId));
      return {
        reads: reads.map(({ userId, ...read }) => ({
          ...read,
          person: { id: userId, name: names.get(userId) ?? userId },
        })),
      };
    },
  };
}
