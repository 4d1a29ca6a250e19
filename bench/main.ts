/**
 * `npm run bench`: measures the product beside bare Temporal workflows and a bare HTTP handler, section by section.
 * Options: `--quick`, `--only=<sections>`, `--profiles=<folder>`. What the figures mean: docs/benchmarks.md.
 * @module
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTemporalClient } from '../src/temporal/client';
import { clientConnection } from '../src/temporal/connection';
import { Bare, drainRate } from './bare';
import { CpuMeter } from './cpu';
import { desks } from './desks';
import { due } from './due';
import { channels, type ChannelsSize } from './channels';
import { closedLoop, inTurn, pairwise, summary, typical, type Load } from './load';
import { open, OPEN_FULL, OPEN_QUICK, type OpenSize } from './open';
import { DECISIONS_A_CASE, Ours } from './ours';
import { pages } from './pages';
import { reading } from './reading';
import { Report } from './report';
import { startSystem, type System } from './system';
import { whatIf } from './what-if';

const SECTIONS = [
  'due',
  'what-if',
  'reading',
  'engine',
  'decisions',
  'api',
  'cases',
  'acceptance',
  'lag',
  'drain',
  'desks',
] as const;
/** They take minutes, and leave thousands of cases behind, so they are only measured when `--only` names them. */
const ON_DEMAND = ['open', 'pages', 'channels'] as const;
type Section = (typeof SECTIONS)[number] | (typeof ON_DEMAND)[number];
/** Sections that need no running system: pure computing, or a database of their own. */
const ALONE = ['due', 'what-if', 'reading'] as const;
type WithSystem = Exclude<Section, (typeof ALONE)[number]>;

interface Size {
  rounds: number;
  /** Seconds of one round. */
  seconds: number;
  /** Complaints of one round of acceptance. */
  burst: number;
  /** Whole cases of one round. */
  cases: number;
  /** Cases and workflows that decisions are spread over. */
  pool: number;
  /** Complaints accepted while Temporal is away. */
  drain: number;
  /** Complaints filed at an even pace; also decisions of one unqueued round. */
  lag: number;
  /** Recorded cases that a what-if goes over. */
  whatIfCases: number;
  open: OpenSize;
  /** Cases over which pages are timed. */
  pages: number;
  channels: ChannelsSize;
}
const FULL: Size = {
  rounds: 5,
  seconds: 3,
  burst: 400,
  cases: 48,
  pool: 64,
  drain: 1_000,
  lag: 200,
  whatIfCases: 10_000,
  open: OPEN_FULL,
  pages: 100_000,
  channels: { mails: 1_000, posts: 3_000, notices: 10_000, chats: { open: 300, messages: 1_000 } },
};
const QUICK: Size = {
  rounds: 2,
  seconds: 2,
  burst: 300,
  cases: 32,
  pool: 32,
  drain: 200,
  lag: 50,
  whatIfCases: 1_000,
  open: OPEN_QUICK,
  pages: 5_000,
  channels: { mails: 200, posts: 600, notices: 2_000, chats: { open: 300, messages: 200 } },
};

/** Callers at once, of workflows. */
const CONCURRENCY = 16;
/** Callers at once, of the API and the floor: the 8 callers of docs/benchmarks.md. */
const HTTP_CONCURRENCY = 8;
/** Between two complaints of `lag`. */
const PACE_MS = 50;

const progress = (line: string): void => console.error(`· ${line}`);

/** One method for each section; it measures and reports. */
class Bench {
  private readonly bare: Bare;
  private readonly ours: Ours;
  private readonly connection: ReturnType<typeof clientConnection>;

  constructor(
    private readonly system: System,
    private readonly size: Size,
    private readonly report: Report,
  ) {
    this.connection = clientConnection(system.config);
    const client = createTemporalClient(system.config, this.connection);
    this.bare = new Bare(client, system);
    this.ours = new Ours(client, system);
  }

  prepare(): Promise<void> {
    return this.ours.prepare();
  }

  async close(): Promise<void> {
    await this.ours.close();
    await this.connection.close();
  }

  /** Bare Temporal alone: starts and updates. */
  async engine(): Promise<void> {
    const { bare, report, size } = this;
    const shape = { concurrency: CONCURRENCY, seconds: size.seconds };
    await closedLoop({ ...shape, count: 64 }, () => bare.start());
    report.rate('bare workflow starts', await closedLoop(shape, () => bare.start()));
    const pool = await bare.pool(size.pool);
    report.rate('bare updates', await closedLoop(shape, (n) => bare.plain(at(pool, n))));
  }

  /**
   * A decision sent straight to the workflow, beside a bare update that writes a row; then decisions through the API.
   */
  async decisions(): Promise<void> {
    const { bare, ours, report, size } = this;
    const shape = { concurrency: CONCURRENCY, seconds: size.seconds };
    const [workflows, cases] = [await bare.pool(size.pool), await ours.pool(size.pool)];
    const kinds = {
      writing: () => closedLoop(shape, (n) => bare.writing(at(workflows, n))),
      decision: () => closedLoop(shape, (n) => ours.note(at(cases, n))),
    };
    await inTurn(1, kinds);
    const loads = await inTurn(size.rounds, kinds);
    report.rate('bare update + local activity that writes one row', typical(loads.writing));
    report.rate('decision with ledger row, engine only', typical(loads.decision));
    report.atLeast(
      'decision : bare update + local activity',
      pairwise(loads.decision, loads.writing, 'perSecond'),
      0.9,
      spread(loads.decision, loads.writing),
    );
    const fresh = await ours.pool(size.pool);
    await closedLoop({ ...shape, count: 100 }, (n) => ours.noteByApi(at(fresh, n)));
    report.rate('decision through the API', await closedLoop(shape, (n) => ours.noteByApi(at(fresh, n))));
  }

  /**
   * What a decision through the API costs: CPU of all our programs, and the latency of one that waits behind no other.
   */
  async api(): Promise<void> {
    const { bare, ours, report, size } = this;
    const [workflows, cases] = [await bare.pool(size.pool), await ours.pool(size.pool)];
    const cpu = new CpuMeter(this.system);
    const many = { concurrency: HTTP_CONCURRENCY, count: size.burst };
    const one = { concurrency: 1, count: size.lag };
    const kinds = {
      bare: () => cpu.of('bare', () => closedLoop(many, (n) => bare.writing(at(workflows, n)))),
      note: () => cpu.of('note', () => closedLoop(many, (n) => ours.noteByApi(at(cases, n)))),
      bareAlone: () => closedLoop(one, (n) => bare.writing(at(workflows, n))),
      noteAlone: () => closedLoop(one, (n) => ours.noteByApi(at(cases, n))),
    };
    await inTurn(1, kinds);
    cpu.clear();
    const loads = await inTurn(size.rounds, kinds, 120_000);
    report.rate(`bare update + local activity, ${HTTP_CONCURRENCY} callers`, typical(loads.bare));
    report.rate(`decision through the API, ${HTTP_CONCURRENCY} callers`, typical(loads.note));
    cpu.tell(report, 'a bare update with a row', 'bare', size.burst);
    cpu.tell(report, 'a decision through the API', 'note', size.burst);
    const cost = cpu.total('note', size.burst) / cpu.total('bare', size.burst);
    report.atMost('CPU of a decision through the API : bare update with a row', cost, '×', 1.6);
    report.rate('bare update + local activity, unqueued', typical(loads.bareAlone));
    report.rate('decision through the API, unqueued', typical(loads.noteAlone));
    const wait = pairwise(loads.noteAlone, loads.bareAlone, 'p50');
    report.atMost('unqueued p50 of a decision through the API : bare', wait, '×', 1.5);
    await this.casesByApi(cpu);
  }

  /**
   * Whole cases through the API, from the acceptance to the archive: once with their mails,
   * once while none can be sent.
   */
  private async casesByApi(cpu: CpuMeter): Promise<void> {
    const { bare, ours, report, size, system } = this;
    const shape = { concurrency: HTTP_CONCURRENCY, count: size.cases };
    const accepted: string[] = [];
    const measured = async (kind: string): Promise<Load> => {
      await closedLoop(shape, async () => {
        accepted.push(await ours.accept());
      });
      await ours.running(accepted);
      await ours.mailsSent();
      return cpu.of(kind, async () => {
        const load = await closedLoop(shape, async () => {
          const caseNo = accepted.pop();
          if (caseNo !== undefined) await ours.wholeByApi(caseNo);
        });
        await ours.mailsSent();
        return load;
      });
    };
    await measured('warm');
    const rows = await cpu.of('bare case', () => closedLoop(shape, () => bare.whole(DECISIONS_A_CASE, 'writing')));
    const withMails = await measured('with mails');
    await system.smtp.stop();
    // Not reported: a round to warm up. While the mail server is away each mail is still written and tried, then
    // put off by its back-off.
    await measured('no mails');
    const without = await measured('without mails');
    await system.smtp.start();
    report.rate(`bare workflow with ${DECISIONS_A_CASE} updates + local activity, ${HTTP_CONCURRENCY} callers`, rows);
    report.rate(`whole case through the API, ${DECISIONS_A_CASE} decisions`, withMails);
    report.rate('the same while no mail can be sent', without);
    cpu.tell(report, `a bare workflow with rows, ${HTTP_CONCURRENCY} callers`, 'bare case', size.cases);
    cpu.tell(report, 'a whole case through the API', 'with mails', size.cases);
    cpu.tell(report, 'a whole case without its mails', 'without mails', size.cases);
    const cost = cpu.total('with mails', size.cases) / cpu.total('bare case', size.cases);
    report.add({ figure: 'CPU of a whole case through the API : bare with rows', value: cost, unit: '×' });
  }

  /** Whole cases with decisions sent straight to the workflow, beside bare workflows with as many updates. */
  async cases(): Promise<void> {
    const { bare, ours, report, size } = this;
    const caseNos = await ours.filed(size.cases * (size.rounds + 1));
    const left = [...caseNos];
    const shape = { concurrency: CONCURRENCY, count: size.cases };
    // The relay holds mails back while many entries are written: wait for them, so that they do
    // not burden the next round.
    const followed = async (load: Promise<Load>): Promise<Load> => {
      const measured = await load;
      await ours.mailsSent();
      return measured;
    };
    const cpu = new CpuMeter(this.system);
    const kinds = {
      plain: () => closedLoop(shape, () => bare.whole(DECISIONS_A_CASE, 'plain')),
      writing: () => cpu.of('bare', () => closedLoop(shape, () => bare.whole(DECISIONS_A_CASE, 'writing'))),
      whole: () =>
        followed(
          cpu.of('whole', () =>
            closedLoop(shape, async () => {
              const caseNo = left.pop();
              if (caseNo !== undefined) await ours.whole(caseNo);
            }),
          ),
        ),
    };
    await inTurn(1, kinds);
    cpu.clear();
    const loads = await inTurn(size.rounds, kinds);
    report.rate(`bare workflow with ${DECISIONS_A_CASE} updates`, typical(loads.plain));
    report.rate(`bare workflow with ${DECISIONS_A_CASE} updates + local activity`, typical(loads.writing));
    report.rate(`whole case, ${DECISIONS_A_CASE} decisions`, typical(loads.whole), 'its mails follow');
    const withRows = pairwise(loads.whole, loads.writing, 'perSecond');
    report.atLeast('whole case : bare with rows', withRows, 0.8, spread(loads.whole, loads.writing));
    const without = pairwise(loads.whole, loads.plain, 'perSecond');
    report.add({ figure: 'whole case : bare without rows', value: without, unit: '×' });
    cpu.tell(report, 'a bare workflow with rows', 'bare', size.cases);
    cpu.tell(report, 'a whole case', 'whole', size.cases);
    const [one] = caseNos.slice(-1);
    if (one !== undefined) {
      const { events, tasks, timers, upserts } = await ours.history(one);
      const note = `${tasks} workflow tasks, ${timers} timers, ${upserts} upserts`;
      report.atMost('history events of a whole case', events, 'events', 150, note);
    }
    report.add({ figure: 'mails sent meanwhile', value: await ours.mailsSent(), unit: 'mails' });
  }

  /** Complaints accepted by the API, beside the floor; the workflows start meanwhile. */
  async acceptance(): Promise<void> {
    const { ours, report, size } = this;
    const shape = { concurrency: HTTP_CONCURRENCY, count: size.burst };
    const cpu = new CpuMeter(this.system);
    const kinds = {
      transaction: () => cpu.of('floor', () => closedLoop(shape, () => ours.floor('transaction'))),
      accepted: async () => {
        const caseNos: string[] = [];
        const load = await cpu.of('accepted', () =>
          closedLoop(shape, async () => {
            caseNos.push(await ours.accept());
          }),
        );
        // Wait for the workflows and mails of these complaints, so that they do not burden the next round.
        await ours.running(caseNos);
        await ours.mailsSent();
        return load;
      },
      statement: () => closedLoop(shape, () => ours.floor('statement')),
    };
    await inTurn(2, kinds);
    cpu.clear();
    const loads = await inTurn(size.rounds, kinds);
    report.rate('floor: Express, one transaction (begin, insert, commit)', typical(loads.transaction));
    report.rate('floor: Express, one insert', typical(loads.statement));
    report.rate('complaints accepted', typical(loads.accepted), 'while workflows start');
    cpu.tell(report, 'the floor', 'floor', size.burst);
    cpu.tell(report, 'an acceptance', 'accepted', size.burst);
    const rate = pairwise(loads.accepted, loads.transaction, 'perSecond');
    report.atLeast('acceptance : floor', rate, 0.7, spread(loads.accepted, loads.transaction));
    report.atMost('acceptance p99 : floor p99', pairwise(loads.accepted, loads.transaction, 'p99'), '×', 2);
    const strict = pairwise(loads.accepted, loads.statement, 'perSecond');
    report.add({ figure: 'acceptance : one insert', value: strict, unit: '×' });
  }

  /** How long a complaint takes from its acceptance to a running workflow, at an even and moderate pace. */
  async lag(): Promise<void> {
    const { ours, report, size } = this;
    const caseNos: string[] = [];
    const began = performance.now();
    for (let n = 0; n < size.lag; n++) {
      caseNos.push(await ours.accept());
      await sleep(Math.max(0, began + (n + 1) * PACE_MS - performance.now()));
    }
    await ours.running(caseNos);
    const load = summary(await ours.lags(caseNos), (performance.now() - began) / 1_000);
    const figure = 'accepted → workflow running, handler named';
    report.add({ figure, value: load.p50, unit: 'ms', p50: load.p50, p99: load.p99, note: `${1_000 / PACE_MS}/s` });
  }

  /** How fast the complaints that were accepted during an outage of Temporal get their workflows afterwards. */
  async drain(): Promise<void> {
    const { bare, ours, report, size, system } = this;
    const first = await bare.firstTasks(size.drain);
    const both = await bare.startsAndFirstTasks(size.drain);

    await system.temporal.stop();
    const caseNos: string[] = [];
    const accepted = await closedLoop({ concurrency: HTTP_CONCURRENCY, count: size.drain }, async () => {
      caseNos.push(await ours.accept());
    });
    report.rate('complaints accepted while Temporal is away', accepted);
    await system.temporal.start();
    const back = performance.now();
    const rate = await drainRate(caseNos.length, () => ours.countRunning(caseNos));
    const seconds = (performance.now() - back) / 1_000;

    report.add({ figure: 'bare first tasks, drained', value: first, unit: '/s' });
    report.add({ figure: 'bare starts with their first tasks', value: both, unit: '/s' });
    report.add({ figure: 'accepted complaints drained after the outage', value: rate, unit: '/s' });
    report.add({ figure: 'Temporal back → all of them running', value: seconds, unit: 's' });
    report.atLeast('drain : bare first tasks', rate / first, 0.6);
    report.add({ figure: 'drain : bare starts with first tasks', value: rate / both, unit: '×' });
  }

  /** Lag of promises with many open cases: see `bench/open.ts`. */
  async open(): Promise<void> {
    await open(this.ours, this.system, this.report, this.size.open, progress);
  }

  /** Pages that are open and wait: see `bench/desks.ts`. */
  async desks(): Promise<void> {
    await desks(this.system, this.ours, this.report);
  }

  /** Pages over many cases: see `bench/pages.ts`. Ends the workers, so nothing can be measured after it. */
  async pages(): Promise<void> {
    await pages(this.system, this.ours, this.report, this.size.pages, progress);
  }

  /** What comes in by mail and webhook, and what goes out by webhook: see `bench/channels.ts`. */
  async channels(): Promise<void> {
    await channels(this.system, this.ours, this.report, this.size.channels);
  }

  /** Memory after all sections. */
  memory(): void {
    const { server, worker } = this.system;
    this.report.add({ figure: 'memory of the server', value: server.residentMiB, unit: 'MiB' });
    this.report.add({ figure: 'memory of the worker', value: worker.residentMiB, unit: 'MiB' });
  }
}

const at = (ids: readonly string[], n: number): string => ids[n % ids.length] ?? '';

/** The smallest and the largest ratio of a round, which tell how unsteady the machine was. */
const spread = (ours: readonly Load[], theirs: readonly Load[]): string => {
  const ratios = ours.map((load, round) => load.perSecond / (theirs[round]?.perSecond ?? Number.NaN));
  return `rounds ${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
};

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const only = option('only');
  const sections: Section[] = only
    ? [...SECTIONS, ...ON_DEMAND].filter((section) => only.split(',').includes(section))
    : [...SECTIONS];
  const size = args.includes('--quick') ? QUICK : FULL;
  const report = new Report((line) => console.log(line));
  const began = Date.now();
  if (sections.includes('due')) {
    progress('due');
    await due(report, size);
  }
  if (sections.includes('what-if')) {
    progress('what-if');
    await whatIf(report, size);
  }
  if (sections.includes('reading')) {
    progress('reading');
    await reading(report, size);
  }
  const withSystem = sections.filter(
    (section): section is WithSystem => !(ALONE as readonly string[]).includes(section),
  );
  if (withSystem.length === 0) {
    report.table();
    return;
  }
  progress('Postgres, Temporal, two workers, the API and the bare handler are started');
  const system = await startSystem(option('profiles'));
  const stop = (): void => {
    void system.stop().then(() => process.exit(130));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    report.add({
      figure: 'machine',
      value: cpus().length,
      unit: 'cores',
      note: `${Math.round(totalmem() / 2 ** 30)} GiB, load before ${(loadavg()[0] ?? 0).toFixed(1)}`,
    });
    const bench = new Bench(system, size, report);
    await bench.prepare();
    for (const section of withSystem) {
      progress(`${section} (${Math.round((Date.now() - began) / 1_000)} s)`);
      await bench[section]();
    }
    bench.memory();
    await bench.close();
    report.add({ figure: 'the whole run', value: (Date.now() - began) / 1_000, unit: 's' });
    report.table();
  } finally {
    await system.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
