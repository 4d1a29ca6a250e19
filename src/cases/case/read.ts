import type { CaseCounts } from '../../db/records';
import { fold } from '../../domain/case/evolve';
import { whyNot } from '../../domain/decisions/decide';
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import { notFound } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { PolicyCache } from '../rules/policies';
import type {
  CaseAnswer,
  CaseView,
  ContactShown,
  ListedCase,
  Look,
  PromiseAnswer,
  TimelineEntry,
  WhyNot,
  SimilarCases,
} from './answers';
import { countCases, listCases } from './case-list';
import type { TableFile } from '../../render/table-file';
import { exportCases } from './export';
import type { ExportWords, ListFilters, ListWords } from './list-words';
import { contactOf, looksAt } from './looks';
import type { Naming } from './naming';
import { explainCase } from './promise-answers';
import { overtakes } from './meanwhile';
import type { Story, StoryEntry } from './story-answers';
import { createSimilar } from './similar';
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
  export(words: ExportWords, actor: Staff): Promise<TableFile>;
  /**
   * The case, what this person may decide now, and what has to come first (`waiting`).
   * @param asked a decision that they miss: `whyNot` has every reason against it, none if it is possible now
   * @param options `masked`: phone and mail address are masked whoever asks; `contact` shows them
   */
  show(
    caseNo: string,
    actor: Staff,
    asked?: DecisionName,
    options?: { masked?: boolean },
  ): Promise<CaseAnswer & { whyNot?: WhyNot }>;
  /**
   * The case as it stood after the entry `seq` of its ledger, for whoever may see it now.
   * @param options `masked`: as with `show`
   * @throws Refused `notFound` if there is no such entry
   */
  at(caseNo: string, actor: Staff, seq: number, options?: { masked?: boolean }): Promise<{ case: CaseView }>;
  /**
   * Who looked at the case and at its customer's phone number, the newest first, at most 200.
   * @param before `next` of the page before
   * @throws Refused `forbidden` to everybody below a supervisor but auditors
   */
  looks(caseNo: string, actor: Staff, before?: number): Promise<{ items: Look[]; next?: number }>;
  /**
   * The customer's phone number and mail address in full, for whoever handles the case or leads; the look is written down
   * before.
   * @throws Refused `forbidden` to others who see the case
   */
  contact(caseNo: string, actor: Staff): Promise<ContactShown>;
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
  /**
   * What others have done after an entry that changes what this person decides on: decisions of others, and what has come
   * from the customer. A decision with this `formSeq` is refused for the sake of these.
   */
  overtaking(caseNo: string, actor: Staff, afterSeq: number): Promise<StoryEntry[]>;
  /**
   * Cases that tell of the same matter, before and after it, whoever tells it, and why they are thought to; of those that the
   * person may see.
   */
  similar(caseNo: string, actor: Staff): Promise<SimilarCases>;
  /** Every promise the case has had, and where its time went (ms). */
  promises(caseNo: string, actor: Staff): Promise<{ items: PromiseAnswer[] }>;
}

interface Needs {
  stores: Pick<Stores, 'cases' | 'ledger' | 'texts' | 'evidence' | 'reads' | 'groups'>;
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
    list: (words, actor) => listCases({ cases, reads: stores.reads, policies, clock }, words, actor),

    export: (words, actor) => exportCases({ cases, reads: stores.reads, policies, clock }, words, actor),

    counts: (filters, actor) => countCases({ cases, clock }, filters, actor),

    async show(caseNo, actor, asked, options) {
      const seen = await visible.see(caseNo, actor);
      const answer = await visible.answerOn(seen, actor, options);
      if (!asked) return answer;
      const policy = await policies.version(seen.state.policyVersion);
      const reasons = whyNot(asked, seen.state, { actor, at: toInstant(clock()), policy });
      const told = reasons.map(async ({ code, words, about }) => ({
        code,
        words: await naming.named(words, about, actor),
      }));
      return { ...answer, whyNot: { decision: asked, reasons: await Promise.all(told) } };
    },

    async at(caseNo, actor, seq, options) {
      const seen = await visible.see(caseNo, actor);
      const events = (await ledger.events(caseNo)).filter((item) => item.seq <= seq);
      const then = fold(caseNo, events);
      if (then?.seq !== seq) throw notFound({ zh: '这一条记录', en: 'entry of the ledger' });
      return { case: await visible.viewAt(seen, then, actor, options) };
    },

    looks: (caseNo, actor, before) => looksAt({ stores, visible, staff }, caseNo, actor, before),

    contact: (caseNo, actor) => contactOf({ visible, staff }, caseNo, actor),

    async timeline(caseNo, actor, afterSeq) {
      const { record } = await visible.see(caseNo, actor);
      await visible.look(record, actor);
      return timelineOf({ stores, staff, naming }, caseNo, actor, afterSeq);
    },

    async story(caseNo, actor, page = {}) {
      const seen = await visible.see(caseNo, actor);
      return readStory({ stores, staff, policies, naming, visible, clock }, seen, actor, page);
    },

    async overtaking(caseNo, actor, afterSeq) {
      const seen = await visible.see(caseNo, actor);
      const needs = { stores, staff, policies, naming, visible, clock };
      const { days } = await readStory(needs, seen, actor, { afterSeq });
      const entries = days.flatMap(({ groups }) => groups.flatMap((group) => group.entries));
      return entries.filter(({ type, by }) => overtakes(type, by, actor));
    },

    similar: createSimilar({ stores, visible, naming, clock }),

    async promises(caseNo, actor) {
      const { record } = await visible.see(caseNo, actor);
      await visible.look(record, actor);
      return { items: await explainCase({ ledger, policies, clock }, record) };
    },
  };
}
