import { handingPlan, handingWanted, type Cases } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const HandingPlan = named('HandingPlan', handingPlan);

/** What whoever leads plans on their board. */
export const boardRoutes = ({ board }: Pick<Cases, 'board'>): Route[] => [
  route({
    method: 'post',
    path: '/api/board/plan',
    tag: 'roster',
    id: 'planHanding',
    summary:
      'To whom the open cases of somebody could be given, and why. Changes nothing: send `reassign` for those you want',
    access: 'supervisor',
    body: handingWanted,
    answers: {
      200: { about: 'The plan', schema: HandingPlan },
      404: { about: 'There is no such person, or not in your team' },
    },
    handle: async ({ body, staff }) => reply(200, await board.planHanding(body.from, staff)),
  }),
];
