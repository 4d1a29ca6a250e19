import type { CaseQuery, ComplaintRecord } from '../../db/records';
import { InvalidCursor } from '../../db/errors';
import { whyNot } from '../../domain/decisions/decide';
import type { DecisionName } from '../../domain/decisions/catalogue';
import { isCaseNumber } from '../../domain/basics/ids';
import { atLeast, maySee, type Staff } from '../../domain/case/permissions';
import type { CaseState } from '../../domain/case/state';
import type { EventBody } from '../../domain/case/events';
import { explainPromises } from '../../domain/explain/promises';
import { waitsFor } from '../../domain/views/progress';
import { toInstant } from '../../domain/time/duration';
import { noteWords } from '../../domain/views/notes';
import { staffNamed } from '../../text/staff-names';
import { promiseWords } from '../../domain/promises/clock';
import { promiseSentence } from '../../render/promise';
import { textsOf, TOLD } from './case-record';
import type { CaseAnswer, ListedCase, PromiseAnswer, TimelineEntry, WhyNot } from './answers';
import { caseAnswer, peopleIn, stateAtReceipt } from './case-view';
import type { Naming } from './naming';
import type { PolicyCache } from '../rules/policies';
import { invalid, noSuchCase } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { Stores } from '../../db';
import { textRefs, withTexts } from './texts';

export interface Seen {
  record: ComplaintRecord;
  state: CaseState;
  /** False while only the acceptance is known: the workflow has not written anything yet. */
  running: boolean;
}

/** The other cases that an entry names. */
function othersIn(item: EventBody): string[] {
  switch (item.type) {
    case 'repeatFound':
      return item.data.of;
    case 'merged':
      return [item.data.into];
    case 'absorbed':
      return [item.data.from];
    default:
      return [];
  }
}

/** What an entry says, without the numbers of cases that are not the reader's to see. */
function withoutUnseen(item: EventBody, seen: ReadonlySet<string>): unknown {
  if (othersIn(item).every((caseNo) => seen.has(caseNo))) return item.data;
  switch (item.type) {
    case 'repeatFound':
      return { ...item.data, of: item.data.of.filter((caseNo) => seen.has(caseNo)) };
    case 'merged': {
      const { into: _into, ...rest } = item.data;
      return rest;
    }
    case 'absorbed':
      return {};
    default:
      return item.data;
  }
}

interface Needs {
  stores: Stores;
  naming: Naming;
  policies: PolicyCache;
  staff: StaffDirectory;
  clock: () => number;
}

const TIMELINE_PAGE = 200;

export function createReading({ stores, policies, staff, naming, clock }: Needs) {
  /** A case that is not there and one that is not theirs to see are the same. */
  async function see(caseNo: string, actor: Staff): Promise<Seen> {
    if (!isCaseNumber(caseNo)) throw noSuchCase();
    const [stored, record] = await Promise.all([stores.cases.get(caseNo), stores.complaints.get(caseNo)]);
    if (!record) throw noSuchCase();
    const state = stored?.state ?? stateAtReceipt(record, await policies.version(record.policyVersion));
    if (!maySee(actor, state)) throw noSuchCase();
    // The workflow has not said yet who is named in it.
    const [named] = stored ? [] : staffNamed({ ...record, text: record.text.body }, [await staff.self(actor)]);
    if (named && !atLeast(actor, 'admin')) throw noSuchCase();
    return { record, state, running: stored !== undefined };
  }

  async function answerOn({ record, state }: Pick<Seen, 'record' | 'state'>, actor: Staff): Promise<CaseAnswer> {
    const told = await stores.ledger.eventsOf(record.caseNo, TOLD);
    const textIds = [
      ...textsOf(told),
      ...(state.proposal ? [state.proposal.solution.textId] : []),
      ...Object.values(state.forms ?? {}).map(({ values }) => values.textId),
    ];
    const numbers = [
      ...state.repeatOf,
      ...state.absorbed,
      ...(state.mergedInto === undefined ? [] : [state.mergedInto]),
    ];
    const [policy, names, texts, evidence, seen, actionRows] = await Promise.all([
      policies.version(state.policyVersion),
      staff.names([
        ...peopleIn(state, record),
        ...told.flatMap(({ actor: by }) => (by.kind === 'staff' ? [by.id] : [])),
      ]),
      textIds.length > 0 ? stores.texts.get(textIds) : new Map<string, { body: string }>(),
      state.evidence.length > 0 ? stores.evidence.list(record.caseNo) : [],
      naming.seenBy(numbers, actor),
      state.actions.length > 0 ? stores.actions.list({ caseNo: record.caseNo }) : [],
    ]);
    const answer = caseAnswer(
      { state, record, policy, names, texts, evidence, seen, told, actionRows },
      actor,
      clock(),
    );
    const waiting = answer.waiting.map(async ({ because: { code, words, about }, ...one }) => ({
      ...one,
      because: { code, words: await naming.named(words, about, actor) },
    }));
    return { ...answer, waiting: await Promise.all(waiting) };
  }

  async function show(caseNo: string, actor: Staff, asked?: DecisionName): Promise<CaseAnswer & { whyNot?: WhyNot }> {
    const seen = await see(caseNo, actor);
    const answer = await answerOn(seen, actor);
    if (!asked) return answer;
    const policy = await policies.version(seen.state.policyVersion);
    const reasons = whyNot(asked, seen.state, { actor, at: toInstant(clock()), policy });
    const told = reasons.map(async ({ code, words, about }) => ({
      code,
      words: await naming.named(words, about, actor),
    }));
    return { ...answer, whyNot: { decision: asked, reasons: await Promise.all(told) } };
  }

  async function list(
    query: Omit<CaseQuery, 'scope'>,
    actor: Staff,
  ): Promise<{ items: ListedCase[]; next?: string; total?: number }> {
    const { id, team, role } = actor;
    try {
      const page = await stores.cases.list({ ...query, scope: { kind: 'staff', id, team, role } });
      const items = page.items.map(async ({ state, ...row }) => {
        const policy = await policies.version(state.policyVersion);
        const due = row.nextDueClock === undefined ? undefined : state.clocks[row.nextDueClock];
        return { ...row, nextDueName: due && promiseWords(due, policy), waitsFor: waitsFor(state, policy) };
      });
      return { ...page, items: await Promise.all(items) };
    } catch (error) {
      if (error instanceof InvalidCursor)
        throw invalid([
          {
            path: 'cursor',
            words: {
              zh: '不是这个列表的游标，请从第一页重新开始',
              en: 'is not a cursor of this list; begin again with its first page',
            },
          },
        ]);
      throw error;
    }
  }

  async function timeline(
    caseNo: string,
    actor: Staff,
    afterSeq: number,
  ): Promise<{ items: TimelineEntry[]; next?: number }> {
    await see(caseNo, actor);
    const all = await stores.ledger.events(caseNo, afterSeq);
    const page = all.slice(0, TIMELINE_PAGE);
    const [texts, names, seen] = await Promise.all([
      stores.texts.get(page.flatMap((item) => textRefs(item.data))),
      staff.names(page.flatMap((item) => (item.actor.kind === 'staff' ? [item.actor.id] : []))),
      naming.seenBy(page.flatMap(othersIn), actor),
    ]);
    const items = page.map(({ seq, at, type, actor: who, decision, data: whole, hash }) => {
      const data = withoutUnseen({ type, data: whole } as EventBody, seen);
      return {
        seq,
        at,
        type,
        actor:
          who.kind === 'staff'
            ? { kind: who.kind, id: who.id, name: names.get(who.id), role: who.role }
            : { kind: who.kind },
        decision: decision && { id: decision.id, name: decision.name, via: decision.via },
        words: noteWords({ type, data } as EventBody),
        data: withTexts(data, texts) as Record<string, unknown>,
        hash,
      };
    });
    const last = page.at(-1);
    return all.length > page.length && last ? { items, next: last.seq } : { items };
  }

  /** Every promise the case has had, and where its time went. */
  async function promises(caseNo: string, actor: Staff): Promise<{ items: PromiseAnswer[] }> {
    const { record } = await see(caseNo, actor);
    const events = await stores.ledger.events(caseNo);
    const versions = new Set([
      record.policyVersion,
      ...events.flatMap((item) => (item.type === 'policyMoved' ? [item.data.to] : [])),
    ]);
    const known = new Map(
      await Promise.all([...versions].map(async (version) => [version, await policies.version(version)] as const)),
    );
    const policyOf = (version: number) => {
      const policy = known.get(version);
      if (!policy) throw new Error(`policy ${version} is not known`);
      return policy;
    };
    const now = toInstant(clock());
    return {
      items: explainPromises(caseNo, events, policyOf, now).map((promise) => ({
        ...promise,
        sentence: { zh: promiseSentence(promise, 'zh-CN', now), en: promiseSentence(promise, 'en', now) },
      })),
    };
  }

  return { see, answerOn, show, list, timeline, promises };
}
export type Reading = ReturnType<typeof createReading>;
