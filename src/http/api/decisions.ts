import type { Histogram } from 'prom-client';
import { aboutWords, type Cases, invalid, isRefused, notFound } from '../../cases';
import { faultsOf } from '../../domain/basics/faults';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import { STATUS } from '../middleware/problem';
import { UNSEEN } from './cases';
import { schemaOf } from './json-schema';
import { reply, route, type Route } from './route';
import * as schemas from './schemas';

interface Needs {
  cases: Cases;
  /** Labelled with the decision and its outcome: `taken`, `accepted`, `refused` (4xx) or `failed`. */
  decisionSeconds: Histogram;
  /**
   * Milliseconds to wait for a worker (`DECISION_TIMEOUT_MS`, 4 s by default). After that the decision is sent to the
   * workflow as a signal instead, and all of it should still be answered within five seconds.
   */
  decisionTimeoutMs: number;
}

/**
 * Milliseconds beside the wait for a worker: reading the case before, sending the signal, reading the case afterwards.
 */
export const AROUND_A_DECISION_MS = 900;

/** Milliseconds in which decisions of one request are begun; those begun last are still waited for. */
export const BULK_MS = 30_000;

/** The fields of a decision, checked. @throws Refused `invalid`, with the faults under `fields.…` */
function fieldsOf(name: DecisionName, fields: Record<string, unknown>): Record<string, unknown> {
  const schema = schemas.decisionFields(name);
  if (!schema) throw notFound({ zh: '决定', en: 'decision' });
  const parsed = schema.safeParse(fields, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalid(faultsOf(parsed.error).map((fault) => ({ ...fault, path: `fields.${fault.path}` })));
}

/** Deciding in a case: one address for each decision of the catalogue, and one that describes a decision. */
export function decisionRoutes({ cases, decisionSeconds, decisionTimeoutMs }: Needs): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/decisions/:decision',
      tag: 'decisions',
      id: 'getDecision',
      summary: 'A decision: what it is, and the schema of its body by itself',
      access: 'colleague',
      answers: {
        200: { about: 'The decision', schema: schemas.DecisionAbout },
        404: { about: 'No decision is called so' },
      },
      async handle({ params }) {
        const name = DECISION_NAMES.find((one) => one === params.decision);
        const body = name && schemas.decisionBodies.get(name);
        if (!name || !body) throw notFound({ zh: '决定', en: 'decision' });
        const { label, about } = DECISIONS[name];
        return reply(200, {
          decision: name,
          label,
          about,
          aboutWords: aboutWords(name),
          schema: schemaOf(body, 'input'),
        });
      },
    }),
    route({
      method: 'post',
      path: '/api/queue/next',
      tag: 'decisions',
      id: 'takeNext',
      summary: 'Take the case without an owner that presses most, of those you may own, and accept it',
      access: 'agent',
      body: schemas.TakeNext,
      // It assigns, and it accepts; a case that somebody else has taken meanwhile costs another try.
      timeLimitMs: 3 * (decisionTimeoutMs + AROUND_A_DECISION_MS),
      answers: {
        200: { about: 'The case', schema: schemas.TakenNext },
        409: { about: '`nothing_to_take`' },
      },
      handle: async ({ body, staff }) => reply(200, await cases.handling.takeNext(staff, body.requestId)),
    }),
    route({
      method: 'post',
      path: '/api/cases/bulk',
      tag: 'decisions',
      id: 'decideInBulk',
      summary: 'One decision in up to 200 cases, each by itself, with a report of what was refused and why',
      access: 'colleague',
      body: schemas.Bulk,
      timeLimitMs: BULK_MS + decisionTimeoutMs + AROUND_A_DECISION_MS,
      answers: { 200: { about: 'What became of it in each case', schema: schemas.BulkAnswer } },
      async handle({ body: { decision, fields, cases: wanted, decisionId }, staff }) {
        const input = fieldsOf(decision, fields);
        return reply(200, await cases.handling.decideInBulk({ decision, input, cases: wanted, decisionId }, staff));
      },
    }),
    ...DECISION_NAMES.map((name) =>
      route({
        method: 'post',
        path: `/api/cases/:caseNo/decisions/${name}`,
        tag: 'decisions',
        id: `decide_${name}`,
        summary: `${DECISIONS[name].label.en} · ${DECISIONS[name].label.zh}. ${DECISIONS[name].about}`,
        access: 'colleague',
        body: schemas.decisionBodies.get(name),
        timeLimitMs: decisionTimeoutMs + AROUND_A_DECISION_MS,
        answers: {
          200: { about: 'Taken: the ledger has it', schema: schemas.CaseAfterDecision },
          202: { about: 'Stored with the case; no worker answered in time', schema: schemas.DecisionAccepted },
          403: { about: 'Not for your role, or not for you in this case' },
          409: { about: 'Not possible now: why, and what is possible instead' },
          ...UNSEEN,
        },
        async handle({ params, body, staff }) {
          const done = decisionSeconds.startTimer({ decision: name });
          try {
            const answer = await cases.handling.decide(params.caseNo, name, body, staff);
            if ('case' in answer) {
              done({ outcome: 'taken' });
              return reply(200, answer);
            }
            done({ outcome: 'accepted' });
            return reply(202, answer);
          } catch (error) {
            done({ outcome: isRefused(error) && STATUS[error.kind] < 500 ? 'refused' : 'failed' });
            throw error;
          }
        },
      }),
    ),
  ];
}
