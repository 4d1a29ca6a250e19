import type { Cases } from '../../cases';
import { DECIDED, decidedReply } from './customer-answers';
import { reply, route, type Route } from './route';
import * as schemas from './schemas';

/** Survey and offered solution, by the token of a link from a mail. Each can be answered once: then 410. */
export function linkRoutes(cases: Pick<Cases, 'customer'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/surveys/:token',
      tag: 'links',
      id: 'getSurvey',
      summary: 'The survey behind a link',
      access: 'public',
      answers: { 200: { about: 'The survey', schema: schemas.Survey }, 404: { about: 'No such link' } },
      handle: async ({ params }) => reply(200, await cases.customer.survey(params.token)),
    }),
    route({
      method: 'post',
      path: '/api/surveys/:token',
      tag: 'links',
      id: 'answerSurvey',
      summary: 'Answer the survey, once',
      access: 'public',
      body: schemas.SurveyAnswer,
      answers: {
        ...DECIDED,
        404: { about: 'No such link' },
        410: { about: 'Used already, or expired' },
      },
      handle: async ({ params, body }) => decidedReply(await cases.customer.rate(params.token, body)),
    }),
    route({
      method: 'get',
      path: '/api/proposals/:token',
      tag: 'links',
      id: 'getProposal',
      summary: 'The solution behind a link',
      access: 'public',
      answers: { 200: { about: 'The solution', schema: schemas.Proposal }, 404: { about: 'No such link' } },
      handle: async ({ params }) => reply(200, await cases.customer.proposal(params.token)),
    }),
    route({
      method: 'post',
      path: '/api/proposals/:token',
      tag: 'links',
      id: 'answerProposal',
      summary: 'Accept or decline the solution, once',
      access: 'public',
      body: schemas.ProposalAnswer,
      answers: {
        ...DECIDED,
        404: { about: 'No such link' },
        410: { about: 'Used already, or expired' },
      },
      handle: async ({ params, body }) => decidedReply(await cases.customer.answer(params.token, body)),
    }),
  ];
}
