import { type Cases, notFound } from '../../cases';
import { toInstant } from '../../domain/time/duration';
import { houseInstant } from '../../house';
import { reply, route, type Route } from './route';
import * as schemas from './schemas';

/**
 * What is about the organisation and not about one case: the list of policies, corrective actions, figures,
 * departments, and who the caller is.
 */
export function houseRoutes(cases: Cases): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/policies',
      tag: 'house',
      id: 'listPolicies',
      summary: 'Published policies, the newest first; new complaints are opened under it',
      access: 'agent',
      answers: { 200: { about: 'All versions', schema: schemas.PolicyList } },
      handle: async () => reply(200, { items: await cases.policies.list() }),
    }),
    route({
      method: 'post',
      path: '/api/policies',
      tag: 'house',
      id: 'publishPolicy',
      summary: 'Publish the next version; running cases stay under theirs',
      access: 'manager',
      body: schemas.PolicyDraft,
      checksBody: true,
      largeBody: true,
      answers: { 201: { about: 'Published, with its version', schema: schemas.PolicyAnswer } },
      async handle({ body, staff }) {
        return reply(201, await cases.policies.publish(body, staff));
      },
    }),
    route({
      method: 'get',
      path: '/api/corrective-actions',
      tag: 'house',
      id: 'listActions',
      summary: 'Corrective actions; below a supervisor only your own',
      access: 'colleague',
      query: schemas.ActionQuery,
      answers: { 200: { about: 'All that fit', schema: schemas.ActionList } },
      async handle({ query, staff }) {
        const owner = query.owner === 'me' ? staff.id : query.owner;
        return reply(200, { items: await cases.reports.correctiveActions({ ...query, owner }, staff) });
      },
    }),
    route({
      method: 'get',
      path: '/api/reports/summary',
      tag: 'house',
      id: 'getSummary',
      summary: 'Figures over the complaints received in a period',
      access: 'supervisor',
      query: schemas.SummaryQuery,
      answers: { 200: { about: 'The figures', schema: schemas.Summary } },
      handle: async ({ query }) =>
        reply(200, await cases.reports.summary(toInstant(houseInstant(query.from)), toInstant(houseInstant(query.to)))),
    }),
    route({
      method: 'get',
      path: '/api/departments',
      tag: 'house',
      id: 'listDepartments',
      summary: 'Departments that may be asked for help, with their names and how many work there',
      access: 'colleague',
      answers: { 200: { about: 'All of them', schema: schemas.DepartmentList } },
      handle: async () => reply(200, { items: await cases.roster.departments() }),
    }),
    route({
      method: 'get',
      path: '/api/me',
      tag: 'house',
      id: 'getMe',
      summary: 'Who you are',
      access: 'colleague',
      answers: { 200: { about: 'You', schema: schemas.Me } },
      async handle({ staff }) {
        const user = staff && (await cases.staff.find(staff.id));
        if (!user) throw notFound({ zh: '员工', en: 'member of staff' });
        const { id, name, role, team, language } = user;
        return reply(200, { id, name, role, team, language });
      },
    }),
  ];
}
