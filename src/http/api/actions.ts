import { type Cases, actionAct, actionBoard, actionPage, boardQuery, reportQuery } from '../../cases';
import { sendTable } from '../middleware/download';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const ActionBoard = named('ActionBoard', actionBoard);
const ActionPage = named('ActionPage', actionPage);
const ActionActBody = named('ActionActBody', actionAct);
const NO_SUCH = { 404: { about: 'No such action, or not yours to see' } };

/** Corrective actions as pages: the board, one of them, what people write of it, its report. */
export const actionRoutes = ({ actions }: Pick<Cases, 'actions'>): Route[] => [
  route({
    method: 'get',
    path: '/api/corrective-actions/board',
    tag: 'house',
    id: 'getActionBoard',
    summary: 'Corrective actions by plan, do, check, act; below a supervisor those you own or have a task in',
    access: 'colleague',
    query: boardQuery,
    answers: { 200: { about: 'Four columns, what is late first', schema: ActionBoard } },
    handle: async ({ query, staff }) => reply(200, await actions.board(query, staff)),
  }),
  route({
    method: 'get',
    path: '/api/corrective-actions/:id',
    tag: 'house',
    id: 'getAction',
    summary: 'One corrective action: tasks, cases, rounds, and complaints of its cause before and after with interval',
    access: 'colleague',
    answers: { 200: { about: 'As it stands', schema: ActionPage }, ...NO_SUCH },
    handle: async ({ params, staff }) => reply(200, await actions.get(params.id, staff)),
  }),
  route({
    method: 'post',
    path: '/api/corrective-actions/:id/acts',
    tag: 'house',
    id: 'actOnAction',
    summary:
      'Write its texts, add, finish or drop tasks, gather cases, tell them of its end; starting and judging it is decided in its case',
    access: 'colleague',
    body: ActionActBody,
    answers: {
      200: { about: 'As it stands now', schema: ActionPage },
      403: { about: 'For its owner, and supervisors and above; a task is also finished by whoever has it' },
      ...NO_SUCH,
      409: { about: 'It was changed meanwhile, or stands somewhere else' },
    },
    handle: async ({ params, body, staff }) => reply(200, await actions.act(params.id, body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/corrective-actions/:id/report',
    tag: 'house',
    id: 'getActionReport',
    summary: 'Its 8D report as PDF, without what tells who a customer is; what is not filled in says so',
    access: 'colleague',
    query: reportQuery,
    answers: { 200: { about: 'The report', mediaType: 'application/pdf' }, ...NO_SUCH },
    async handle({ params, query, staff, response }) {
      await sendTable(response, await actions.report(params.id, query.lang === 'zh' ? 'zh-CN' : 'en', staff));
      return undefined;
    },
  }),
];
