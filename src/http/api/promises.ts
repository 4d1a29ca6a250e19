import { z } from 'zod';
import { type Cases, MOVED_AT_ONCE } from '../../cases';
import { CASE_NO, readCaseNumber } from '../../domain/basics/ids';
import { policyVersion } from '../../domain/policy/schema';
import { reply, route, type Route } from './route';
import { instant, named, words } from './schemas';

const day = z.object({ date: z.string(), name: words.optional() });
const actor = z.object({
  kind: z.enum(['staff', 'customer', 'system']),
  id: z.string().optional(),
  role: z.string().optional(),
  team: z.string().optional(),
});

const Promises = named(
  'Promises',
  z.object({
    items: z.array(
      z.object({
        clock: z.string(),
        promise: z.string(),
        name: words.optional(),
        sentence: words.describe('the whole of it as a person would tell it'),
        kind: z.enum(['house', 'statutory']),
        pack: z.string().optional(),
        source: z.string().optional(),
        run: z.int().describe('1 for the first time this clock ran in the case'),
        length: z.object({ value: z.number(), unit: z.string() }).optional(),
        calendar: z.object({ id: z.string(), version: z.int() }).optional(),
        status: z.enum(['running', 'paused', 'met', 'late', 'cancelled']),
        startedAt: instant,
        dueAt: instant,
        stoppedAt: instant.optional(),
        breachedAt: instant.optional().describe('the true due time that was missed'),
        countedIn: z.enum(['time', 'workingTime', 'days']),
        usedMs: z.int().describe('used of its own reckoning, without the time given back'),
        waitedMs: z.int().describe('stood still, and given back'),
        leftMs: z.int(),
        wallMs: z.int(),
        workingMs: z.int().optional(),
        nights: z.int(),
        weekendDays: z.int(),
        holidays: z.array(day),
        makeUpDays: z.array(day),
        waits: z.array(z.object({ from: instant, to: instant.optional(), cause: z.string(), ms: z.int() })),
        moves: z.array(z.object({ at: instant, from: instant, to: instant, because: z.string(), by: actor })),
        escalations: z.int(),
        entries: z.array(
          z.object({
            seq: z.int(),
            at: instant,
            type: z.string(),
            cause: z.object({ seq: z.int(), type: z.string(), actor }),
          }),
        ),
      }),
    ),
  }),
);

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
const Moved = named(
  'Moved',
  z.object({
    to: z.int(),
    items: z.array(
      z.object({
        caseNo: z.string(),
        from: z.int(),
        status: z.enum(['preview', 'moved', 'accepted', 'refused']),
        because: words.optional(),
        seq: z.int().optional(),
        clocks: z.array(
          z.object({
            clock: z.string(),
            change: z.enum(['moved', 'added', 'calledOff']),
            was: instant.optional(),
            dueAt: instant.optional(),
          }),
        ),
      }),
    ),
  }),
);

const version = (params: Record<string, string>): number => {
  const number = Number(params.version);
  return Number.isInteger(number) && number > 0 && number < 2_147_483_648 ? number : 0;
};

/** Where a promise's time went, and how running cases come under another version of the policy. */
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
        return reply(200, await cases.moves.preview(version(params), body, staff));
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
        return reply(200, await cases.moves.move(version(params), body.cases, staff));
      },
    }),
  ];
}
