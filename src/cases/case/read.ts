import type { CaseCounts } from '../../db/records';
import { whyNot } from '../../domain/decisions/decide';
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import type { PolicyCache } from '../rules/policies';
import type { CaseAnswer, ListedCase, PromiseAnswer, TimelineEntry, WhyNot } from './answers';
import { countCases, listCases } from './case-list';
import { exportCases, type Export } from './export';
import type { ExportWords, ListFilters, ListWords } from './list-words';
import type { Naming } from './naming';
import { explainCase } from './promise-answers';
import type { Story } from './story-answers';
import type { StoryFilter } from './story-kinds';
import { readStory } from './story-read';
import { timelineOf } from './timeline';
import type { VisibleCases } from './visible';

/** Reading cases, for staff. A method that names a case throws Refused `notFound` if the person may not see it. */
export interface Reading {
  /**
   * One page of the cases that the person may see.
   * @returns `next`: the cursor of the next page, absent on the last; `total`: with the first page, up to 10,000
   * @throws Refused `invalid` for a cursor of another list
   */
  list(words: ListWords, actor: Staff): Promise<{ items: ListedCase[]; next?: string; total?: number }>;
  /**
   * How many of the cases that the person may see and the filters let through are open, broken, due within the hour or
   * today, waiting, paused, and resolved today. Each number is the length of a list: see `CaseCounts`.
   */
  counts(filters: ListFilters, actor: Staff): Promise<CaseCounts>;
  /**
   * The same cases as a file for a spreadsheet. Phone and mail address are masked where this person reads them masked.
   * @throws Refused `invalid` for an XLSX of more than 20,000 rows
   */
  export(words: ExportWords, actor: Staff): Promise<Export>;
  /**
   * The case, what this person may decide now, and what has to come first (`waiting`).
   * @param asked a decision that they miss: `whyNot` has every reason against it, none if it is possible now
   */
  show(caseNo: string, actor: Staff, asked?: DecisionName): Promise<CaseAnswer & { whyNot?: WhyNot }>;
  /**
   * The case's ledger from `afterSeq` on, at most 200 entries, with texts in place of their references (`null`: erased) and
   * without the numbers of cases that the person may not see.
   * @returns `next`: the `afterSeq` of the next page; absent on the last
   */
  timeline(caseNo: string, actor: Staff, afterSeq: number): Promise<{ items: TimelineEntry[]; next?: number }>;
  /**
   * The case's ledger as a story, from `afterSeq` on, at most 500 entries: sentences by day, with names in place of ids and
   * without the numbers of cases that the person may not see.
   * @param page `filter`: what it is narrowed to; left out: `all`
   * @returns `next`: the `afterSeq` of the next page; absent on the last
   */
  story(caseNo: string, actor: Staff, page?: { afterSeq?: number; filter?: StoryFilter }): Promise<Story>;
  /** Every promise the case has had, and where its time went (ms). */
  promises(caseNo: string, actor: Staff): Promise<{ items: PromiseAnswer[] }>;
}

interface Needs {
  stores: Pick<Stores, 'cases' | 'ledger' | 'texts' | 'evidence'>;
  visible: VisibleCases;
  naming: Naming;
  policies: PolicyCache;
  staff: StaffDirectory;
  clock: () => number;
}

/** Reading over the stores. */
export function createReading({ stores, visible, policies, staff, naming, clock }: Needs): Reading {
  const { cases, ledger } = stores;
  return {
    list: (words, actor) => listCases({ cases, policies, clock }, words, actor),

    export: (words, actor) => exportCases({ cases, policies, clock }, words, actor),

    counts: (filters, actor) => countCases({ cases, policies, clock }, filters, actor),

    async show(caseNo, actor, asked) {
      const seen = await visible.see(caseNo, actor);
      const answer = await visible.answerOn(seen, actor);
      if (!asked) return answer;
      const policy = await policies.version(seen.state.policyVersion);
      const reasons = whyNot(asked, seen.state, { actor, at: toInstant(clock()), policy });
      const told = reasons.map(async ({ code, words, about }) => ({
        code,
        words: await naming.named(words, about, actor),
      }));
      return { ...answer, whyNot: { decision: asked, reasons: await Promise.all(told) } };
    },

    async timeline(caseNo, actor, afterSeq) {
      await visible.see(caseNo, actor);
      return timelineOf({ stores, staff, naming }, caseNo, actor, afterSeq);
    },

    async story(caseNo, actor, page = {}) {
      const seen = await visible.see(caseNo, actor);
      return readStory({ stores, staff, policies, naming, clock }, seen, actor, page);
    },

    async promises(caseNo, actor) {
      const { record } = await visible.see(caseNo, actor);
      return { items: await explainCase({ ledger, policies, clock }, record) };
    },
  };
}
