import { z } from 'zod';
import { type Cases, queueEntry } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const Queue = named('Queue', z.object({ items: z.array(named('QueueEntry', queueEntry)) }));

/** The cases that wait for an owner, and why each waits. */
export function queueRoutes({ roster }: Pick<Cases, 'roster'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/queue',
      tag: 'roster',
      id: 'getQueue',
      summary: 'Cases that wait for somebody to be free, in the order in which they are given away, and why they wait',
      access: 'supervisor',
      answers: { 200: { about: 'The queue', schema: Queue } },
      async handle({ staff }) {
        return reply(200, await roster.queue(staff));
      },
    }),
  ];
}
