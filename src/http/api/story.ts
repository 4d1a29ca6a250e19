import { z } from 'zod';
import { STORY_FILTERS, type Cases } from '../../cases';
import { UNSEEN } from './cases';
import { reply, route, type Route } from './route';
import * as schemas from './schemas';

/** A case's story, the case as it stood, those like it, who looked at it, and its customer's number. */
export function storyRoutes({ handling }: Pick<Cases, 'handling'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/cases/:caseNo/story',
      tag: 'cases',
      id: 'getStory',
      summary: 'The same in sentences, by day, for people to read',
      access: 'colleague',
      query: z.strictObject({
        afterSeq: z.coerce.number().int().min(0).max(1_000_000).default(0),
        filter: z
          .enum(STORY_FILTERS)
          .default('all')
          .describe('contact: with the customer; notes: internal; decisions: of the staff; promises'),
      }),
      answers: { 200: { about: 'A page of the story', schema: schemas.Story }, ...UNSEEN },
      async handle({ params, query, staff }) {
        return reply(200, await handling.story(params.caseNo, staff, query));
      },
    }),
    route({
      method: 'get',
      path: '/api/cases/:caseNo/at',
      tag: 'cases',
      id: 'getCaseAt',
      summary: 'The case as it stood after an entry of its ledger',
      access: 'colleague',
      query: z.strictObject({ seq: z.coerce.number().int().min(1).max(1_000_000).describe('of the entry') }),
      answers: { 200: { about: 'The case at that time', schema: schemas.CaseAt }, ...UNSEEN },
      async handle({ params, query, staff }) {
        return reply(200, await handling.at(params.caseNo, staff, query.seq));
      },
    }),
    route({
      method: 'get',
      path: '/api/cases/:caseNo/similar',
      tag: 'cases',
      id: 'getSimilar',
      summary: 'Cases that tell of the same matter, of those you may see, and why they are thought to',
      access: 'colleague',
      answers: { 200: { about: 'Those cases', schema: schemas.SimilarCases }, ...UNSEEN },
      async handle({ params, staff }) {
        return reply(200, await handling.similar(params.caseNo, staff));
      },
    }),
    route({
      method: 'get',
      path: '/api/cases/:caseNo/looks',
      tag: 'cases',
      id: 'getLooks',
      summary: "Who looked at the case and at its customer's phone number",
      access: 'supervisor',
      query: z.strictObject({ before: z.coerce.number().int().min(1).max(2_147_483_647).optional() }),
      answers: { 200: { about: 'A page, the newest first', schema: schemas.Looks }, ...UNSEEN },
      async handle({ params, query, staff }) {
        return reply(200, await handling.looks(params.caseNo, staff, query.before));
      },
    }),
    route({
      method: 'post',
      path: '/api/cases/:caseNo/contact',
      tag: 'cases',
      id: 'showContact',
      summary: "The customer's phone number and mail address in full; the look is written down",
      access: 'colleague',
      answers: {
        200: { about: 'How to reach them', schema: schemas.Contact },
        403: { about: 'You see the case, but you do not handle it' },
        ...UNSEEN,
      },
      async handle({ params, staff }) {
        return reply(200, await handling.contact(params.caseNo, staff));
      },
    }),
  ];
}
