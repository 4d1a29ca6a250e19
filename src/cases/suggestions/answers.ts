/**
 * The register of suggestions, as it is told.
 * @module
 */
import { z } from 'zod';
import { SUGGESTION_STATES } from '../../db/records';
import { dayGiven } from '../../domain/basics/bounds';
import { freeText } from '../../domain/basics/free-text';
import { isCaseNumber } from '../../domain/basics/ids';
import { said } from '../../domain/basics/faults';
import { staffId } from '../../domain/basics/schemas';
import { instant, person } from '../answer-parts';

/** Characters of a suggestion, and of what is said of it. */
export const LONGEST_SUGGESTION = 2_000;
const words = freeText(LONGEST_SUGGESTION);
const suggestionId = z.int().min(1).max(2_147_483_647);

/** How whoever suggested it was told of its present state. */
export const TOLD = ['waiting', 'mail', 'person', 'none'] as const;

/** A suggestion with what became of it. */
export const suggestion = z.object({
  id: z.int(),
  source: z.enum(['customer', 'staff']).describe('whose idea it is'),
  caseNo: z
    .string()
    .optional()
    .describe('the case in which it was said; left out: there is none, or not for the reader'),
  by: person.optional().describe('who put it down; left out: the customer, on the page'),
  text: z.string(),
  state: z.enum(SUGGESTION_STATES).describe('done: it is carried out'),
  into: z.int().optional().describe('the suggestion it goes on in, once merged'),
  merged: z.int().describe('how many were merged into it'),
  owner: person.optional().describe('who carries it out'),
  dueOn: z.string().optional().describe('a date'),
  isLate: z.boolean().describe('it is adopted, and its date is over'),
  reason: z.string().optional().describe('why it was adopted or declined'),
  decidedBy: person.optional(),
  decidedAt: instant.optional(),
  result: z.string().optional().describe('what was done'),
  doneAt: instant.optional(),
  told: z
    .object({ how: z.enum(TOLD), at: instant.optional() })
    .optional()
    .describe(
      'of a decided one: `waiting`: a mail is on its way; `mail`, `person`: they were told so; `none`: no mail reaches them, somebody has to tell them',
    ),
  createdAt: instant,
  may: z
    .array(z.enum(['consider', 'adopt', 'decline', 'carryOut', 'merge', 'tell']))
    .describe('what the reader may do now'),
});
export type SuggestionShown = z.output<typeof suggestion>;

/** How many were suggested, and what became of them. */
export const suggestionFigures = z.object({
  from: instant,
  received: z.int().describe('suggested since then, merged ones included'),
  merged: z.int(),
  open: z.int().describe('not decided yet'),
  adopted: z.int().describe('adopted and not carried out yet'),
  done: z.int().describe('carried out'),
  declined: z.int(),
  adoptedRate: z
    .number()
    .nullable()
    .describe(
      'adopted and carried out ones among the decided; one that was merged counts with what it was merged into; null: none is decided',
    ),
  toTell: z.int().describe('suggested by somebody whom no mail reaches, and who has not been told of the decision'),
});

/** A page of the register. */
export const suggestionList = z.object({
  items: z.array(suggestion),
  next: z.int().optional().describe('`before` of the next page'),
  figures: suggestionFigures,
});
export type SuggestionList = z.output<typeof suggestionList>;

/** A suggestion that was put down. */
export const suggestionMade = z.object({ id: z.int() });

/** What somebody suggests. */
export const wantedSuggestion = z.strictObject({
  text: words,
  caseNo: z
    .string()
    .refine(isCaseNumber, { error: said({ zh: '不是投诉单号', en: 'is no case number' }) })
    .optional()
    .describe('the case in which it was said'),
  source: z
    .enum(['customer', 'staff'])
    .default('staff')
    .describe('`customer`: theirs, said in the case, who will be told'),
  key: z.uuid().optional().describe('under it the same request, sent again, is one suggestion'),
});
export type WantedSuggestion = z.output<typeof wantedSuggestion>;

/** What a customer suggests. */
export const customerSuggestion = z.strictObject({ text: words, key: z.uuid().optional() });

/** What is done with a suggestion. `reason` and `result` are told to whoever suggested it. */
export const suggestionAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('consider') }),
  z.strictObject({ act: z.literal('adopt'), owner: staffId, dueOn: dayGiven, reason: words.optional() }),
  z.strictObject({ act: z.literal('decline'), reason: words }),
  z.strictObject({ act: z.literal('carryOut'), result: words }),
  z.strictObject({ act: z.literal('merge'), into: suggestionId }),
  z.strictObject({ act: z.literal('tell') }),
]);
export type SuggestionAct = z.output<typeof suggestionAct>;
export type SuggestionActName = SuggestionAct['act'];
