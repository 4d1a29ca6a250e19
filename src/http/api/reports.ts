import { z } from 'zod';
import {
  MEDIA_TYPES,
  notFound,
  reportFileQuery,
  reportList,
  reportListQuery,
  reportShown,
  reportWishes,
  wantedRemark,
  wantedSavedReport,
  wantedSignature,
  type Cases,
} from '../../cases';
import { REPORT_KINDS, type ReportKind } from '../../domain/facts/periods';
import { sendTable } from '../middleware/download';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const ReportList = named('ReportList', reportList);
const Report = named('Report', reportShown);
const ReportWishes = named('ReportWishes', reportWishes);
const SavedReportWanted = named('SavedReportWanted', wantedSavedReport);
const SavedReportMade = named('SavedReportMade', z.object({ id: z.uuid() }));
const SavedReportRemoved = named('SavedReportRemoved', z.object({ removed: z.literal(true) }));
const RemarkWanted = named('RemarkWanted', wantedRemark);
const SignatureWanted = named('SignatureWanted', wantedSignature);
const NO_SUCH = { 404: { about: 'There is no such period, or it has not begun' } };
const STANDS = { ...NO_SUCH, 409: { about: 'The report is not closed, or what is recommended is signed off' } };

/** @throws Refused `notFound` */
const kindOf = (params: { kind: string }): ReportKind => {
  const kind = REPORT_KINDS.find((one) => one === params.kind);
  if (!kind) throw notFound({ zh: '报表', en: 'report' });
  return kind;
};

/** Reports of days, weeks, months and quarters, and saved figures. */
export const reportRoutes = ({ periodReports: reports }: Pick<Cases, 'periodReports'>): Route[] => [
  route({
    method: 'get',
    path: '/api/reports',
    tag: 'house',
    id: 'listReports',
    summary:
      'Reports of a kind, the latest first, with those that are missing; and saved figures. Below a manager the latter alone',
    access: 'supervisor',
    query: reportListQuery,
    answers: { 200: { about: 'The last 31 days, 26 weeks, 24 months or 12 quarters', schema: ReportList } },
    handle: async ({ query, staff }) => reply(200, await reports.list(query.kind, staff)),
  }),
  route({
    method: 'get',
    path: '/api/reports/wishes',
    tag: 'house',
    id: 'getReportWishes',
    summary: 'Which reports come to you by mail',
    access: 'manager',
    answers: { 200: { about: 'Kinds of reports', schema: ReportWishes } },
    handle: async ({ staff }) => reply(200, { kinds: [...((await reports.wishes(staff)) ?? [])] }),
  }),
  route({
    method: 'put',
    path: '/api/reports/wishes',
    tag: 'house',
    id: 'chooseReportWishes',
    summary: 'Choose which reports come to you by mail',
    access: 'manager',
    body: ReportWishes,
    answers: { 200: { about: 'Kinds of reports', schema: ReportWishes } },
    async handle({ body, staff }) {
      await reports.choose(body.kinds, staff);
      return reply(200, { kinds: [...((await reports.wishes(staff)) ?? [])] });
    },
  }),
  route({
    method: 'post',
    path: '/api/reports/saved',
    tag: 'house',
    id: 'saveReport',
    summary: 'Keep figures under a name: which, by what, confined to what, of which period',
    access: 'supervisor',
    body: SavedReportWanted,
    answers: {
      201: { about: 'It is kept', schema: SavedReportMade },
      409: { about: 'You have one of this name, or too many' },
    },
    handle: async ({ body, staff }) => reply(201, await reports.save(body, staff)),
  }),
  route({
    method: 'delete',
    path: '/api/reports/saved/:id',
    tag: 'house',
    id: 'removeSavedReport',
    summary: 'Remove saved figures of your own',
    access: 'supervisor',
    answers: { 200: { about: 'They are gone', schema: SavedReportRemoved }, 404: { about: 'They are not yours' } },
    async handle({ params, staff }) {
      await reports.remove(params.id, staff);
      return reply(200, { removed: true });
    },
  }),
  route({
    method: 'get',
    path: '/api/reports/:kind/:period',
    tag: 'house',
    id: 'getReport',
    summary:
      'The report of a period as it was closed, with what came later beside it; of one that goes on, what is counted so far',
    access: 'manager',
    answers: { 200: { about: 'The house’s', schema: Report }, ...NO_SUCH },
    handle: async ({ params, staff }) => reply(200, await reports.get(kindOf(params), params.period, staff)),
  }),
  route({
    method: 'get',
    path: '/api/reports/:kind/:period/export',
    tag: 'house',
    id: 'exportReport',
    summary: 'A report as PDF, or as a table with a number a row; with `part=return` what a regulator is told',
    access: 'manager',
    query: reportFileQuery,
    answers: {
      200: {
        about: 'A table for spreadsheets, or a document',
        mediaType: [...Object.values(MEDIA_TYPES), 'application/pdf'],
      },
      ...NO_SUCH,
    },
    async handle({ params, query, staff, response }) {
      await sendTable(response, await reports.file(kindOf(params), params.period, query, staff));
      return undefined;
    },
  }),
  route({
    method: 'put',
    path: '/api/reports/:kind/:period/remark',
    tag: 'house',
    id: 'writeReportRemark',
    summary: 'Write what you recommend beside the closed report of a month or quarter, in place of what was',
    access: 'manager',
    body: RemarkWanted,
    answers: { 200: { about: 'The report', schema: Report }, ...STANDS },
    handle: async ({ params, body, staff }) =>
      reply(200, await reports.write(kindOf(params), params.period, body.text, staff)),
  }),
  route({
    method: 'post',
    path: '/api/reports/:kind/:period/remark/sign',
    tag: 'house',
    id: 'signReportRemark',
    summary: 'Sign off what is recommended as you have read it; then it changes no more',
    access: 'manager',
    body: SignatureWanted,
    answers: { 200: { about: 'The report', schema: Report }, ...STANDS },
    handle: async ({ params, body, staff }) =>
      reply(200, await reports.sign(kindOf(params), params.period, body.at, staff)),
  }),
];
