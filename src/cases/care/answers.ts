/**
 * The care list, as it is told.
 * @module
 */
import { z } from 'zod';
import { WIN_BACKS } from '../../db/records';
import { said } from '../../domain/basics/faults';
import { freeText } from '../../domain/basics/free-text';
import { CARE_RULES } from '../../domain/policy/care';
import { instant, person } from '../answer-parts';

/** What is shown of the list: those to call now, or everybody. */
export const CARE_SHOWN = ['calls', 'all'] as const;

/** A customer on the care list. */
export const careEntry = z.object({
  id: z.uuid(),
  caseNo: z.string().describe('the case that brought them here last'),
  customerName: z.string(),
  phone: z
    .string()
    .optional()
    .describe('masked; the whole number stands in the answer about the case, and that look is written down'),
  reasons: z.array(z.object({ rule: z.enum(CARE_RULES), at: instant })).describe('why they are here, the latest last'),
  since: instant.describe('when that case ended'),
  tipsBy: instant.describe('by when somebody calls them with tips'),
  isLate: z.boolean().describe('nobody has called by then'),
  isOpen: z.boolean().describe('a complaint of theirs is open: they are neither called nor greeted until it is over'),
  called: z.object({ at: instant, by: person, note: z.string().optional() }).optional(),
  winBack: z.object({ outcome: z.enum(WIN_BACKS), at: instant, by: person }).optional(),
  birthday: z.string().optional().describe('MM-DD'),
  optedOut: z
    .object({ at: instant, by: person.optional() })
    .optional()
    .describe('they want no such attention; without `by` they said so by the link in a mail'),
  next: z
    .enum(['call', 'later', 'askWinBack', 'nothing', 'caseFirst'])
    .describe('`later`: a call whose time has not come; `caseFirst`: their complaint is open'),
});
export type CareShown = z.output<typeof careEntry>;

/** How those who were entered in the last 365 days were looked after. */
export const careFigures = z.object({
  from: instant,
  entered: z.int(),
  called: z.int(),
  optedOut: z.int(),
  boughtAgain: z.int(),
  saidSo: z.int().describe('said that they would buy again'),
  no: z.int(),
  winBackRate: z
    .number()
    .nullable()
    .describe('those who bought again or said that they would, among those of whom it is known; null: of nobody'),
});

export const careList = z.object({
  items: z.array(careEntry).describe('a hundred at most: calls by when they are due, all with the latest first'),
  isCut: z.boolean().describe('there are more'),
  figures: careFigures,
});
export type CareList = z.output<typeof careList>;

const note = freeText(1_000);

/** Whether some year has it: 02-29 is a birthday, 02-30 is none. */
function isDayOfYear(text: string): boolean {
  const [month = 0, day = 0] = text.split('-').map(Number);
  return new Date(Date.UTC(2024, month - 1, day)).getUTCDate() === day;
}

/** What is done about one of them. */
export const careAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('called'), note: note.optional(), winBack: z.enum(WIN_BACKS).optional() }),
  z.strictObject({ act: z.literal('winBack'), outcome: z.enum(WIN_BACKS) }),
  z.strictObject({
    act: z.literal('birthday'),
    on: z
      .string()
      .regex(/^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, {
        error: said({ zh: '须为 MM-DD，例如 05-20', en: 'must be MM-DD, as 05-20' }),
      })
      .refine(isDayOfYear, { error: said({ zh: '没有这一天', en: 'there is no such day' }) })
      .nullable()
      .describe('null: the house has it no more'),
  }),
  z.strictObject({ act: z.literal('optOut') }),
]);
export type CareAct = z.output<typeof careAct>;
