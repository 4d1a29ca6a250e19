import { InvalidCursor } from '../../db/errors';
import type { CaseCounts, SearchHit } from '../../db/records';
import type { Staff } from '../../domain/case/permissions';
import type { Words } from '../../domain/basics/types';
import { DECISION_NAMES, DECISIONS } from '../../domain/decisions/catalogue';
import { allowed } from '../../domain/decisions/decide';
import { mostPressing, promiseWords, standingOf } from '../../domain/promises/clock';
import { toInstant } from '../../domain/time/duration';
import { nextDecision } from '../../domain/views/next-decision';
import { waitsFor } from '../../domain/views/progress';
import type { Stores } from '../../db';
import { invalid } from '../refused';
import type { PolicyCache } from '../rules/policies';
import type { ListedCase } from './answers';
import { dayMarks, filtersIn, type ListFilters, type ListWords } from './list-words';

interface Needs {
  cases: Pick<Stores['cases'], 'list' | 'counts'>;
  reads: Pick<Stores['reads'], 'lookAtContacts'>;
  policies: Pick<PolicyCache, 'version'>;
  clock: () => number;
}

const scopeOf = ({ id, team, role }: Staff) => ({ kind: 'staff', id, team, role }) as const;

const FOUND_IN: Record<SearchHit['in'], Words> = {
  subject: { zh: '客户与产品', en: 'customer and product' },
  number: { zh: '单号', en: 'number' },
  contact: { zh: '联系方式', en: 'contact' },
  text: { zh: '客户的投诉', en: 'the complaint' },
};

/** The hit with what it is: a text of a decision is called by the decision. */
function hitWords({ kind = '', ...hit }: SearchHit): NonNullable<ListedCase['hit']> {
  const decision = DECISION_NAMES.find((name) => name === kind.split('.', 1)[0]);
  return { ...hit, words: decision ? DECISIONS[decision].label : FOUND_IN[hit.in] };
}

/** One page of the cases that the person may see: `Reading.list`. @throws Refused `invalid` for a cursor of another list */
export async function listCases(
  { cases, reads, policies, clock }: Needs,
  { sort, limit, cursor, ...filters }: ListWords,
  actor: Staff,
): Promise<{ items: ListedCase[]; next?: string; total?: number }> {
  try {
    const query = filtersIn(filters, actor, clock());
    const page = await cases.list({ ...query, sort, limit, cursor, scope: scopeOf(actor) });
    // The place that was found is the number or address itself.
    const shown = page.items.filter(({ hit }) => hit?.in === 'contact');
    await reads.lookAtContacts(
      actor.id,
      shown.map(({ caseNo }) => caseNo),
    );
    const items = page.items.map(async ({ state, hit, contact: _contact, ...row }) => {
      const policy = await policies.version(state.policyVersion);
      const due = row.nextDueClock === undefined ? undefined : state.clocks[row.nextDueClock];
      const pressing = mostPressing(state.clocks);
      const context = { actor, at: toInstant(clock()), policy };
      const possible = allowed(state, context);
      return {
        ...row,
        seq: state.seq,
        nextDueName: due && promiseWords(due, policy),
        pressing: pressing && {
          name: promiseWords(pressing, policy),
          dueAt: pressing.dueAt,
          startedAt: pressing.startedAt,
          status: standingOf(pressing),
        },
        waitsFor: waitsFor(state, policy),
        allowed: possible,
        next: nextDecision(state, possible, context)?.decision,
        hit: hit && hitWords(hit),
      };
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

/** How many of the cases that the person may see stand how: `Reading.counts`. */
export function countCases(
  { cases, clock }: Pick<Needs, 'cases' | 'clock'>,
  filters: ListFilters,
  actor: Staff,
): Promise<CaseCounts> {
  const now = clock();
  return cases.counts({ ...filtersIn(filters, actor, now), scope: scopeOf(actor) }, dayMarks(now));
}
