/**
 * The schemas of what a customer may see of their complaint. Every text in them is the customer's own or was written for
 * them.
 * @module
 */
import { z } from 'zod';
import { SLUG } from '../../domain/basics/ids';
import { freeText } from '../../domain/basics/free-text';
import { LANGUAGES, OUTCOMES, REMEDIES, STAGES } from '../../domain/basics/types';
import { SIDES } from '../../domain/views/conversation';
import { CUSTOMER_STEPS } from '../../domain/views/customer-steps';
import { instant, words } from '../answer-parts';

const remedy = z.object({ kind: z.enum(REMEDIES), amount: z.number() });
/** A solution that is, or was, offered to the customer. */
export const offer = z.object({
  remedies: z.array(remedy),
  solution: z.string().describe('in the words of whoever proposed it'),
  answerBy: instant.optional(),
});
export type OfferView = z.output<typeof offer>;

/** Who has the case: `handler` as the house writes the name, `handlerWords` in both languages. */
const handler = { handler: z.string().optional(), handlerWords: words.optional() };

const followUp = z
  .object({ by: z.string().optional(), byWords: words.optional(), dueAt: instant.optional() })
  .optional()
  .describe('after a low score: who gets in touch, and by when');

/** What the progress page shows. */
export const progress = z.object({
  caseNo: z.string(),
  customerName: z.string().describe('as they gave it'),
  language: z.enum(LANGUAGES),
  stage: z.enum(STAGES),
  round: z.int(),
  receivedAt: instant,
  danger: z.literal(true).optional().describe('it speaks of danger to life or body'),
  steps: z
    .array(
      z.object({
        step: z.enum(CUSTOMER_STEPS),
        words,
        status: z.enum(['done', 'current', 'future']),
        at: instant.optional(),
        text: z.string().optional().describe("the customer's own words"),
      }),
    )
    .describe('what has happened, each with its time; then what comes next'),
  ...handler,
  alerted: z
    .enum(['supervisor', 'manager'])
    .optional()
    .describe('who, beside the handler, has been told that the answer or the solution is late'),
  answerBy: instant.optional().describe('while the first response is due'),
  respondedAt: instant.optional(),
  resolveBy: instant.optional().describe('absent while the promise stands still'),
  onHold: z.literal(true).optional().describe('the promise of the solution stands still; its time is given back'),
  revisitBy: instant.optional(),
  paused: z.object({ reason: z.enum(['customer', 'parts', 'third_party']), until: instant }).optional(),
  offer: offer.extend({ token: z.string(), url: z.url() }).optional().describe('waits for the customer'),
  agreed: offer
    .extend({ at: instant, carriedOutAt: instant.optional() })
    .optional()
    .describe('what the customer accepted'),
  mergedInto: z
    .object({ caseNo: z.string(), url: z.url() })
    .optional()
    .describe('the complaint it goes on in, where that is the same customer’s'),
  followUp,
  outcome: z.enum(OUTCOMES).optional(),
  result: z.string().optional().describe('the words of the result letter'),
  survey: z.object({ token: z.string(), url: z.url(), until: instant.optional() }).optional(),
  chase: z
    .object({ left: z.int(), lastAt: instant.optional(), nextAt: instant.optional() })
    .optional()
    .describe('how often the customer may still chase today; absent where there is nothing to chase'),
  messages: z
    .array(
      z.object({
        at: instant,
        from: z.enum(SIDES),
        by: z.string().optional().describe('who of the house wrote it'),
        byWords: words.optional(),
        text: z.string(),
      }),
    )
    .optional()
    .describe('what house and customer wrote to each other, the oldest first; absent while there is nothing'),
  files: z
    .array(
      z.object({
        evidenceId: z.uuid(),
        fileName: z.string(),
        mediaType: z.string().describe('by the content'),
        bytes: z.int(),
        addedAt: instant,
      }),
    )
    .optional()
    .describe('what the customer has sent, the oldest first; absent while there is nothing'),
  write: z
    .object({ left: z.int() })
    .optional()
    .describe('how often the customer may still write or ask for a call today; absent once the case has ended'),
  callBack: z
    .object({ at: instant, from: instant.optional(), to: instant.optional() })
    .optional()
    .describe('the call they asked for, until somebody has spoken or written to them'),
  reopen: z
    .object({ until: instant.optional() })
    .optional()
    .describe('the customer may take the case up again, until then'),
});
export type ProgressView = z.output<typeof progress>;

const score = z.int().min(1).max(5);
/** A customer's rating. */
export const scores = {
  speed: score,
  solution: score,
  attitude: score,
  total: score,
  comment: freeText(4_000).optional(),
  answers: z.record(z.string().regex(SLUG), score).optional().describe("of the policy's own questions, by their ids"),
};
const scored = z.object(scores);
export type Scores = z.output<typeof scored>;

/** What the page of a survey's link shows. */
export const survey = z.object({
  caseNo: z.string(),
  language: z.enum(LANGUAGES),
  receivedAt: instant,
  product: z.string().optional().describe('what the complaint is about, as the customer named it'),
  ...handler,
  status: z.enum(['open', 'answered', 'over']),
  until: instant.optional(),
  questions: z
    .array(z.object({ id: z.string(), name: words }))
    .describe('beside the four scores; nobody has to answer'),
  answers: scored.optional(),
  followUp,
});
export type SurveyView = z.output<typeof survey>;

/** What the page of a proposal's link shows. */
export const proposal = offer.extend({
  caseNo: z.string(),
  customerName: z.string().describe('as they gave it'),
  language: z.enum(LANGUAGES),
  ...handler,
  status: z
    .enum(['open', 'accepted', 'declined', 'over'])
    .describe(
      '`open` while an answer counts, also a late one; `over`: replaced by another solution, expired, or the case has ended',
    ),
  answeredAt: instant.optional(),
});
export type ProposalView = z.output<typeof proposal>;
