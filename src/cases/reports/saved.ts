import type { Stores } from '../../db';
import type { SavedReport } from '../../db/records';
import { faultsOf } from '../../domain/basics/faults';
import { isUuid } from '../../domain/basics/ids';
import type { Staff } from '../../domain/case/permissions';
import { refuse } from '../../domain/decisions/define';
import type { FigureId } from '../../domain/facts/figures';
import { periodBefore, periodWith, type Period } from '../../domain/facts/periods';
import { houseDate } from '../../house';
import type { StaffDirectory } from '../access/staff';
import { figureQuery, oneFigureQuery } from '../figures/answers';
import { conflict, invalid, mustBe, notFound } from '../refused';
import type { SavedReportShown, WantedSavedReport } from './answers';

interface Needs {
  store: Stores['savedReports'];
  staff: Pick<StaffDirectory, 'names'>;
  clock: () => number;
}

const MOST_SAVED = 50;

/** Figures that people keep under a name. */
export function createSaved({ store, staff, clock }: Needs) {
  const today = (): string => houseDate(clock());

  async function savedShown(rows: readonly SavedReport[], actor: Staff): Promise<SavedReportShown[]> {
    const names = await staff.names(rows.map(({ owner }) => owner));
    const days = ({ from, to }: Period) => ({ from, to });
    return rows.map(({ id, name, kind, figure, words, owner, team }) => {
      const now = periodWith(kind, today());
      return {
        id,
        name,
        kind,
        ...(figure !== undefined && { figure: figure as FigureId }),
        words,
        owner: { id: owner, name: names.get(owner) ?? owner },
        mine: owner === actor.id,
        isShared: team !== undefined,
        last: days(periodBefore(now)),
        now: days(now),
      };
    });
  }

  return {
    list: async (actor: Staff): Promise<SavedReportShown[]> => savedShown(await store.list(actor), actor),

    async save({ name, kind, figure, words, isShared }: WantedSavedReport, actor: Staff): Promise<{ id: string }> {
      mustBe(actor, 'supervisor');
      const given = Object.fromEntries(new URLSearchParams(words));
      const known = (figure === undefined ? figureQuery : oneFigureQuery).omit({ from: true, to: true });
      const read = known.safeParse(given, { reportInput: true });
      if (!read.success)
        throw invalid(faultsOf(read.error).map((fault) => ({ ...fault, path: `words.${fault.path}` })));
      if ((await store.countOf(actor.id)) >= MOST_SAVED) throw conflict(TOO_MANY);
      const row = await store.create({
        owner: actor.id,
        name: name.normalize('NFC').trim(),
        kind,
        ...(figure !== undefined && { figure }),
        words: new URLSearchParams(given).toString(),
        ...(isShared && { team: actor.team }),
      });
      if (!row) throw conflict(EXISTS);
      return { id: row.id };
    },

    async remove(id: string, actor: Staff): Promise<void> {
      if (!isUuid(id) || !(await store.remove(id, actor.id))) throw notFound({ zh: '保存的指标', en: 'saved report' });
    },
  };
}

const EXISTS = refuse(
  'saved_report_exists',
  '您已有一个同名的；请换一个名称',
  'you have one of this name already; choose another name',
);
const TOO_MANY = refuse(
  'too_many_saved_reports',
  `您已保存 ${MOST_SAVED} 个；请先删除不用的`,
  `you have saved ${MOST_SAVED}; remove one that you do not use first`,
);
