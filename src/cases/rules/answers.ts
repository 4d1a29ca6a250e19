/**
 * The schemas of what is told of calendars, policies, drafts and what-if reports.
 * @module
 */
import { z } from 'zod';
import { versionNumber } from '../../domain/basics/bounds';
import { GRADES, STAGES } from '../../domain/basics/types';
import { clockRuleSchema, policySchema } from '../../domain/policy/schema';
import { calendarSchema, DAY_KINDS, WEEKDAYS } from '../../domain/time/calendar';
import { instant, words } from '../answer-parts';
import { SKIP_REASONS, SKIP_WORDS } from './year-file';

/** A version of a calendar. */
export const publishedCalendar = z.object({ calendar: calendarSchema, publishedBy: z.string(), publishedAt: instant });
export type PublishedCalendar = z.output<typeof publishedCalendar>;

/** A calendar in the list of them, without its days. */
export const listedCalendar = z.object({
  id: z.string(),
  version: z.int(),
  name: words,
  timeZone: z.string(),
  years: z.array(z.int()).describe('years whose holidays are in it'),
  publishedBy: z.string(),
  publishedAt: instant,
});
export type ListedCalendar = z.output<typeof listedCalendar>;

/** What importing a year file did to a calendar; every entry of the file is accounted for (`taken` or `skipped`). */
export const importedCalendar = publishedCalendar.extend({
  imported: z.int().describe('days that were entered'),
  covers: z.array(z.int()).describe('years the file is about; a few days over New Year are entered, no more'),
  taken: z
    .array(
      z.object({
        place: z.string().describe('in the file, from 0: `VEVENT.12`, `days.3`'),
        from: z.iso.date(),
        to: z.iso.date().describe('its last day'),
        kind: z.enum(['holiday', 'workday']),
        name: z.string().optional(),
        times: z.string().optional().describe("as in the file; the calendar's own hours of a working day hold"),
      }),
    )
    .describe('entries of the file, and what each was taken as'),
  skipped: z
    .array(
      z.object({
        place: z.string(),
        reason: z
          .enum(SKIP_REASONS)
          .describe(SKIP_REASONS.map((reason) => `${reason}: ${SKIP_WORDS[reason].en}`).join('; ')),
        date: z.iso.date().optional(),
        name: z.string().optional(),
      }),
    )
    .describe('entries of which no day was made, and why'),
  forgotten: z.array(z.iso.date()).describe('days that `replace` removed'),
});
export type ImportedCalendar = z.output<typeof importedCalendar>;

/** What kind of day each date of a span is by a calendar. */
export const calendarPreview = z.object({
  id: z.string(),
  version: z.int(),
  timeZone: z.string(),
  items: z.array(
    z.object({
      date: z.iso.date(),
      weekday: z.enum(WEEKDAYS),
      kind: z
        .enum(DAY_KINDS)
        .describe('makeUp: a day of rest that is worked; special: a working day with its own hours'),
      name: words.optional(),
      blocks: z.array(z.object({ from: z.string(), to: z.string() })),
      workingMinutes: z.number().describe('between the midnights of this date'),
    }),
  ),
});
export type CalendarPreview = z.output<typeof calendarPreview>;

/** A version of the policy. */
export const publishedPolicy = z.object({
  version: z.int(),
  policy: policySchema,
  publishedBy: z.string(),
  publishedAt: instant,
});
export type PublishedPolicy = z.output<typeof publishedPolicy>;

/** How a file says that it is a policy. */
export const POLICY_FORMAT = 'redress-policy';
/** Of the file's own format; a file of another one is not read. */
export const POLICY_FORMAT_VERSION = 1;

/**
 * A policy as one file, as it is exported: the document with its calendars, and the packs its clocks were taken from.
 * Imported files are read by `readPolicyFile`, because another release may have written them.
 */
export const policyFile = z.object({
  format: z.literal(POLICY_FORMAT),
  formatVersion: z.literal(POLICY_FORMAT_VERSION),
  version: versionNumber,
  policy: policySchema.omit({ version: true }),
  packs: z.array(z.object({ id: z.string(), version: versionNumber, name: words, source: z.string() })),
});
export type PolicyFile = z.output<typeof policyFile>;

/** A pack: further clocks of a law or a regulator, ready to be taken into a policy. */
export const policyPack = z.object({
  id: z.string(),
  version: z.int(),
  name: words,
  source: z.string(),
  clocks: z.array(clockRuleSchema),
});

/** A place in which two versions differ. `from` or `to` absent: that version has nothing there. */
export const policyDifference = z.object({
  path: z.string(),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
});
export type PolicyDifference = z.output<typeof policyDifference>;

/** A draft in the list of drafts. */
export const listedDraft = z.object({
  id: z.uuid(),
  title: z.string(),
  base: z.int().describe('the version it was made from'),
  revision: z.int().describe('grows with every change; say on which one yours was made'),
  status: z.enum(['draft', 'validated', 'rehearsed', 'published']),
  faults: z.array(z.object({ path: z.string(), words })),
  rehearsedRevision: z.int().optional(),
  publishedAs: z.int().optional(),
  createdBy: z.string(),
  createdAt: instant,
  updatedBy: z.string(),
  updatedAt: instant,
});
export type ListedDraft = z.output<typeof listedDraft>;

/** One message to one reader in a rehearsal. */
const rehearsalMessage = z.object({
  at: instant,
  kind: z.enum(['warning', 'escalation', 'silence']),
  clock: z.string().optional(),
  step: z.int().optional().describe('of the chain, from 0'),
  action: z.string().optional(),
  channel: z.enum(['push', 'room']).optional().describe('how it reaches them in place of a mail, as far as that can'),
  to: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('customer') }),
    z.object({ kind: z.literal('user'), id: z.string() }),
    z.object({
      kind: z.literal('role'),
      role: z.enum(['supervisor', 'manager']),
      team: z.string().optional(),
      may: z.literal('approve').optional(),
      not: z.array(z.string()).optional(),
    }),
    z.object({ kind: z.literal('department'), department: z.string() }),
  ]),
  receivers: z.array(z.string()),
  nobody: z.boolean().optional().describe('nobody is who it was meant for'),
  why: words,
  night: z.boolean(),
  weekend: z.boolean(),
});
const rehearsal = z.object({
  complaints: z.int(),
  archived: z.int(),
  silent: z.int().describe('nobody acted, and everybody who was to be told has been told'),
  stuck: z.int(),
  broken: z.record(z.string(), z.int()),
  receivers: z.array(
    z.object({
      receiver: z.string(),
      pages: z.int(),
      night: z.int(),
      weekend: z.int(),
      days: z.array(z.object({ date: z.string(), pages: z.int() })),
    }),
  ),
  cases: z.array(
    z.object({
      grade: z.enum(GRADES),
      behaviour: z.string(),
      arrival: z.string(),
      receivedAt: instant,
      end: z.enum(['archived', 'silent', 'stuck']),
      endedAt: instant,
      rounds: z.int(),
      stages: z.array(z.object({ stage: z.enum(STAGES), round: z.int(), at: instant })),
      pages: z.array(rehearsalMessage),
      broken: z.array(z.object({ clock: z.string(), promise: z.string(), dueAt: instant, words })),
      stuck: z.object({ at: instant, kind: z.enum(['decision', 'silence', 'loop']), words }).optional(),
    }),
  ),
});

/** A draft: the document as somebody saved it, with faults or without, and its last rehearsal. */
export const draft = listedDraft.extend({ policy: z.unknown(), rehearsal: rehearsal.optional() });
export type Draft = z.output<typeof draft>;

const verdict = z.object({
  verdict: z.enum(['met', 'broken', 'cancelled', 'open', 'absent']),
  dueAt: instant.optional(),
});
const changedPromise = z.object({
  caseNo: z.string(),
  clock: z.string(),
  promise: z.string(),
  run: z.int(),
  owner: z.string().optional(),
  recorded: verdict,
  changed: verdict,
});
export type ChangedPromise = z.output<typeof changedPromise>;

const count = { added: z.int(), removed: z.int() };
/**
 * A what-if report: recorded promises, reckoned under other rules. `added`: breaches that the change would have caused;
 * `removed`: breaches that it would have avoided.
 */
export const whatIfReport = z.object({
  from: instant,
  to: instant,
  cases: z.int(),
  promises: z.int(),
  moved: z.int().describe('due at another time, whatever the verdict'),
  breaches: z.object(count),
  recordedBreaches: z.int(),
  changedBreaches: z.int(),
  byPromise: z.array(z.object({ promise: z.string(), ...count })),
  byOwner: z.array(z.object({ owner: z.string().optional(), ...count })),
  added: z.array(changedPromise).describe('the first 200 that would have been broken and were not'),
  removed: z.array(changedPromise).describe('the first 200 that were broken and would not have been'),
  more: z.object(count).describe('how many are not listed'),
});
export type WhatIfReport = z.output<typeof whatIfReport>;
