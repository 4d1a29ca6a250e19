import { topics, type Cases } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

export const Topics = named('Topics', topics);

/** What customers begin to complain of. */
export function topicRoutes({ reports }: Pick<Cases, 'reports'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/topics',
      tag: 'house',
      id: 'getTopics',
      summary:
        'Terms that rise in the complaints of the last seven days, and the commonest terms by category and product',
      access: 'supervisor',
      answers: { 200: { about: 'At most ten minutes old', schema: Topics } },
      async handle({ staff }) {
        return reply(200, await reports.topics(staff));
      },
    }),
  ];
}
