import type { Stores } from '../../db';
import type { ReportRemark } from '../../db/records';
import { HOUR, MINUTE } from '../../domain/basics/milliseconds';
import { atLeast, readsAs, type Staff } from '../../domain/case/permissions';
import { refuse } from '../../domain/decisions/define';
import {
  periodBefore,
  periodNamed,
  periodsUpTo,
  periodWith,
  periodWords,
  reportsByMail,
  type Period,
  type ReportKind,
} from '../../domain/facts/periods';
import { daysAfter } from '../../domain/time/calendar';
import { toInstant } from '../../domain/time/duration';
import { houseDate, houseDayStart } from '../../house';
import { createMemory } from '../../remember';
import type { TableFile } from '../../render/table-file';
import type { StaffDirectory } from '../access/staff';
import { pdfFile, type DocumentFile } from '../pdf-file';
import { conflict, mustBe, mustRead, notFound } from '../refused';
import type { RemarkShown, ReportData, ReportFileQuery, ReportList, ReportShown, WantedSavedReport } from './answers';
import { storedReport, withTrend } from './closing';
import { reportFile } from './file';
import { reportOnPaper } from './pdf';
import type { MakeReport } from './making';
import { createSaved } from './saved';

/**
 * Reports of the house, for managers and above and for auditors: they count cases of everybody. A report whose period is
 * over is read as it was closed; figures that people have saved are the reader's own to see, by their rights.
 */
export interface ReportAccess {
  /** Those of a kind, and saved figures; below a manager the latter alone. @throws Refused `forbidden` below a supervisor */
  list(kind: ReportKind, actor: Staff): Promise<ReportList>;
  /** @throws Refused `notFound` for a period that is none, or has not begun; `forbidden` below a manager */
  get(kind: ReportKind, period: string, actor: Staff): Promise<ReportShown>;
  /** As a table for spreadsheets, or on paper. @throws Refused as `get` */
  file(kind: ReportKind, period: string, query: ReportFileQuery, actor: Staff): Promise<TableFile | DocumentFile>;
  /**
   * Writes what is recommended beside the closed report of a month or quarter, in place of what was.
   * @throws Refused as `get`; `conflict` for another one, and once it is signed off
   */
  write(kind: ReportKind, period: string, text: string, actor: Staff): Promise<ReportShown>;
  /** Signs it off. @param readAt when what was read was written @throws Refused as `write`; `conflict` if it was changed since */
  sign(kind: ReportKind, period: string, readAt: string, actor: Staff): Promise<ReportShown>;
  /** Which reports somebody gets by mail; undefined: they read none. */
  wishes(actor: Staff): Promise<readonly ReportKind[] | undefined>;
  /** @throws Refused `forbidden` to whoever reads none */
  choose(kinds: readonly ReportKind[], actor: Staff): Promise<void>;
  /**
   * Keeps figures under a name. @throws Refused `forbidden` below a supervisor; `invalid` for words that figures do not
   * know; `conflict` for a name that they have given already, and for the 51st
   */
  save(wanted: WantedSavedReport, actor: Staff): Promise<{ id: string }>;
  /** @throws Refused `notFound` for one that is not theirs */
  remove(id: string, actor: Staff): Promise<void>;
}

interface Needs {
  stores: Pick<Stores, 'closedReports' | 'reportCounts' | 'savedReports'>;
  make: MakeReport;
  staff: Pick<StaffDirectory, 'names'>;
  clock: () => number;
}

const LISTED: Record<ReportKind, number> = { day: 31, week: 26, month: 24, quarter: 12 };
/** So long after its end a report may wait for the next run. */
const CLOSED_WITHIN_MS = 30 * HOUR;
/** How long what is counted today is used again. */
const KEPT_MS = 2 * MINUTE;
/** Whose recommendations are kept and signed off. */
const REMARKED: readonly ReportKind[] = ['month', 'quarter'];

const noSuchReport = () => notFound({ zh: '报表', en: 'report' });

/** What is counted today and differs from what was closed; and what was not there then. */
function compared(stored: ReportData, today: ReportData): Pick<ReportShown, 'lines' | 'added'> {
  const now = new Map(today.lines.map((line) => [line.key, line]));
  const known = new Set(stored.lines.map(({ key }) => key));
  return {
    lines: stored.lines.map((line) => {
      const later = now.get(line.key)?.now ?? { n: 0, value: line.unit === 'percent' ? null : 0, isSmall: true };
      const isSame = later.value === line.now.value && later.n === line.now.n && later.hits === line.now.hits;
      return isSame ? line : { ...line, later };
    }),
    added: today.lines.filter(({ key }) => !known.has(key)),
  };
}

/** Builds `ReportAccess`. */
export function createReports({ stores, make, staff, clock }: Needs): ReportAccess {
  const { closedReports, reportCounts } = stores;
  const saved = createSaved({ store: stores.savedReports, staff, clock });
  const memory = createMemory<ReportData>({ max: 30, forMs: KEPT_MS, clock });
  const today = (): string => houseDate(clock());

  /** @throws Refused `notFound` */
  function named(kind: ReportKind, name: string): Period {
    const period = periodNamed(kind, name);
    if (!period || period.from > today()) throw noSuchReport();
    return period;
  }

  const unclosed = ({ to }: Period): 'open' | 'missing' =>
    clock() < houseDayStart(daysAfter(to, 1)) + CLOSED_WITHIN_MS ? 'open' : 'missing';
  const aboutOf = (period: Period) => {
    const { kind, name, from, to } = period;
    return { kind, period: name, name: periodWords(period), from, to };
  };

  async function remarkShown(row: ReportRemark | undefined): Promise<RemarkShown | undefined> {
    if (!row) return undefined;
    const { text, by, at, signedBy, signedAt } = row;
    const names = await staff.names([by, ...(signedBy === undefined ? [] : [signedBy])]);
    const person = (id: string) => ({ id, name: names.get(id) ?? id });
    const signed = signedBy !== undefined && signedAt !== undefined && { by: person(signedBy), at: signedAt };
    return { text, by: person(by), at, ...(signed && { signed }) };
  }

  async function get(kind: ReportKind, name: string, actor: Staff): Promise<ReportShown> {
    mustRead(actor, 'manager');
    const period = named(kind, name);
    const earlier = periodBefore(period);
    const [stored, counted, remark, followUp] = await Promise.all([
      storedReport(closedReports, period),
      memory.get(`${kind}/${name}`, () => make(period)),
      closedReports.remark({ kind, period: name }).then(remarkShown),
      closedReports.remark({ kind, period: earlier.name }).then(remarkShown),
    ]);
    const mayWrite = stored && REMARKED.includes(kind) && atLeast(actor, 'manager') && !remark?.signed;
    const beside = {
      ...(remark && { remark }),
      ...(followUp && { followUp }),
      may: mayWrite ? (['write', ...(remark ? ['sign' as const] : [])] satisfies ReportShown['may']) : [],
    };
    if (!stored) {
      const lines = withTrend(counted, await storedReport(closedReports, earlier)).lines;
      return { ...aboutOf(period), state: unclosed(period), lines, added: [], ...beside };
    }
    return {
      ...aboutOf(period),
      state: 'closed',
      closedAt: stored.closedAt,
      ...compared(stored, counted),
      ...beside,
    };
  }

  /** What may be written beside it. @throws Refused `conflict` */
  async function mustBeClosed(kind: ReportKind, name: string, actor: Staff): Promise<void> {
    mustBe(actor, 'manager');
    named(kind, name);
    if (!REMARKED.includes(kind) || !(await closedReports.get({ kind, period: name }))) throw conflict(NOT_CLOSED);
  }

  return {
    async list(kind, actor) {
      mustRead(actor, 'supervisor');
      const kept = await saved.list(actor);
      if (!readsAs(actor, 'manager')) return { items: [], saved: kept };
      const [rows, firstDay] = await Promise.all([closedReports.list(kind, LISTED[kind]), reportCounts.firstDay()]);
      const closedAt = new Map(rows.map((row) => [row.period, row.closedAt]));
      const current = periodWith(kind, today());
      const periods = periodsUpTo(current, LISTED[kind]).filter(
        (one) => one.name === current.name || closedAt.has(one.name) || (firstDay !== undefined && one.to >= firstDay),
      );
      const items = periods.toReversed().map((period) => {
        const at = closedAt.get(period.name);
        if (at !== undefined) return { ...aboutOf(period), state: 'closed' as const, closedAt: at };
        return { ...aboutOf(period), state: unclosed(period) };
      });
      return { items, saved: kept };
    },

    get,

    async file(kind, period, { format, ...query }, actor) {
      const report = await get(kind, period, actor);
      if (format === 'pdf') {
        return pdfFile(reportOnPaper(report, query.language, toInstant(clock())), `report-${report.period}`);
      }
      return reportFile(report, { format, ...query });
    },

    async write(kind, period, text, actor) {
      await mustBeClosed(kind, period, actor);
      if (!(await closedReports.writeRemark({ kind, period }, { text, by: actor.id }))) throw conflict(SIGNED);
      return get(kind, period, actor);
    },

    async sign(kind, period, readAt, actor) {
      await mustBeClosed(kind, period, actor);
      if (!(await closedReports.signRemark({ kind, period }, actor.id, readAt))) throw conflict(CHANGED);
      return get(kind, period, actor);
    },

    async wishes(actor) {
      if (!readsAs(actor, 'manager')) return undefined;
      const kinds = await closedReports.wishes(actor.id);
      return reportsByMail({ role: actor.role, ...(kinds && { kinds }) });
    },

    async choose(kinds, actor) {
      mustRead(actor, 'manager');
      await closedReports.keepWishes(actor.id, [...new Set(kinds)]);
    },

    save: (wanted, actor) => saved.save(wanted, actor),
    remove: (id, actor) => saved.remove(id, actor),
  };
}

const NOT_CLOSED = refuse(
  'report_not_closed',
  '只能在已定稿的月报和季报旁边写；定稿后再写',
  'recommendations stand beside closed reports of months and quarters; write them once it is closed',
);
const SIGNED = refuse(
  'report_signed_off',
  '已经签认，不能再改；写进下一期',
  'it is signed off and changes no more; write it into the next report',
);
const CHANGED = refuse(
  'remark_changed',
  '您看过以后有人改过，或已经签认；请刷新后再看',
  'it was changed since you read it, or is signed off; load the page again',
);
