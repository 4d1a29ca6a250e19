import { maskPhone } from '../../contact';
import type { ListedCare, Stores } from '../../db';
import { isUuid } from '../../domain/basics/ids';
import { DAY } from '../../domain/basics/milliseconds';
import { atLeast, type Staff } from '../../domain/case/permissions';
import { refuse } from '../../domain/decisions/define';
import { careOf } from '../../domain/policy/care';
import { durationMs, toInstant } from '../../domain/time/duration';
import { sameHash, sha256, type Links } from '../access/links';
import type { StaffDirectory } from '../access/staff';
import { conflict, forbidden, notFound, unknownLink } from '../refused';
import type { PolicyCache } from '../rules/policies';
import type { CareAct, CareList, CareShown } from './answers';

/** The care list: customers who are looked after when their complaint is over. */
export interface CareAccess {
  /** Those whose case the person may see, and figures of the last year. */
  list(show: 'calls' | 'all', actor: Staff): Promise<CareList>;
  /** @throws Refused `notFound` */
  get(id: string, actor: Staff): Promise<CareShown>;
  /**
   * Writes down a call, whether they came back, a birthday, or that they want to be left alone.
   * @throws Refused `notFound`; `forbidden` for whoever may not work on cases; `conflict` for a call to somebody who was
   *   called, is not to be called, or has a complaint open
   */
  act(id: string, act: CareAct, actor: Staff): Promise<CareShown>;
  /** Whether a link of a mail is known. */
  isKnown(token: string): boolean;
  /** A customer wants no such attention any more. @throws Refused `notFound` for an unknown link */
  stop(token: string): Promise<void>;
}

interface Needs {
  stores: Pick<Stores, 'care'>;
  staff: Pick<StaffDirectory, 'names'>;
  policies: Pick<PolicyCache, 'inForce'>;
  links: Pick<Links, 'careToken'>;
  clock: () => number;
}

const MOST = 100;
const FIGURES_MS = 365 * DAY;
/** A call is due so long before its time is over. */
const AHEAD_MS = 14 * DAY;

/** What comes next for one of them. */
function nextOf(row: ListedCare, now: number): CareShown['next'] {
  if (row.optedOutAt !== undefined) return 'nothing';
  if (row.isOpen) return 'caseFirst';
  if (row.calledAt === undefined) return Date.parse(row.tipsBy) - AHEAD_MS <= now ? 'call' : 'later';
  return row.winBack === undefined ? 'askWinBack' : 'nothing';
}

/** Builds `CareAccess`. */
export function createCare({ stores: { care }, staff, policies, links, clock }: Needs): CareAccess {
  async function shown(rows: readonly ListedCare[]): Promise<CareShown[]> {
    const ids = rows.flatMap((row) => [row.calledBy, row.winBackBy, row.optedOutBy].filter((id) => id !== undefined));
    const names = await staff.names(ids);
    const person = (id: string) => ({ id, name: names.get(id) ?? id });
    const now = clock();
    return rows.map((row) => ({
      id: row.id,
      caseNo: row.caseNo,
      customerName: row.customerName,
      ...(row.phone !== undefined && { phone: maskPhone(row.phone) }),
      reasons: row.reasons.map(({ rule, at }) => ({ rule, at })),
      since: row.since,
      tipsBy: row.tipsBy,
      isLate: row.calledAt === undefined && row.tipsBy < toInstant(now) && row.optedOutAt === undefined,
      isOpen: row.isOpen,
      ...(row.calledAt !== undefined &&
        row.calledBy !== undefined && {
          called: { at: row.calledAt, by: person(row.calledBy), ...(row.note !== undefined && { note: row.note }) },
        }),
      ...(row.winBack !== undefined &&
        row.winBackAt !== undefined &&
        row.winBackBy !== undefined && {
          winBack: { outcome: row.winBack, at: row.winBackAt, by: person(row.winBackBy) },
        }),
      ...(row.birthday !== undefined && { birthday: row.birthday }),
      ...(row.optedOutAt !== undefined && {
        optedOut: { at: row.optedOutAt, ...(row.optedOutBy !== undefined && { by: person(row.optedOutBy) }) },
      }),
      next: nextOf(row, now),
    }));
  }

  async function get(id: string, actor: Staff): Promise<CareShown> {
    const found = isUuid(id) ? await care.list(actor, { only: id }, 1) : [];
    const [one] = await shown(found);
    if (!one) throw notFound({ zh: '关怀记录', en: 'entry of the care list' });
    return one;
  }

  /** The row that a link is about. @throws Refused `notFound` */
  function follow(token: string): string {
    const [id = ''] = token.split('.', 1);
    if (!isUuid(id) || !sameHash(sha256(token), sha256(links.careToken(id)))) throw unknownLink();
    return id;
  }

  return {
    async list(show, actor) {
      const now = clock();
      const from = toInstant(now - FIGURES_MS);
      const since = toInstant(now - durationMs(careOf(await policies.inForce()).keep));
      const wanted = show === 'calls' ? { calls: { until: toInstant(now + AHEAD_MS), since } } : { since };
      const [rows, counts] = await Promise.all([care.list(actor, wanted, MOST + 1), care.counts(from)]);
      const won = counts.boughtAgain + counts.saidSo;
      const known = won + counts.no;
      return {
        items: await shown(rows.slice(0, MOST)),
        isCut: rows.length > MOST,
        figures: { from, ...counts, winBackRate: known === 0 ? null : Math.round((won / known) * 1_000) / 1_000 },
      };
    },

    get,

    async act(id, act, actor) {
      if (!atLeast(actor, 'agent')) throw forbidden('agent');
      const before = await get(id, actor);
      const at = toInstant(clock());
      const by = actor.id;
      switch (act.act) {
        case 'called': {
          if (before.optedOut) throw conflict(LEFT_ALONE);
          if (before.isOpen) throw conflict(CASE_FIRST);
          const { note, winBack: outcome } = act;
          if (!(await care.called(id, { by, note, at }))) throw conflict(CALLED_ALREADY);
          if (outcome !== undefined) await care.wonBack(id, { outcome, by, at });
          break;
        }
        case 'winBack':
          await care.wonBack(id, { outcome: act.outcome, by, at });
          break;
        case 'birthday':
          await care.birthday(id, act.on);
          break;
        case 'optOut':
          await care.optOut(id, by, at);
      }
      return get(id, actor);
    },

    isKnown(token) {
      try {
        return follow(token) !== '';
      } catch {
        return false;
      }
    },

    async stop(token) {
      if (!(await care.optOut(follow(token), null, toInstant(clock())))) throw unknownLink();
    },
  };
}

const LEFT_ALONE = refuse(
  'wants_no_care',
  '这位客户不要关怀，请不要再打',
  'this customer wants no such attention; please do not call them for it',
);
const CASE_FIRST = refuse(
  'case_first',
  '这位客户还有投诉在办，先把投诉办完，再关怀',
  'a complaint of this customer is open; see it through first',
);
const CALLED_ALREADY = refuse(
  'called_already',
  '已经有人打过这个电话，请刷新后再看',
  'somebody has made this call already; load the page again',
);
