import { z } from 'zod';
import { exportWords, MEDIA_TYPES, type Cases } from '../../cases';
import { DECISION_NAMES } from '../../domain/decisions/catalogue';
import { sendTable } from '../middleware/download';
import { reply, route, type Route } from './route';
import * as schemas from './schemas';

/** The answer for an unknown case and for one the caller may not see: nobody can find out which exist. */
export const UNSEEN = { 404: { about: 'No such case, or not yours to see: the two look the same' } };

/** Cases, for staff to read. */
export function caseRoutes({ handling }: Pick<Cases, 'handling'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/cases',
      tag: 'cases',
      id: 'listCases',
      summary: 'Cases you may see',
      access: 'colleague',
      query: schemas.ListQuery,
      answers: { 200: { about: 'A page', schema: schemas.CaseList } },
      handle: async ({ query, staff }) => reply(200, await handling.list(query, staff)),
    }),
    route({
      method: 'get',
      path: '/api/cases/counts',
      tag: 'cases',
      id: 'countCases',
      summary: 'How many are broken, due within the hour or today, waiting, paused, and resolved today',
      access: 'colleague',
      query: schemas.FilterQuery,
      answers: { 200: { about: 'The counts, of the cases you may see', schema: schemas.CaseCounts } },
      handle: async ({ query, staff }) => reply(200, await handling.counts(query, staff)),
    }),
    route({
      method: 'get',
      path: '/api/cases/export',
      tag: 'cases',
      id: 'exportCases',
      summary: 'The list as a file for spreadsheets; texts that begin like a formula have an apostrophe before them',
      access: 'agent',
      query: exportWords,
      answers: { 200: { about: 'The cases you may see', mediaType: Object.values(MEDIA_TYPES) } },
      timeLimitMs: 0,
      async handle({ query, staff, response }) {
        await sendTable(response, await handling.export(query, staff));
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/api/cases/:caseNo',
      tag: 'cases',
      id: 'getCase',
      summary: 'A case, and what you may decide now',
      access: 'colleague',
      query: z.strictObject({
        whyNot: z.enum(DECISION_NAMES).optional().describe('also say what stands between you and this decision'),
      }),
      answers: { 200: { about: 'The case', schema: schemas.Case }, ...UNSEEN },
      async handle({ params, query, staff }) {
        return reply(200, await handling.show(params.caseNo, staff, query.whyNot));
      },
    }),
    route({
      method: 'get',
      path: '/api/cases/:caseNo/timeline',
      tag: 'cases',
      id: 'getTimeline',
      summary: 'Everything that happened, in order',
      access: 'colleague',
      query: z.strictObject({ afterSeq: z.coerce.number().int().min(0).max(1_000_000).default(0) }),
      answers: { 200: { about: 'A page of the ledger', schema: schemas.Timeline }, ...UNSEEN },
      async handle({ params, query, staff }) {
        return reply(200, await handling.timeline(params.caseNo, staff, query.afterSeq));
      },
    }),
    route({
      method: 'get',
      path: '/api/cases/:caseNo/replies',
      tag: 'cases',
      id: 'listReplies',
      summary: 'Canned replies, filled in for this case',
      access: 'colleague',
      answers: { 200: { about: 'Those of the policy in force', schema: schemas.CannedReplies }, ...UNSEEN },
      async handle({ params, staff }) {
        return reply(200, await handling.cannedReplies(params.caseNo, staff));
      },
    }),
    route({
      method: 'post',
      path: '/api/cases/:caseNo/replies/preview',
      tag: 'cases',
      id: 'previewReply',
      summary: 'A text to the customer with its variables filled in, and what in it has to be confirmed; sends nothing',
      access: 'colleague',
      body: schemas.ReplyText,
      answers: { 200: { about: 'The text', schema: schemas.ReplyPreview }, ...UNSEEN },
      async handle({ params, body, staff }) {
        return reply(200, await handling.previewReply(params.caseNo, staff, body.text));
      },
    }),
  ];
}

/** How the customer of a case is told what happens. */
export const messageRoutes = ({ messages }: Pick<Cases, 'messages'>): Route[] => [
  route({
    method: 'get',
    path: '/api/cases/:caseNo/messages',
    tag: 'cases',
    id: 'listMessages',
    summary: 'How the customer is told what happens, and the text messages to them',
    access: 'colleague',
    answers: { 200: { about: 'The messages, the oldest first', schema: schemas.CaseMessages }, ...UNSEEN },
    handle: async ({ params, staff }) => reply(200, await messages.ofCase(params.caseNo, staff)),
  }),
  route({
    method: 'put',
    path: '/api/cases/:caseNo/news-by',
    tag: 'cases',
    id: 'chooseNewsWay',
    summary: 'Tell the customer of this case by mail or by text message from now on',
    access: 'colleague',
    body: schemas.NewsBy,
    answers: {
      200: { about: 'As it is now', schema: schemas.CaseMessages },
      403: { about: 'You neither handle the case nor lead' },
      409: { about: '`no_way`: the customer cannot be reached so' },
      ...UNSEEN,
    },
    async handle({ params, body, staff }) {
      await messages.tellBy(params.caseNo, body.by, staff);
      return reply(200, await messages.ofCase(params.caseNo, staff));
    },
  }),
];
