import { z } from 'zod';
import { readingFigures, type Cases } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const ReadingReport = named('ReadingReport', readingFigures);
const LearningStarted = named('LearningStarted', z.object({ started: z.literal(true) }));

/** How well complaints are read, and learning from own cases. */
export const readingRoutes = ({ reading }: Pick<Cases, 'reading'>): Route[] => [
  route({
    method: 'get',
    path: '/api/reading',
    tag: 'operation',
    id: 'getReading',
    summary:
      'How well complaints are read: what people kept and changed of suggestions in the last 90 days, and what was learnt from it',
    access: 'supervisor',
    answers: {
      200: { about: 'Agreement, majors, weeks, what people changed most, and own models', schema: ReadingReport },
    },
    handle: async ({ staff }) => reply(200, await reading.figures(staff)),
  }),
  route({
    method: 'post',
    path: '/api/reading/train',
    tag: 'operation',
    id: 'trainReading',
    summary: 'Learn from confirmed cases now instead of at night; a minute or two later it is in `models`',
    access: 'admin',
    answers: { 202: { about: 'It has begun, or was under way already', schema: LearningStarted } },
    async handle({ staff }) {
      await reading.train(staff);
      return reply(202, { started: true as const });
    },
  }),
];
