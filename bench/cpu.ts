import type { Report } from './report';
import type { System } from './system';

/** Where the time goes: the CPU of each program while something is measured. */
export class CpuMeter {
  private readonly used = new Map<string, { rounds: number; byPart: Record<string, number> }>();

  constructor(private readonly system: System) {}

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

  /** What came before was to warm up. */
  clear(): void {
    this.used.clear();
  }

  /** Milliseconds a piece, of `count` in each round. */
  tell(report: Report, what: string, kind: string, count: number): void {
    const { rounds, byPart } = this.used.get(kind) ?? { rounds: 1, byPart: {} };
    for (const [part, seconds] of Object.entries(byPart)) {
      report.add({ figure: `CPU of ${what}: ${part}`, value: (seconds * 1_000) / (count * rounds), unit: 'ms' });
    }
  }

  private read(): Record<string, number> {
    const { temporal, worker, bareWorker, server, floor, postgres } = this.system;
    const { user, system } = process.cpuUsage();
    return {
      Temporal: temporal.cpuSeconds,
      workers: worker.cpuSeconds + bareWorker.cpuSeconds,
      server: server.cpuSeconds + floor.cpuSeconds,
      Postgres: postgres.cpuSeconds,
      'load generator': (user + system) / 1e6,
    };
  }
}
