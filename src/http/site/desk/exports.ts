import { DATA_MEDIA_TYPES, exportQuery, type ExportLog, type ExportTables } from '../../../cases';
import { readsAs } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { fileSize, pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sendTable } from '../../middleware/download';
import { param } from '../kit/request';
import { sayIn, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/exports';

const tablesContext = ({ tables }: ExportTables, { language }: Wording): Context[] =>
  tables.map(({ name, about, key, columns }) => ({
    name,
    about: inLanguage(about, language),
    key: key.join(', '),
    files: Object.keys(DATA_MEDIA_TYPES).map((format) => ({
      name: format === 'csv' ? 'CSV' : 'Parquet',
      href: `${HERE}/${name}?format=${format}`,
    })),
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      about: inLanguage(column.about, language),
    })),
  }));

const readsContext = ({ reads }: ExportLog, { language, now }: Wording): Context[] =>
  reads.map(({ person, what, filter, begunAt, rows, bytes, sha256 }) => ({
    when: pageTime(begunAt, language, now),
    who: person.name,
    what,
    filter,
    rows: rows ?? null,
    size: bytes === undefined ? null : fileSize(bytes),
    digest: sha256?.slice(0, 12) ?? null,
    sha256: sha256 ?? null,
  }));

/** Data for other programs, and for admins and auditors who took any out. */
export function exportsPage({ cases: { exports }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: HERE,
      who: 'manager',
      about: {
        zh: '给其他程序的数据：每张表和它的文件，以及谁导出过什么',
        en: 'data for other programs: each table and its files, and who exported what',
      },
      nav: { name: { zh: '数据导出', en: 'Data export' }, icon: 'i-down', isOfHouse: true, behind: '/desk/figures' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const actor = actorIn(res);
        const seesLog = readsAs(actor, 'admin');
        answers.page(res, 200, 'exports', wording, {
          heading: sayIn(wording.language)('给其他程序的数据', 'Data for other programs'),
          tables: tablesContext(exports.tables(actor), wording),
          seesLog,
          reads: seesLog ? readsContext(await exports.log(actor), wording) : [],
        });
      },
    },
    {
      method: 'get',
      path: `${HERE}/:table`,
      who: 'manager',
      about: { zh: '把一张表导出成 CSV 或 Parquet', en: 'a table as CSV or Parquet' },
      async handle(req, res) {
        const read = exportQuery.safeParse(req.query);
        if (!read.success) return res.redirect(303, HERE);
        await sendTable(res, await exports.table(param(req, 'table'), read.data, actorIn(res)));
      },
    },
  ];
}
