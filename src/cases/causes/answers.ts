/**
 * What the weekly run over causes has found, as it is told.
 * @module
 */
import { z } from 'zod';
import { dayGiven } from '../../domain/basics/bounds';
import { CAUSES, FISHBONE } from '../../domain/basics/types';
import { COUNTED_BY, GROUPED_BY } from '../../domain/causes/groups';
import { words } from '../answer-parts';

const day = z.iso.date();

const value = z.object({ dimension: z.enum(GROUPED_BY), value: z.string(), name: words });

const risen = z.object({
  by: z.enum(COUNTED_BY).describe('by which day its complaints count: kinds when received, causes when resolved'),
  values: z.array(value).describe('what its complaints have in common'),
  from: day.describe('the first day of the week, or of the two weeks, in which it rose'),
  now: z.int().describe('complaints in it'),
  customers: z.int(),
  usual: z.number().describe('complaints in as many weeks before, on average'),
  weeks: z.int().describe('how many weeks before it is held against'),
  onceIn: z
    .int()
    .optional()
    .describe('chance alone makes as much once in so many weeks; absent: not known of what you are shown'),
  cases: z.array(z.string()).describe('the newest first, 200 at most'),
});
export type RisenShown = z.output<typeof risen>;

const action = z.object({
  actionId: z.string(),
  caseNo: z.string(),
  kind: z.enum(['urgent', 'preventive']),
  started: z.boolean(),
});

const bone = z.object({
  bone: z.enum(FISHBONE).nullable().describe('null: nobody has said in which'),
  name: words,
  cases: z.int(),
  actions: z.array(action).describe('corrective actions that have not ended'),
  causes: z.array(z.object({ cause: z.enum(CAUSES), name: words, cases: z.int(), actions: z.int() })),
});
export type BoneShown = z.output<typeof bone>;

const due = z.object({
  values: z.array(value).describe('cause, product and region'),
  cases: z.array(z.string()).describe('received within 60 days, since the last action for them; the newest first'),
  caseNo: z.string().optional().describe('the newest case in which an action can be planned; absent: none is open'),
});

/** What a week has found. */
export const causesShown = z.object({
  week: day.describe('its Monday'),
  to: day.describe('its Sunday'),
  found: z.boolean().describe('whether the weekly run has looked at this week; then what rises in it is fixed'),
  madeAt: z.iso.datetime().optional(),
  weeks: z.array(day).describe('weeks that were looked at, the newest first'),
  rising: z.array(risen).describe('what rises beyond chance, the surest first'),
  frequent: z.array(
    z.object({
      dimension: z.enum(GROUPED_BY),
      name: words,
      groups: z
        .array(
          z.object({
            value: z.string(),
            name: words,
            now: z.int(),
            usual: z.number().describe('a week, on average of the eight before'),
          }),
        )
        .describe('the ten largest'),
    }),
  ),
  period: z.object({ from: day, to: day }).describe('the nine weeks that the bones count, by the day of receipt'),
  bones: z.array(bone),
  due: z
    .array(due)
    .describe(
      'as of now: so many complaints as the policy asks for (`correctiveAction.openAt`), and no action under way',
    ),
});
export type CausesShown = z.output<typeof causesShown>;

export const causesQuery = z.strictObject({
  week: dayGiven.optional().describe('any day of it; by default the last that was looked at'),
});
export type CausesQuery = z.output<typeof causesQuery>;
