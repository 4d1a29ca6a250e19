/**
 * The schemas of a case's story: its ledger in sentences, by day. The types of the answers and the API's document come from
 * them.
 * @module
 */
import { z } from 'zod';
import { SIDES } from '../../domain/views/conversation';
import { GRADES, SENTIMENTS } from '../../domain/basics/types';
import { instant, words } from '../answer-parts';
import { STORY_ICONS, STORY_KINDS } from './story-kinds';

const storyFile = z.object({
  evidenceId: z.string(),
  name: z.string(),
  mediaType: z.string(),
  size: z.string().describe('in words: 312 KB'),
  hash: z.string().describe('the first 8 digits of its SHA-256'),
});

const promiseChange = z.object({
  clock: z.string(),
  name: words,
  change: z.enum(['started', 'moved', 'paused', 'resumed', 'warned', 'breached', 'met', 'late', 'cancelled']),
  dueAt: instant.optional(),
});
export type PromiseChange = z.output<typeof promiseChange>;

/** What the words of the customer suggest by themselves. */
export const storyReading = z.object({
  sentiment: z.enum(SENTIMENTS).optional().describe('how they sound; a message that only says something is neutral'),
  grade: z.enum(GRADES).describe('a suggestion; the case is graded by people'),
  reasons: z
    .array(z.object({ rule: z.string(), words: z.array(z.string()) }))
    .describe('rules of the rubric, or the category'),
  warnings: z
    .array(z.object({ rule: z.string(), about: words, words: z.array(z.string()) }))
    .describe(
      'what whoever handles the case should see: danger to people, a step to media, regulator, lawyer or court, or a rule of a higher grade than the case had then',
    ),
  engine: z.string(),
});
export type StoryReading = z.output<typeof storyReading>;

/** How the customer sounded in one entry. */
export const storyMood = z.object({ seq: z.int(), at: instant, sentiment: z.enum(SENTIMENTS) });

/** An entry of the ledger as somebody would tell it. */
export const storyEntry = z.object({
  seq: z.int(),
  at: instant,
  type: z.string(),
  kind: z.enum(STORY_KINDS),
  icon: z.enum(STORY_ICONS),
  by: z.object({
    kind: z.enum(['staff', 'customer', 'system']),
    id: z.string().optional(),
    name: words,
    initial: words.describe('for the place of a picture; empty for the system'),
  }),
  speaker: z.enum(SIDES).optional().describe('who speaks, where it is part of what we and the customer said'),
  unsigned: z.literal(true).optional().describe('sent through Temporal without our signature: the actor is as claimed'),
  words: words.describe('one sentence'),
  quotes: z
    .array(z.object({ what: words, text: z.string().nullable().describe('null once it has been erased') }))
    .describe('the free texts that belong to it'),
  reading: storyReading.optional().describe('where the customer speaks and their words were read'),
  private: z.literal(true).optional().describe('an internal note, which the customer never sees'),
  files: z.array(storyFile),
  promise: promiseChange.optional(),
});
export type StoryEntry = z.output<typeof storyEntry>;

/** Entries that stand in a row and are told together; mostly one alone. */
export const storyGroup = z.object({
  folded: words.optional().describe('one sentence for all of them, where there are several'),
  entries: z.array(storyEntry).min(1),
});
export type StoryGroup = z.output<typeof storyGroup>;

/** The entries of one day of the house. */
export const storyDay = z.object({
  date: z.iso.date(),
  head: words.describe('the day with its weekday'),
  groups: z.array(storyGroup),
});
export type StoryDay = z.output<typeof storyDay>;

/** A page of a case's story. */
export const story = z.object({
  days: z.array(storyDay).describe('oldest first'),
  lastRead: z.int().optional().describe('the last entry that you had been shown before; absent: none'),
  moods: z
    .array(storyMood)
    .describe('how the customer sounded, from the complaint on, in the whole case whatever the page shows'),
  next: z.int().optional().describe('`afterSeq` of the next page'),
});
export type Story = z.output<typeof story>;
