import type { Cases } from '../../cases';
import { UNSEEN } from './cases';
import { AROUND_A_DECISION_MS, BULK_MS } from './decisions';
import { reply, route, type Route } from './route';
import * as schemas from './schemas';

interface Needs {
  cases: Pick<Cases, 'handling'>;
  /** Milliseconds to wait for a worker. */
  decisionTimeoutMs: number;
}

const NOT_YOURS = { 403: { about: 'The case is not yours to work on' } };

/** Groups of complaints of different customers about one matter, solved once. */
export function groupRoutes({ cases: { handling }, decisionTimeoutMs }: Needs): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/cases/:caseNo/group',
      tag: 'cases',
      id: 'getGroup',
      summary: 'The group of complaints about one matter in which a case is, and how far its decisions have come',
      access: 'colleague',
      query: schemas.GroupQuery,
      answers: { 200: { about: 'The group; without `group`: it is in none', schema: schemas.GroupOfCase }, ...UNSEEN },
      async handle({ params, query, staff }) {
        return reply(200, await handling.group(params.caseNo, staff, query.decision));
      },
    }),
    route({
      method: 'post',
      path: '/api/cases/:caseNo/group',
      tag: 'cases',
      id: 'joinGroup',
      summary: 'Join cases of other customers to a group that this one leads; each stays open with its own promises',
      access: 'agent',
      body: schemas.JoinGroup,
      answers: {
        200: { about: 'The group; those that were in it stay', schema: schemas.GroupOfCase },
        409: {
          about: '`group_closed`, `group_elsewhere`, `group_not_lead`, `group_too_many`: none was joined',
        },
        ...NOT_YOURS,
        ...UNSEEN,
      },
      async handle({ params, body, staff }) {
        return reply(200, await handling.join(params.caseNo, body.members, staff));
      },
    }),
    route({
      method: 'delete',
      path: '/api/cases/:caseNo/group/:member',
      tag: 'cases',
      id: 'leaveGroup',
      summary: 'Take a case out of the group that this one leads; the lead itself ends the group',
      access: 'agent',
      answers: { 200: { about: 'The group afterwards', schema: schemas.GroupOfCase }, ...NOT_YOURS, ...UNSEEN },
      async handle({ params, staff }) {
        return reply(200, await handling.leave(params.caseNo, params.member, staff));
      },
    }),
    route({
      method: 'post',
      path: '/api/cases/:caseNo/group/decide',
      tag: 'decisions',
      id: 'decideInGroup',
      summary:
        'Take in other cases of the group what has been decided in its lead, in each by itself; the same again takes only what is not taken yet',
      access: 'agent',
      body: schemas.DecideInGroup,
      timeLimitMs: BULK_MS + decisionTimeoutMs + AROUND_A_DECISION_MS,
      answers: {
        200: { about: 'What became of it in each case', schema: schemas.BulkAnswer },
        409: { about: '`group_not_lead`' },
        ...UNSEEN,
      },
      async handle({ params, body, staff }) {
        return reply(200, await handling.decideInGroup(params.caseNo, body, staff));
      },
    }),
  ];
}
