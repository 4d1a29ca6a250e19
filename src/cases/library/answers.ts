/**
 * The schemas of the library: what solved cases have taught, as staff write, review and read it.
 * @module
 */
import { z } from 'zod';
import { LIBRARY_ACTS, LIBRARY_STATES, LIBRARY_TEXTS, type LibraryText } from '../../db/records';
import { said } from '../../domain/basics/faults';
import { freeText, isCleanText, shortText, UNCLEAN } from '../../domain/basics/free-text';
import { CATEGORIES, LANGUAGES } from '../../domain/basics/types';
import { IDENTITIES } from '../../text/personal';
import { instant, person } from '../answer-parts';

export { LIBRARY_STATES };

/** Characters of each text at most. */
export const LIBRARY_MOST: Record<LibraryText, number> = {
  title: 120,
  problem: 4_000,
  cause: 2_000,
  solution: 4_000,
  reply: 8_000,
  product: 200,
  question: 200,
  answer: 8_000,
};

/** A text that may be empty. */
const text = (name: LibraryText) =>
  z
    .string()
    .max(LIBRARY_MOST[name])
    .refine(isCleanText, { error: said(UNCLEAN) });

const title = shortText(LIBRARY_MOST.title);
const rest = {
  problem: text('problem').describe('what happened, as customers tell it: by this it is found'),
  cause: text('cause').describe('why'),
  solution: text('solution').describe('what helped'),
  reply: text('reply').describe('what is put into a reply; it may hold the variables of canned replies'),
  product: text('product'),
  question: text('question').describe('of the article for customers, as they would ask'),
  answer: text('answer').describe('of the article for customers'),
};
const category = z.enum(CATEGORIES);
const language = z.enum(LANGUAGES);
const isPublic = z.boolean().describe('once published, `question` and `answer` are an article for customers');

/** What somebody writes of a new entry; what is left out is empty. */
export const wantedEntry = z.strictObject({
  caseNo: z.string().max(40).optional().describe('the solved case that it is written up from'),
  language,
  title,
  ...z.object(rest).partial().shape,
  category: category.optional(),
  isPublic: isPublic.optional(),
});
export type WantedEntry = z.output<typeof wantedEntry>;

const version = z.int().min(1).max(1_000_000).describe('the version that was read');

/** What is to be changed; what is left out stays. */
export const changedEntry = z.strictObject({
  version,
  language: language.optional(),
  title: title.optional(),
  ...z.object(rest).partial().shape,
  category: category.nullable().optional().describe('null: none'),
  isPublic: isPublic.optional(),
});
export type ChangedEntry = z.output<typeof changedEntry>;

/** To the review. */
export const submittedEntry = z.strictObject({
  version,
  identitiesRemoved: z.literal(true).describe('whoever sends it has read it, and nobody can be recognised by it'),
});
/** Back from it. */
export const returnedEntry = z.strictObject({ version, note: freeText(1_000).describe('what is to be changed') });
/** Published, or taken back. */
export const entryVersion = z.strictObject({ version });

/** A use of it. */
export const wantedUse = z.strictObject({
  caseNo: z.string().max(40),
  decisionId: z
    .string()
    .max(80)
    .describe('of the `respond` or `write` by which you sent it; a second call with it counts nothing'),
});

/** What an entry says. */
const content = {
  language,
  title: z.string(),
  problem: z.string(),
  cause: z.string(),
  solution: z.string(),
  reply: z.string(),
  product: z.string(),
  category: category.optional(),
  isPublic: z.boolean(),
  question: z.string(),
  answer: z.string(),
};

const uses = z
  .object({
    uses: z.int(),
    cases: z.int(),
    judged: z.int().describe('cases whose customer has rated us, answered an offer, or had the case reopened'),
    succeeded: z
      .int()
      .describe('of these: rated and not low, or without a rating accepted the offer; and the case was not reopened'),
  })
  .describe('how often it was sent to customers, and how these cases went');

const state = z.enum(LIBRARY_STATES);

/** Which entries a list shows. */
export const libraryQuery = z.strictObject({
  q: z.string().max(200).optional().describe('words that all stand in it'),
  state: state.optional(),
  category: category.optional(),
  language: language.optional(),
  cursor: z.string().max(80).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});
export type LibraryQuery = z.output<typeof libraryQuery>;

/** An entry in a list. */
export const libraryItem = z.object({
  id: z.uuid(),
  state,
  version: z.int(),
  language,
  title: z.string(),
  product: z.string(),
  category: category.optional(),
  isPublic: z.boolean(),
  isOffered: z.boolean().describe('a version of it is published'),
  writtenBy: person,
  changedAt: instant,
  uses,
});
export type LibraryItem = z.output<typeof libraryItem>;

export const libraryList = z.object({ items: z.array(libraryItem), next: z.string().optional() });
export type LibraryList = z.output<typeof libraryList>;

/** What the reader may do with an entry now. */
export const LIBRARY_MAY = ['change', 'submit', 'return', 'publish', 'withdraw', 'remove'] as const;

/** An entry. */
export const libraryEntry = z.object({
  id: z.uuid(),
  state: state.describe('whoever may not see a version that is being written sees what is published'),
  version: z.int(),
  publishedVersion: z.int().optional().describe('what is offered; left out: nothing of it'),
  ...content,
  caseNo: z.string().optional().describe('the case that it was written up from, if you may see that'),
  writtenBy: person,
  writtenAt: instant,
  changedBy: person.describe('who wrote this version'),
  changedAt: instant,
  reviewedBy: person.optional().describe('who published it last'),
  reviewedAt: instant.optional(),
  uses,
  identities: z
    .array(
      z.object({
        in: z.enum(LIBRARY_TEXTS),
        identity: z.enum(IDENTITIES),
        from: z.int().describe('in UTF-16 units'),
        to: z.int().describe('not included'),
        sure: z.boolean().describe('it cannot be published with this'),
      }),
    )
    .describe(
      'what the reader of texts takes for something by which somebody can be recognised; empty once it is published',
    ),
  may: z.array(z.enum(LIBRARY_MAY)).describe('what you may do with it now'),
  acts: z
    .array(
      z.object({ version: z.int(), act: z.enum(LIBRARY_ACTS), by: person, at: instant, note: z.string().optional() }),
    )
    .describe('what was done with it, the latest first'),
});
export type LibraryEntry = z.output<typeof libraryEntry>;

/** A solved case as an entry, with identities taken out: to be read, completed and then created. */
export const writeUp = z.object({ ...content, caseNo: z.string() });
export type WriteUp = z.output<typeof writeUp>;

/** Entries that may help with a case. */
export const libraryForCase = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      version: z.int(),
      title: z.string(),
      solution: z.string().describe('its beginning'),
      hasReply: z.boolean(),
      score: z.number().describe('how well it fits, 0 … 1'),
      words: z.array(z.string()).describe('words of the complaint that speak for it'),
      same: z.array(z.enum(['product', 'category'])),
      uses,
    }),
  ),
});
export type LibraryForCase = z.output<typeof libraryForCase>;

/** An entry's reply as it would be sent in a case. */
export const libraryReply = z.object({
  text: z.string(),
  unfilled: z.array(z.string()).describe('variables that have no value in this case'),
});
export type LibraryReply = z.output<typeof libraryReply>;

/** Which lessons a training pack has. */
export const trainingQuery = z.strictObject({
  language: language.default('zh-CN'),
  category: category.optional(),
  q: z.string().max(200).optional().describe('words that all stand in it'),
});
export type TrainingQuery = z.output<typeof trainingQuery>;

/** What solved cases have taught, by topic. */
export const trainingPack = z.object({
  language,
  topics: z.array(
    z.object({
      category: category.optional().describe('absent: entries of no category'),
      lessons: z
        .array(
          z.object({
            id: z.uuid(),
            title: z.string(),
            product: z.string(),
            problem: z.string(),
            cause: z.string(),
            solution: z.string(),
            reply: z.string(),
            uses,
          }),
        )
        .describe('those first that helped in most cases'),
    }),
  ),
  lessons: z.int(),
  left: z.int().describe('entries that fit as well and were too many for one pack'),
});
export type TrainingPack = z.output<typeof trainingPack>;

/** An article for customers. */
export interface Article {
  id: string;
  question: string;
  answer: string;
}
