import { z } from 'zod';
import { savedView, wantedView, type Cases } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const SavedView = named('SavedView', savedView);
const WantedView = named('WantedView', wantedView);
const SavedViewList = named('SavedViewList', z.object({ items: z.array(SavedView) }));
const ViewRemoved = named('ViewRemoved', z.object({ removed: z.literal(true) }));

/** What routes answer that change a view. */
const whoseItIs = {
  403: { about: 'You see it, but it is not yours' },
  404: { about: 'No such view, or not yours to see' },
};
const exists = { 409: { about: 'You have one of this name, or too many' } };

/** Lists of cases that people have saved under a name. */
export function savedViewRoutes({ views }: Pick<Cases, 'views'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/views',
      tag: 'cases',
      id: 'listViews',
      summary: 'Saved views: yours, those of your team and those for everybody',
      access: 'colleague',
      answers: { 200: { about: 'The views, by name', schema: SavedViewList } },
      handle: async ({ staff }) => reply(200, { items: await views.list(staff) }),
    }),
    route({
      method: 'post',
      path: '/api/views',
      tag: 'cases',
      id: 'createView',
      summary: 'Save filters and order of the list under a name',
      access: 'colleague',
      body: WantedView,
      answers: {
        201: { about: 'The view', schema: SavedView },
        403: { about: 'To share it with everybody is for a supervisor' },
        ...exists,
      },
      handle: async ({ body, staff }) => reply(201, await views.create(body, staff)),
    }),
    route({
      method: 'put',
      path: '/api/views/:id',
      tag: 'cases',
      id: 'changeView',
      summary: 'Change a view of yours; admins also shared ones',
      access: 'colleague',
      body: WantedView,
      answers: { 200: { about: 'The view', schema: SavedView }, ...whoseItIs, ...exists },
      handle: async ({ params, body, staff }) => reply(200, await views.change(params.id, body, staff)),
    }),
    route({
      method: 'delete',
      path: '/api/views/:id',
      tag: 'cases',
      id: 'removeView',
      summary: 'Remove a view of yours; admins also shared ones',
      access: 'colleague',
      answers: { 200: { about: 'It is gone', schema: ViewRemoved }, ...whoseItIs },
      async handle({ params, staff }) {
        await views.remove(params.id, staff);
        return reply(200, { removed: true });
      },
    }),
  ];
}
