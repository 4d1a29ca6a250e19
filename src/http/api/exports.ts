import { DATA_MEDIA_TYPES, exportLog, exportQuery, exportTables, type Cases } from '../../cases';
import { sendTable } from '../middleware/download';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const ExportTables = named('ExportTables', exportTables);
const ExportLog = named('ExportLog', exportLog);

/** Data for other programs, without anything personal; and who took any out. */
export const exportRoutes = ({ exports }: Pick<Cases, 'exports'>): Route[] => [
  route({
    method: 'get',
    path: '/api/exports',
    tag: 'house',
    id: 'listExports',
    summary: 'The tables that can be exported, which are the views for business intelligence, with their columns',
    access: 'manager',
    answers: { 200: { about: 'The tables', schema: ExportTables } },
    handle: async ({ staff }) => reply(200, exports.tables(staff)),
  }),
  route({
    method: 'get',
    path: '/api/exports/log',
    tag: 'house',
    id: 'listExportReads',
    summary: 'Who took which data out as a file, with the digest of what they got; for admins and auditors',
    access: 'admin',
    answers: { 200: { about: 'The latest 200, the newest first', schema: ExportLog } },
    handle: async ({ staff }) => reply(200, await exports.log(staff)),
  }),
  route({
    method: 'get',
    path: '/api/exports/:table',
    tag: 'house',
    id: 'exportTable',
    summary:
      'A table as CSV or Parquet. With `after`, all rows of the cases that have changed since; a case that has none any more has one row that is `deleted`. The header X-Export-Cursor is the `after` of the next time',
    access: 'manager',
    query: exportQuery,
    answers: {
      200: { about: 'The file', mediaType: Object.values(DATA_MEDIA_TYPES) },
      404: { about: 'There is no such table' },
      429: { about: '`exports_busy`: others are being sent' },
    },
    timeLimitMs: 0,
    async handle({ params, query, staff, response }) {
      const file = await exports.table(params.table, query, staff);
      response.setHeader('X-Export-Cursor', file.cursor);
      await sendTable(response, file);
      return undefined;
    },
  }),
];
