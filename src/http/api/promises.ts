import { z } from 'zod';
import { type Cases, casesMoved, MOVED_AT_ONCE, promiseAnswer } from '../../cases';
import { CASE_NO, readCaseNumber } from '../../domain/basics/ids';
import { policyVersion } from '../../domain/policy/schema';
import { reply, route, versionIn, type Route } from './route';
import { named } from './schemas';

const Promises = named('Promises', z.object({ items: z.array(named('CasePromise', promiseAnswer)) }));

/** Case numbers as people type or paste them, brought into their one form. */
const caseNos = z
  .array(z.string().max(64).transform(readCaseNumber).pipe(z.string().regex(CASE_NO)))
  .min(1)
  .max(MOVED_AT_ONCE);
const MovePreview = named(
  'MovePreview',
  z.strictObject({
    cases: caseNos.optional(),
    from: policyVersion.optional().describe('all open cases under this version, as many as fit one call'),
  }),
);
const Move = named(
  'Move',
  z.strictObject({ cases: caseNos.describe('each named: nobody moves what they have not seen') }),
);
const Moved = named('Moved', casesMoved);

/** A case's promises, explained; and moving running cases to another version of the policy. */
export function promiseRoutes(cases: Cases): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/cases/:caseNo/promises',
      tag: 'cases',
      id: 'getPromises',
      summary: 'Every promise of the case, explained: what was used, slept over, waited for, moved, broken',
      access: 'colleague',
      answers: {
        200: { about: 'The promises', schema: Promises },
        404: { about: 'No such case, or not yours to see' },
      },
      async handle({ params, staff }) {
        return reply(200, await cases.handling.promises(params.caseNo, staff));
      },
    }),
    route({
      method: 'post',
      path: '/api/policies/:version/moves/preview',
      tag: 'house',
      id: 'previewMove',
      summary: 'What moving running cases to this version would do to their promises; changes nothing',
      access: 'manager',
      body: MovePreview,
      answers: { 200: { about: 'Case by case', schema: Moved }, 404: { about: 'No such version' } },
      async handle({ params, body, staff }) {
        return reply(200, await cases.moves.preview(versionIn(params.version), body, staff));
      },
    }),
    route({
      method: 'post',
      path: '/api/policies/:version/moves',
      tag: 'house',
      id: 'moveCases',
      summary: 'Move these running cases to this version; each ledger says who did',
      access: 'manager',
      body: Move,
      answers: { 200: { about: 'Case by case', schema: Moved }, 404: { about: 'No such version' } },
      timeLimitMs: 0,
      async handle({ params, body, staff }) {
        return reply(200, await cases.moves.move(versionIn(params.version), body.cases, staff));
      },
    }),
  ];
}
