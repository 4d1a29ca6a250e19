import { setImmediate as turn } from 'node:timers/promises';
import { SLUG } from '../../domain/basics/ids';
import { z } from 'zod';
import { amount, dayOrMomentGiven, versionNumber } from '../../domain/basics/bounds';
import { calendarSchema, type Calendar } from '../../domain/time/calendar';
import { policySchema, type Policy, type ProcessPromise } from '../../domain/policy/schema';
import { PROMISES } from '../../domain/promises/names';
import { faultsOf, said, type Fault } from '../../domain/basics/faults';
import { checkPolicy, type PolicyFault } from '../../domain/policy/check';
import { differs, whatIf, WHAT_IF_EVENTS, type ClockComparison, type WhatIfChange } from '../../domain/what-if/what-if';
import { lengthSchema, toInstant } from '../../domain/time/duration';
import { CATEGORIES, GRADES, type Grade, type Instant } from '../../domain/basics/types';
import { AFTER_FROM, houseInstant, isInOrder } from '../../house';
import type { ChangedPromise, WhatIfReport } from './answers';
import type { Drafts } from './drafts';
import { refusedFor, type PolicyChecking } from './policy-checking';
import { invalid, isRefused } from '../refused';
import type { PolicyCache } from './policies';
import type { Stores } from '../../db';

const id = z.string().regex(SLUG);
const lengths = z.union([
  lengthSchema,
  z.strictObject({
    general: lengthSchema.optional(),
    important: lengthSchema.optional(),
    major: lengthSchema.optional(),
  }),
]);
const promisePatch = z.strictObject({
  length: lengths.optional().describe('for all grades, or by grade'),
  times: z.number().positive().max(100).optional().describe('the present length times this'),
  pausable: z.boolean().optional(),
  calendar: id.optional(),
});
const NAMES = PROMISES.filter((name): name is ProcessPromise => name !== 'pause' && name !== 'further');

/** A what-if request: which cases, by when they were received, and what is changed for them. */
export const whatIfSchema = z
  .strictObject({
    from: dayOrMomentGiven.describe('received at or after; a date begins at 00:00 of the house'),
    to: dayOrMomentGiven.describe('received before; a date: before 00:00 of the house'),
    change: z
      .strictObject({
        policy: versionNumber.optional().describe('this published version instead'),
        draftId: z.uuid().optional().describe('this draft instead'),
        promises: z.partialRecord(z.enum(NAMES), promisePatch).optional().describe('other promises'),
        clocks: z.partialRecord(id, promisePatch).optional().describe('other further clocks, by id'),
        calendars: z
          .record(
            id,
            z.strictObject({
              version: versionNumber.optional().describe('this published version of it'),
              week: z.record(z.string(), z.unknown()).optional().describe('hours of days of the week'),
              days: z
                .record(z.string(), z.unknown())
                .optional()
                .describe('single days, added or changed; null: taken out'),
            }),
          )
          .optional()
          .describe('other calendars'),
        grades: z
          .array(
            z.strictObject({
              when: z
                .strictObject({
                  categories: z.array(z.enum(CATEGORIES)).min(1).optional(),
                  rules: z.array(z.string().max(40)).min(1).max(50).optional(),
                  grades: z.array(z.enum(GRADES)).min(1).optional(),
                  amountFrom: amount.optional().describe('what the customer speaks of, at least'),
                })
                .default({}),
              grade: z.enum(GRADES),
            }),
          )
          .min(1)
          .max(50)
          .optional()
          .describe('the first that fits gives the grade, where people followed the suggestion'),
        roster: z
          .strictObject({
            people: z.array(z.string().max(40)).min(1).max(500).optional(),
            from: id.optional().describe('the hours they had: a calendar'),
            to: id.describe('the hours they would have had: a calendar'),
          })
          .optional()
          .describe('what staff did is moved to when they would have been at work'),
      })
      .refine((change) => Object.values(change).some((part) => part !== undefined), {
        error: said({ zh: '至少改变一项', en: 'must change something' }),
      })
      .refine((change) => change.policy === undefined || change.draftId === undefined, {
        path: ['draftId'],
        error: said({ zh: '版本和草稿只能选一个', en: 'name a version or a draft, not both' }),
      }),
  })
  .refine(isInOrder, { path: ['to'], error: said(AFTER_FROM) });
export type WhatIfRequest = z.output<typeof whatIfSchema>;

type Count = WhatIfReport['breaches'];

/** The most promises that a report lists of each kind. */
const LISTED = 200;

type PromisePatch = z.output<typeof promisePatch>;

const scaled = <T extends { value: number }>(length: T, times: number | undefined): T =>
  times === undefined ? length : { ...length, value: length.value * times };

/** Lengths by grade: those of the patch where it has any, otherwise the old ones, times its factor. */
function changedLengths(
  old: Policy['promises'][ProcessPromise]['length'],
  { length, times }: PromisePatch,
): Policy['promises'][ProcessPromise]['length'] {
  const of = (grade: Grade) => scaled((length && ('unit' in length ? length : length[grade])) ?? old[grade], times);
  return { general: of('general'), important: of('important'), major: of('major') };
}

/** A policy with the changed promises, further clocks and calendars. */
function withChange(policy: Policy, change: WhatIfRequest['change'], calendars: Policy['calendars']): Policy {
  const promises = { ...policy.promises };
  for (const name of NAMES) {
    const patch = change.promises?.[name];
    if (!patch) continue;
    const { length: _length, times: _times, ...rest } = patch;
    promises[name] = { ...promises[name], ...rest, length: changedLengths(promises[name].length, patch) };
  }
  const clocks = policy.clocks?.map((rule) => {
    const patch = change.clocks?.[rule.id];
    if (!patch) return rule;
    const { length, times, ...rest } = patch;
    const given = length && ('unit' in length ? length : undefined);
    return { ...rule, ...rest, length: scaled(given ?? rule.length, times) };
  });
  return {
    ...policy,
    promises,
    ...(clocks && { clocks }),
    ...(calendars && { calendars: { ...policy.calendars, ...calendars } }),
  };
}

interface Needs {
  stores: Pick<Stores, 'whatIf' | 'policies' | 'calendars'>;
  policies: PolicyCache;
  drafts: Pick<Drafts, 'get'>;
  checking: PolicyChecking;
  clock: () => number;
}

/** Builds `Reports.whatIf`. Reads only: nothing recorded is changed. */
export function createWhatIf({ stores, policies, drafts, checking, clock }: Needs) {
  /** A published calendar with the change applied. @throws Refused `invalid` at `path` */
  async function calendarAs(
    name: string,
    change: NonNullable<WhatIfRequest['change']['calendars']>[string],
    path: string,
  ): Promise<Calendar> {
    const published = (await stores.calendars.get(name, change.version))?.calendar;
    if (!published) throw refusedFor([{ path, words: { zh: '没有这个日历', en: 'there is no such calendar' } }]);
    const days = { ...published.days, ...change.days } as Record<string, unknown>;
    const parsed = calendarSchema.safeParse({
      ...published,
      week: { ...published.week, ...change.week },
      days: Object.fromEntries(Object.entries(days).filter(([, value]) => value !== null)),
    });
    if (parsed.success) return parsed.data;
    throw refusedFor(faultsOf(parsed.error).map((fault) => ({ ...fault, path: `${path}.${fault.path}` })));
  }

  /** The request's change with everything that it names. @throws Refused `invalid` */
  async function changeOf({ change }: WhatIfRequest): Promise<WhatIfChange> {
    const calendars: Record<string, Calendar> = {};
    for (const [name, wanted] of Object.entries(change.calendars ?? {})) {
      calendars[name] = await calendarAs(name, wanted, `change.calendars.${name}`);
    }
    const whole = await wholePolicy(change);
    const known = await checking.house();
    const made = new Map<Policy, Policy>();
    const policy = (recorded: Policy): Policy => {
      const ready = made.get(recorded);
      if (ready) return ready;
      const next = withChange(whole ?? recorded, change, calendars);
      made.set(recorded, next);
      return next;
    };
    // The change is tried on the policy in force first, so that one which makes it invalid is refused before any case is
    // read. Faults that the policy has already without the change do not count.
    const present = whole ?? (await policies.inForce());
    const before = checkPolicy(present, known).faults.map(({ path }) => path);
    const faults = checkPolicy(policy(present), known).faults.filter(({ path }) => !before.includes(path));
    const missing = Object.keys(change.clocks ?? {})
      .filter((name) => !present.clocks?.some((rule) => rule.id === name))
      .map((name): PolicyFault => ({
        path: `clocks.${name}`,
        words: { zh: '没有这个时限', en: 'there is no such clock' },
      }));
    if (faults.length + missing.length > 0) {
      throw refusedFor([...faults, ...missing].map((fault) => ({ ...fault, path: `change.${fault.path}` })));
    }
    return {
      ...((whole || change.promises || change.clocks || change.calendars) && { policy }),
      grades: change.grades,
      roster: change.roster && {
        people: change.roster.people,
        from:
          change.roster.from === undefined ? undefined : await calendarAs(change.roster.from, {}, 'change.roster.from'),
        to: await calendarAs(change.roster.to, {}, 'change.roster.to'),
      },
    };
  }

  /** The version or draft that replaces every case's policy; undefined if the request names none. */
  async function wholePolicy(change: WhatIfRequest['change']): Promise<Policy | undefined> {
    if (change.policy !== undefined) {
      const found = await stores.policies.get(change.policy);
      if (found) return found;
      throw refusedFor([{ path: 'change.policy', words: { zh: '没有这个版本', en: 'there is no such version' } }]);
    }
    if (change.draftId === undefined) return undefined;
    const { policy } = await drafts.get(change.draftId).catch((error: unknown) => {
      if (!isRefused(error, 'notFound')) throw error;
      throw refusedFor([{ path: 'change.draftId', words: { zh: '没有这个草稿', en: 'there is no such draft' } }]);
    });
    return policySchema.parse(await checking.checked(policy));
  }

  return async (request: WhatIfRequest): Promise<WhatIfReport> => {
    const change = await changeOf(request);
    const versions = new Map((await stores.policies.list()).map(({ version, policy }) => [version, policy]));
    const policyOf = (version: number): Policy => {
      const policy = versions.get(version);
      if (!policy) throw new Error(`policy ${version} was never published`);
      return policy;
    };
    const [from, to] = [toInstant(houseInstant(request.from)), toInstant(houseInstant(request.to))];
    const until = toInstant(clock());
    const tally = new Tally();
    const next = (after?: { receivedAt: Instant; caseNo: string }) =>
      stores.whatIf.batch({ from, to, after, types: WHAT_IF_EVENTS, withDecisions: change.roster !== undefined });
    for (let batch = await next(); batch.length > 0;) {
      // Postgres reads the next batch while this one is reckoned. Its error is thrown where it is awaited below; the empty
      // `catch` keeps Node from taking it for an unhandled one before that.
      const following = next(batch.at(-1));
      following.catch(() => undefined);
      await turn();
      for (const { caseNo, events, amountCny } of batch) {
        if (events[0]?.type !== 'complaintReceived') continue;
        tally.add(caseNo, whatIf(events, policyOf, change, until, { amountCny }));
      }
      batch = await following;
    }
    return { from, to, ...tally.report() };
  };
}

/** Adds up what a change would have meant, case by case. */
export class Tally {
  private cases = 0;
  private promises = 0;
  private moved = 0;
  private recordedBreaches = 0;
  private changedBreaches = 0;
  private readonly breaches: Count = { added: 0, removed: 0 };
  private readonly byPromise = new Map<string, Count>();
  private readonly byOwner = new Map<string | undefined, Count>();
  private readonly listed: { added: ChangedPromise[]; removed: ChangedPromise[] } = { added: [], removed: [] };

  /** Adds the promises of one case. */
  add(caseNo: string, comparisons: readonly ClockComparison[]): void {
    this.cases += 1;
    this.promises += comparisons.length;
    for (const one of comparisons) {
      const [was, is] = [one.recorded.verdict === 'broken', one.changed.verdict === 'broken'];
      if (was) this.recordedBreaches += 1;
      if (is) this.changedBreaches += 1;
      if (!differs(one)) continue;
      if (one.recorded.dueAt !== one.changed.dueAt) this.moved += 1;
      if (was === is) continue;
      const kind = is ? 'added' : 'removed';
      this.breaches[kind] += 1;
      const name: string = one.promise === 'further' ? one.clock : one.promise;
      countIn(this.byPromise, name)[kind] += 1;
      countIn(this.byOwner, one.owner)[kind] += 1;
      if (this.listed[kind].length < LISTED) this.listed[kind].push({ caseNo, ...one });
    }
  }

  /** The report so far; promises and owners with the most changes first. */
  report(): Omit<WhatIfReport, 'from' | 'to'> {
    const { cases, promises, moved, breaches, recordedBreaches, changedBreaches, listed } = this;
    const most = (a: Count, b: Count): number => b.added + b.removed - a.added - a.removed;
    return {
      cases,
      promises,
      moved,
      breaches,
      recordedBreaches,
      changedBreaches,
      byPromise: [...this.byPromise].map(([promise, count]) => ({ promise, ...count })).toSorted(most),
      byOwner: [...this.byOwner].map(([owner, count]) => ({ owner, ...count })).toSorted(most),
      ...listed,
      more: { added: breaches.added - listed.added.length, removed: breaches.removed - listed.removed.length },
    };
  }
}

function countIn<K>(counts: Map<K, Count>, key: K): Count {
  const known = counts.get(key) ?? { added: 0, removed: 0 };
  counts.set(key, known);
  return known;
}

/** Parses a request as it came. @throws Refused `invalid` with every fault in both languages */
export function readWhatIf(body: unknown): WhatIfRequest {
  const parsed = whatIfSchema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  throw invalid(faults.map(({ path, words }): Fault => ({ path, words: words })));
}
