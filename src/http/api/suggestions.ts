import { z } from 'zod';
import {
  type Cases,
  customerSuggestion,
  notFound,
  SUGGESTION_STATES,
  suggestion,
  suggestionAct,
  suggestionList,
  suggestionMade,
  wantedSuggestion,
} from '../../cases';
import { MAX_INT } from '../../domain/basics/bounds';
import { CODE_ANSWERS, codeOf } from './customer-answers';
import { reply, route, versionIn, type Route } from './route';
import { named } from './schemas';

const Suggestion = named('Suggestion', suggestion);
const SuggestionList = named('SuggestionList', suggestionList);
const SuggestionMade = named('SuggestionMade', suggestionMade);
const SuggestionBody = named('SuggestionBody', wantedSuggestion);
const CustomerSuggestionBody = named('CustomerSuggestionBody', customerSuggestion);
const SuggestionActBody = named('SuggestionActBody', suggestionAct);

/** The number of a suggestion in a path. @throws Refused `notFound` for what is none */
const idIn = (text: string): number => {
  const id = versionIn(text);
  if (id === 0) throw notFound({ zh: '建议', en: 'suggestion' });
  return id;
};

/** The register of suggestions: put down, merged, decided, carried out, told back. */
export const suggestionRoutes = ({ suggestions }: Pick<Cases, 'suggestions'>): Route[] => [
  route({
    method: 'post',
    path: '/api/complaints/:caseNo/suggestions',
    tag: 'complaints',
    id: 'makeSuggestion',
    summary: 'Suggest what the house could do better; the answer comes by mail',
    access: 'code',
    body: CustomerSuggestionBody,
    answers: {
      201: { about: 'It is in the register', schema: SuggestionMade },
      ...CODE_ANSWERS,
      409: { about: 'Enough suggestions of this complaint' },
    },
    handle: async (call) => reply(201, await suggestions.suggest(call.params.caseNo, codeOf(call), call.body)),
  }),
  route({
    method: 'get',
    path: '/api/suggestions',
    tag: 'care',
    id: 'listSuggestions',
    summary: 'Suggestions of customers and staff that you may see, the newest first, and the adopted rate',
    access: 'colleague',
    query: z.strictObject({
      state: z.enum(SUGGESTION_STATES).optional(),
      source: z.enum(['customer', 'staff']).optional(),
      before: z.coerce.number().int().min(1).max(MAX_INT).optional().describe('`next` of the page before'),
    }),
    answers: { 200: { about: 'Fifty at most, with figures of the last 365 days', schema: SuggestionList } },
    handle: async ({ query, staff }) => reply(200, await suggestions.list(query, staff)),
  }),
  route({
    method: 'post',
    path: '/api/suggestions',
    tag: 'care',
    id: 'addSuggestion',
    summary: 'Put down a suggestion: your own, or what a customer said in a case',
    access: 'colleague',
    body: SuggestionBody,
    answers: { 201: { about: 'It is in the register', schema: SuggestionMade } },
    handle: async ({ body, staff }) => reply(201, await suggestions.add(body, staff)),
  }),
  route({
    method: 'get',
    path: '/api/suggestions/:id',
    tag: 'care',
    id: 'getSuggestion',
    summary: 'One suggestion',
    access: 'colleague',
    answers: {
      200: { about: 'With what became of it', schema: Suggestion },
      404: { about: 'No such suggestion, or not yours to see' },
    },
    handle: async ({ params, staff }) => reply(200, await suggestions.get(idIn(params.id), staff)),
  }),
  route({
    method: 'post',
    path: '/api/suggestions/:id/acts',
    tag: 'care',
    id: 'actOnSuggestion',
    summary:
      'Consider, adopt, decline, carry out or merge it, or say that you have told them; deciding is for those who lead',
    access: 'colleague',
    body: SuggestionActBody,
    answers: {
      200: { about: 'As it stands now; whoever suggested it is told by mail', schema: Suggestion },
      403: { about: 'Not for your role' },
      404: { about: 'No such suggestion, or not yours to see' },
      409: { about: 'It stands somewhere else by now' },
    },
    handle: async ({ params, body, staff }) => reply(200, await suggestions.act(idIn(params.id), body, staff)),
  }),
];
