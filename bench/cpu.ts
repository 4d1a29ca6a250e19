import type { Report } from './report';
import type { System } from './system';

const GENERATOR = 'load generator';

/** Measures how much CPU each program uses while something runs, summed up by kind over all rounds. */
export class CpuMeter {
  private readonly used = new Map<string, { rounds: number; byPart: Record<string, number> }>();

  constructor(private readonly system: System) {}

  /** Does the work, and counts the CPU used meanwhile as one round of this kind. */
  async of<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const before = this.read();
    const result = await work();
    const after = this.read();
    const known = this.used.get(kind) ?? { rounds: 0, byPart: {} };
    for (const [part, seconds] of Object.entries(after)) {
      known.byPart[part] = (known.byPart[part] ?? 0) + seconds - (before[part] ?? 0);
    }
    this.used.set(kind, { ...known, rounds: known.rounds + 1 });
    return result;
  }

  /** Forgets the rounds so far, after a warm-up. */
  clear(): void {
    this.used.clear();
  }

  /** Reports the CPU of each program in milliseconds a piece, when each round did `count` pieces. */
  tell(report: Report, what: string, kind: string, count: number): void {
    for (const [part, ms] of Object.entries(this.each(kind, count))) {
      report.add({ figure: `CPU of ${what}: ${part}`, value: ms, unit: 'ms' });
    }
  }

  /** CPU of all measured programs together, in milliseconds a piece; without the load generator, this process. */
  total(kind: string, count: number): number {
    const { [GENERATOR]: _, ...programs } = this.each(kind, count);
    return Object.values(programs).reduce((sum, ms) => sum + ms, 0);
  }

  private each(kind: string, count: number): Record<string, number> {
    const { rounds, byPart } = this.used.get(kind) ?? { rounds: 1, byPart: {} };
    return Object.fromEntries(
      Object.entries(byPart).map(([part, seconds]) => [part, (seconds * 1_000) / (count * rounds)]),
    );
  }

  private read(): Record<string, number> {
    const { temporal, worker, bareWorker, server, floor, postgres } = this.system;
    const { user, system } = process.cpuUsage();
    return {
      Temporal: temporal.cpuSeconds,
      workers: worker.cpuSeconds + bareWorker.cpuSeconds,
      server: server.cpuSeconds + floor.cpuSeconds,
      Postgres: postgres.cpuSeconds,
      [GENERATOR]: (user + system) / 1e6,
    };
  }
}
