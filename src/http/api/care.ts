import { z } from 'zod';
import { CARE_SHOWN, careAct, careEntry, careList, type Cases } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const CareEntry = named('CareEntry', careEntry);
const CareList = named('CareList', careList);
const CareActBody = named('CareActBody', careAct);

/** The care list: customers who are looked after when their complaint is over. */
export const careRoutes = ({ care }: Pick<Cases, 'care'>): Route[] => [
  route({
    method: 'get',
    path: '/api/care',
    tag: 'care',
    id: 'listCare',
    summary: 'Customers on the care list whose case you may see, and the win-back rate',
    access: 'agent',
    query: z.strictObject({
      show: z.enum(CARE_SHOWN).default('calls').describe('`calls`: those to call with tips in the next two weeks'),
    }),
    answers: { 200: { about: 'A hundred at most, with figures of the last 365 days', schema: CareList } },
    handle: async ({ query, staff }) => reply(200, await care.list(query.show, staff)),
  }),
  route({
    method: 'post',
    path: '/api/care/:id/acts',
    tag: 'care',
    id: 'actOnCare',
    summary: 'Write down a call, whether they came back, a birthday, or that they want no such attention',
    access: 'agent',
    body: CareActBody,
    answers: {
      200: { about: 'As it stands now', schema: CareEntry },
      404: { about: 'Nobody on the list, or not yours to see' },
      409: { about: 'They were called, are not to be called, or have a complaint open' },
    },
    handle: async ({ params, body, staff }) => reply(200, await care.act(params.id, body, staff)),
  }),
];
