import type { Load } from './load';

/** One figure of the report. */
export interface Figure {
  /** What was measured. */
  figure: string;
  value: number;
  unit: string;
  p50?: number;
  p99?: number;
  /** The aim; figures without one are there to explain those with one. */
  target?: string;
  met?: boolean;
  note?: string;
}

const round = (value: number): number => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits));
};

/** Prints each figure as one JSON line when it is known, and all of them as a table at the end. */
export class Report {
  private readonly figures: Figure[] = [];

  constructor(private readonly print: (line: string) => void) {}

  /** Numbers are rounded to about three digits. */
  add(figure: Figure): void {
    const rounded = Object.fromEntries(
      Object.entries(figure).map(([key, value]: [string, unknown]) => [
        key,
        typeof value === 'number' ? round(value) : value,
      ]),
    );
    this.figures.push(rounded as unknown as Figure);
    this.print(JSON.stringify(rounded));
  }

  /** A rate a second, with the latencies. */
  rate(figure: string, load: Load, note?: string): void {
    this.add({ figure, value: load.perSecond, unit: '/s', p50: load.p50, p99: load.p99, note });
  }

  /** A ratio that should be at least `target`. */
  atLeast(figure: string, value: number, target: number, note?: string): void {
    this.add({ figure, value, unit: '×', target: `≥ ${target}`, met: value >= target, note });
  }

  /** A figure that should be at most `target`. */
  atMost(figure: string, value: number, unit: string, target: number, note?: string): void {
    this.add({ figure, value, unit, target: `≤ ${target}`, met: value <= target, note });
  }

  /** Prints the table of all figures. */
  table(): void {
    const head = ['figure', 'value', 'p50 ms', 'p99 ms', 'target', ''];
    const rows = this.figures.map(({ figure, value, unit, p50, p99, target, met, note }) => [
      figure,
      `${value} ${unit}`,
      p50 === undefined ? '' : String(p50),
      p99 === undefined ? '' : String(p99),
      target ?? '',
      met === undefined ? (note ?? '') : `${met ? 'met' : 'MISSED'}${note ? ` (${note})` : ''}`,
    ]);
    const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
    const line = (cells: string[]): string =>
      cells
        .map((cell, column) =>
          column >= 1 && column <= 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd();
    this.print('');
    this.print(line(head));
    this.print(line(widths.map((width) => '-'.repeat(width))));
    for (const row of rows) this.print(line(row));
  }
}
