import type { Stores } from '../../db';
import { DAY, HOUR } from '../../domain/basics/milliseconds';
import {
  periodBefore,
  periodsUpTo,
  periodWith,
  REPORT_KINDS,
  reportsByMail,
  type Period,
  type ReportKind,
} from '../../domain/facts/periods';
import { toInstant } from '../../domain/time/duration';
import { houseDate, houseDayStart } from '../../house';
import { REPORT_VERSION, reportData, type ReportData } from './answers';
import type { MakeReport } from './making';

/** What a run has done. */
export interface ReportsDone {
  closed: number;
  mailed: number;
}

interface Needs {
  reports: Pick<Stores['closedReports'], 'close' | 'get' | 'list' | 'readers' | 'planMails'>;
  counts: Pick<Stores['reportCounts'], 'firstDay'>;
  facts: Pick<Stores['facts'], 'newestDue' | 'haveTaken'>;
  /** Brings facts of some cases up to date. @returns how many; 0: somebody else is at it */
  keepFacts: () => Promise<number>;
  make: MakeReport;
  /** Right side of Message-IDs. */
  mailDomain: string;
  clock: () => number;
  /** The program ends: another one begins again. */
  ended: AbortSignal;
}

/** How many periods of each kind are closed afterwards, when nothing ran as they were over. */
const MADE_UP: Record<ReportKind, number> = { day: 31, week: 26, month: 24, quarter: 8 };
/** A report that was closed longer ago is not mailed any more. */
const MAILED_MS = 3 * DAY;
/** Mails leave in the morning, when the run is over for long. */
const MAIL_HOUR_MS = 7.5 * HOUR;
const TREND = 11;

/** The report of a period as it was stored; undefined: it is not closed. */
export async function storedReport(
  reports: Pick<Stores['closedReports'], 'get'>,
  { kind, name }: Period,
): Promise<(ReportData & { closedAt: string }) | undefined> {
  const row = await reports.get({ kind, period: name });
  return row && { ...reportData.parse(row.data), closedAt: row.closedAt };
}

/** The lines with what the reports before said of the same. @param before the report of the period before */
export function withTrend({ lines }: ReportData, before: ReportData | undefined): ReportData {
  const known = new Map(before?.lines.map((line) => [line.key, line]));
  return {
    lines: lines.map((line) => {
      const earlier = known.get(line.key);
      if (line.section !== 'figures' || !earlier) return line;
      return { ...line, trend: [...(earlier.trend ?? []), earlier.now.value].slice(-TREND) };
    }),
  };
}

/**
 * Builds the daily run over reports: each period that is over and has no report is counted, the oldest first, and written
 * down for good; whoever wants the latest by mail gets one. Any number may run beside each other, and begin again.
 */
export function createReportRun(needs: Needs): () => Promise<ReportsDone> {
  const { reports, counts, facts, keepFacts, make, mailDomain, clock, ended } = needs;

  /** What happened until now is counted, too. */
  async function awaitFacts(): Promise<void> {
    const newest = await facts.newestDue();
    if (newest === undefined) return;
    while (!(await facts.haveTaken(newest))) {
      ended.throwIfAborted();
      if ((await keepFacts()) === 0 && !(await facts.haveTaken(newest))) {
        throw new Error('the facts are behind the ledger; this is tried again');
      }
    }
  }

  async function closeAll(kind: ReportKind, firstDay: string): Promise<number> {
    const last = periodBefore(periodWith(kind, houseDate(clock())));
    const periods = periodsUpTo(last, MADE_UP[kind]).filter(({ to }) => to >= firstDay);
    const there = new Set((await reports.list(kind, MADE_UP[kind])).map(({ period }) => period));
    let closed = 0;
    for (const period of periods.filter(({ name }) => !there.has(name))) {
      ended.throwIfAborted();
      const before = await storedReport(reports, periodBefore(period));
      const data = withTrend(await make(period), before);
      const closedAt = toInstant(clock());
      if (await reports.close({ kind, period: period.name, version: REPORT_VERSION, data, closedAt })) closed++;
    }
    return closed;
  }

  /** Tells of the latest report of a kind whoever wants it. */
  async function mail(kind: ReportKind): Promise<number> {
    const now = clock();
    const last = periodBefore(periodWith(kind, houseDate(now)));
    const row = await reports.get({ kind, period: last.name });
    if (!row || Date.parse(row.closedAt) < now - MAILED_MS) return 0;
    const readers = (await reports.readers()).filter((one) => reportsByMail(one).includes(kind));
    const at = toInstant(Math.max(now, houseDayStart(houseDate(now)) + MAIL_HOUR_MS));
    return reports.planMails(
      { kind, period: last.name },
      readers.map(({ id }) => id),
      { at, mailDomain },
    );
  }

  return async () => {
    const firstDay = await counts.firstDay();
    if (firstDay === undefined) return { closed: 0, mailed: 0 };
    await awaitFacts();
    const done = { closed: 0, mailed: 0 };
    for (const kind of REPORT_KINDS) {
      done.closed += await closeAll(kind, firstDay);
      done.mailed += await mail(kind);
    }
    return done;
  };
}
