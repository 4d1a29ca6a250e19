/**
 * How well complaints are read, as those who lead see it.
 * @module
 */
import { z } from 'zod';
import { CATEGORIES, GRADES } from '../../domain/basics/types';
import { instant } from '../answer-parts';

const label = z.enum([...GRADES, ...CATEGORIES]);

/** One kind of reading against what people decided. */
const agreement = z.object({
  agreed: z.int().describe('cases for which people kept what was suggested'),
  matrix: z
    .array(z.object({ suggested: z.string(), decided: z.string(), count: z.int() }))
    .describe('how many were suggested as one thing and decided as another; what never happened is left out'),
});

const majors = z.object({
  decided: z.int().describe('cases that people call major'),
  suggested: z.int().describe('cases that were suggested as major'),
  both: z.int().describe('both: of `decided` the recall, of `suggested` the precision'),
});

const rightly = z
  .object({ rules: z.int(), own: z.int() })
  .describe('held-out cases that are read rightly: by the rules alone, and with what is used of the own model');

const ownModel = z.object({
  version: z.string().describe('as in the engine of suggestions: `+own@<version>`'),
  madeAt: instant,
  used: z.array(label).describe('the labels that it has a say in; empty: it reads nothing better than the rules'),
  figures: z.object({
    learnt: z.int(),
    heldOut: z.int().describe('cases that it has not learnt from, by which all other figures are'),
    majors: z.int(),
    majorsRead: rightly,
    grade: rightly,
    category: rightly,
    labels: z
      .array(z.object({ label, used: z.boolean(), won: z.int(), lost: z.int() }))
      .describe('cases that a label alone wins and loses against the rules'),
  }),
});

/** How well complaints are read. */
export const readingFigures = z.object({
  from: instant,
  to: instant,
  confirmed: z.int().describe('cases received in this time whose grade and category a person has confirmed or changed'),
  grade: agreement,
  category: agreement,
  major: majors,
  weeks: z
    .array(
      z.object({
        from: instant,
        confirmed: z.int(),
        grade: z.int().describe('cases whose suggested grade was kept'),
        category: z.int().describe('cases whose suggested category was kept'),
        majors: z.int(),
        majorsRead: z.int(),
      }),
    )
    .describe('the last eight weeks, the latest first: a fall says that customers write of other things than before'),
  changed: z
    .array(
      z.object({
        kind: z.enum(['grade', 'category']),
        from: z.string(),
        to: z.string(),
        count: z.int(),
        words: z
          .array(z.object({ word: z.string(), count: z.int() }))
          .describe('words behind these suggestions, each of at least three customers'),
      }),
    )
    .describe('what people changed most'),
  models: z
    .array(ownModel)
    .describe('what was learnt from own cases, the latest first; complaints are read by the first'),
  needed: z.int().describe('confirmed cases that it takes to learn from them'),
});
export type ReadingFigures = z.output<typeof readingFigures>;
export type OwnModelShown = z.output<typeof ownModel>;
