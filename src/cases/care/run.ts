import type { EndedRow, Stores } from '../../db';
import { DAY } from '../../domain/basics/milliseconds';
import type { Policy } from '../../domain/policy/schema';
import { calendarOf } from '../../domain/policy/schema';
import { careOf, careRulesOf, greetingMoment, greetingsOn, type Care } from '../../domain/policy/care';
import { addMs, durationMs, toInstant } from '../../domain/time/duration';
import { houseDate, houseDayStart } from '../../house';
import type { PolicyCache } from '../rules/policies';

/** What a run has done. */
export interface CareDone {
  entered: number;
  greeted: number;
}

interface Needs {
  care: Pick<Stores['care'], 'ended' | 'enter' | 'toGreet' | 'planGreetings'>;
  policies: Pick<PolicyCache, 'inForce'>;
  /** Right side of Message-IDs. */
  mailDomain: string;
  clock: () => number;
  /** The program ends: another one begins again. */
  ended: AbortSignal;
}

/** Cases that ended this long ago are still looked at, so that a run that was missed is made up for. */
const BACK_MS = 31 * DAY;
const PAGE = 200;

/**
 * Builds the daily run over the care list: customers of cases that have ended are entered by the policy's rules, and those
 * on the list are greeted. Once a page it goes on from the rows themselves, so one that was cut off begins again, and
 * nobody is entered or greeted twice.
 */
export function createCareRun({ care, policies, mailDomain, clock, ended }: Needs): () => Promise<CareDone> {
  async function enter(rules: Care): Promise<number> {
    const since = toInstant(clock() - BACK_MS);
    let entered = 0;
    for (let after: EndedRow | undefined, more = true; more;) {
      ended.throwIfAborted();
      const page = await care.ended(since, after, PAGE);
      for (const one of page) {
        const found = careRulesOf(one, rules);
        if (found.length === 0) continue;
        const { customerId, caseNo, endedAt: at } = one;
        const reasons = found.map((rule) => ({ rule, caseNo, at }));
        const row = { customerId, caseNo, reasons, since: at, tipsBy: addMs(at, durationMs(rules.tipsWithin)) };
        if (await care.enter(row)) entered += 1;
      }
      after = page.at(-1);
      more = page.length === PAGE;
    }
    return entered;
  }

  /** Plans one greeting for each of those it is for. */
  async function greet(
    who: { since: string; birthdays?: readonly string[] },
    occasion: string,
    at: string,
  ): Promise<number> {
    const now = toInstant(clock());
    let greeted = 0;
    for (let after: string | undefined, more = true; more;) {
      ended.throwIfAborted();
      const page = await care.toGreet(who, after, PAGE);
      const mails = page.map((subject) => ({ kind: 'greeting' as const, subject, occasion, at }));
      greeted += await care.planGreetings(mails, { now, mailDomain });
      after = page.at(-1);
      more = page.length === PAGE;
    }
    return greeted;
  }

  async function greetAll(policy: Policy, rules: Care): Promise<number> {
    const now = clock();
    const today = houseDate(now);
    const calendar = calendarOf(policy);
    const { holidays, birthdays } = greetingsOn(today, rules, calendar);
    const at = greetingMoment(now, calendar, (ms) => houseDayStart(houseDate(ms)));
    // The day's hours are over: it comes too late.
    if (houseDate(at) !== today) return 0;
    const since = toInstant(now - durationMs(rules.keep));
    let greeted = 0;
    for (const { id, on } of holidays) greeted += await greet({ since }, `holiday-${id}-${on}`, toInstant(at));
    if (birthdays.length > 0) {
      // On the last day of a year birthdays of the first days of the next one may be greeted ahead: one a year all the same.
      for (const born of birthdays) {
        const year = Number(today.slice(0, 4)) + (born < today.slice(5) ? 1 : 0);
        greeted += await greet({ since, birthdays: [born] }, `birthday-${year}`, toInstant(at));
      }
    }
    return greeted;
  }

  return async () => {
    const policy = await policies.inForce();
    const rules = careOf(policy);
    const entered = await enter(rules);
    return { entered, greeted: await greetAll(policy, rules) };
  };
}
