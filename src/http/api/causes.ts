import { causesQuery, causesShown, type Cases } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const Causes = named('Causes', causesShown);

/** What rises among the causes of complaints. */
export const causeRoutes = ({ causes }: Pick<Cases, 'causes'>): Route[] => [
  route({
    method: 'get',
    path: '/api/causes/weekly',
    tag: 'house',
    id: 'getWeeklyCauses',
    summary:
      'What rises in a week against the eight before, beyond chance; the commonest kinds, causes, products and regions; and the fishbone with its open corrective actions',
    access: 'supervisor',
    query: causesQuery,
    answers: { 200: { about: 'Without the cases that are kept from you', schema: Causes } },
    handle: async ({ query, staff }) => reply(200, await causes.weekly(query, staff)),
  }),
];
