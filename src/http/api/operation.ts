import { z } from 'zod';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Cases, Figures, Stuck } from '../../cases';
import { INCIDENT_KINDS } from '../../domain/case/incidents';
import type { Words } from '../../domain/basics/types';
import { createMemory } from '../../remember';
import { reply, route, type Route } from './route';
import { named, words } from './schemas';

const FRESH_MS = 5_000;
const PROBE_MS = 2_000;

/** What the server needs to work; each throws when it is not there. */
export type Probes = Record<string, () => Promise<unknown>>;

async function probe(check: () => Promise<unknown>): Promise<'up' | 'away'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'away'>((resolve) => {
    timer = setTimeout(() => resolve('away'), PROBE_MS);
  });
  const done = check().then(
    () => 'up' as const,
    () => 'away' as const,
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

/** What the canary says: was a promise that a worker broke on purpose at its start escalated in time? */
export type Canary = () => Promise<'ok' | 'pending' | 'failed'>;

const NOT_ESCALATED: Words = {
  zh: '启动自检：故意超时的承诺一分钟内没有升级，请检查工作进程',
  en: 'start-up check: a promise broken on purpose was not escalated within a minute; look at the workers',
};

/** A few are looked at one by one; of many the count says enough. */
const NAMED = 20;

const doNotGoOn = (count: number): Words => ({
  zh: `${count} 件案件自己走不下去；见 docs/operating.zh-CN.md“案件卡住了”`,
  en: `${count} case(s) do not go on by themselves; see "A case is stuck" in docs/operating.md`,
});

/** A canary that cannot be asked says nothing: what is away is said by its own probe. */
async function canarySays(canary: Canary | undefined): Promise<'ok' | 'pending' | 'failed' | undefined> {
  let said: 'ok' | 'pending' | 'failed' | undefined;
  await probe(async () => {
    said = await canary?.();
  });
  return said;
}

/** Postgres that does not answer is told of by its own probe. */
async function stuckCases(cases: Cases): Promise<Stuck | undefined> {
  let found: Stuck | undefined;
  await probe(async () => {
    found = await cases.operation.stuck(NAMED);
  });
  return found;
}

const both = (all: Words[]): Words => ({
  zh: all.map(({ zh }) => zh).join('；'),
  en: all.map(({ en }) => en).join('; '),
});

/** Counted at most every few seconds, however many scrape. */
function addGauges(cases: Cases, registry: Registry): void {
  const counted = createMemory<Figures | undefined>({ max: 1, forMs: FRESH_MS, clock: Date.now });
  const failures = new Counter({
    name: 'redress_figures_failed_total',
    help: 'Scrapes whose figures could not be read from Postgres',
    registers: [registry],
  });
  const figures = (): Promise<Figures | undefined> =>
    counted.get('', () =>
      cases.operation.figures().catch(() => {
        failures.inc();
        return undefined;
      }),
    );
  const gauge = (name: string, help: string, read: (given: Figures) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const given = await figures();
        // An old figure would look like a good one.
        if (given) this.set(read(given));
        else this.reset();
      },
    });
  };
  new Gauge({
    name: 'redress_cases_open',
    help: 'Open cases by stage',
    labelNames: ['stage'],
    registers: [registry],
    async collect() {
      this.reset();
      const given = await figures();
      for (const [stage, count] of Object.entries(given?.open.byStage ?? {})) this.set({ stage }, count);
    },
  });
  gauge('redress_cases_breached', 'Open cases with a broken promise', ({ open }) => open.breached);
  gauge(
    'redress_promise_lag_seconds',
    'How long the oldest warning, breach or escalation that is due has not been written',
    (given) => given.lag.seconds,
  );
  gauge(
    'redress_cases_overdue',
    'Open cases with something due for two minutes that has not been written',
    (given) => given.lag.cases,
  );
  gauge(
    'redress_decisions_pending',
    'Decisions that were accepted and are not taken yet',
    (given) => given.decisions.waiting,
  );
  gauge(
    'redress_decisions_lost',
    'Decisions that were accepted and met a case that was over',
    (given) => given.decisions.lost,
  );
  new Gauge({
    name: 'redress_cases_stuck',
    help: 'Cases and corrective actions that do not go on by themselves, by kind',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      this.reset();
      const given = await figures();
      if (!given) return;
      for (const kind of INCIDENT_KINDS) this.set({ kind }, given.stuck[kind] ?? 0);
    },
  });
  gauge('redress_outbox_depth', 'Messages that are still to be sent', (given) => given.outboxDepth);
  gauge(
    'redress_workflow_starts_depth',
    'Accepted complaints without a running workflow',
    (given) => given.startsDepth,
  );
}

interface Needs {
  cases: Cases;
  registry: Registry;
  probes: Probes;
  canary?: Canary;
}

const Health = named('Health', z.object({ status: z.literal('ok') }));
const Readiness = named(
  'Readiness',
  z.object({
    status: z.enum(['ready', 'degraded', 'not ready']),
    parts: z.record(z.string(), z.enum(['up', 'away', 'ok', 'pending', 'failed'])),
    because: words.optional().describe('why it is degraded'),
    stuck: z
      .object({
        count: z.int(),
        named: z.array(z.object({ subject: z.string(), kind: z.enum(INCIDENT_KINDS), since: z.string() })),
      })
      .optional()
      .describe('cases that do not go on by themselves'),
  }),
);

export function operationRoutes({ cases, registry, probes, canary }: Needs): Route[] {
  addGauges(cases, registry);
  if (canary) {
    new Gauge({
      name: 'redress_canary_ok',
      help: '0: the promise that the last worker broke on purpose at its start was not escalated within a minute',
      registers: [registry],
      async collect() {
        this.set((await canarySays(canary)) === 'failed' ? 0 : 1);
      },
    });
  }
  return [
    route({
      method: 'get',
      path: '/healthz',
      tag: 'operation',
      id: 'health',
      summary: 'Does this process run?',
      access: 'public',
      answers: { 200: { about: 'It does', schema: Health } },
      handle: async () => reply(200, { status: 'ok' as const }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      tag: 'operation',
      id: 'readiness',
      summary: 'Are Postgres and Temporal there, are broken promises escalated, and does every case go on?',
      access: 'public',
      answers: {
        200: {
          about:
            'Both are; `degraded`: complaints are taken, but promises are not kept watch over, or `stuck` names cases that do not go on by themselves',
          schema: Readiness,
        },
        503: { about: 'One is not; the answer says which', schema: Readiness },
      },
      async handle() {
        const names = Object.keys(probes);
        const [found, escalation, stuck] = await Promise.all([
          Promise.all(Object.values(probes).map(probe)),
          canarySays(canary),
          stuckCases(cases),
        ]);
        const ready = found.every((state) => state === 'up');
        // Complaints are still taken, so nobody is to be sent away; but somebody has to look.
        const because: Words[] = [
          ...(escalation === 'failed' ? [NOT_ESCALATED] : []),
          ...(stuck && stuck.count > 0 ? [doNotGoOn(stuck.count)] : []),
        ];
        const degraded = because.length > 0;
        const answer: z.output<typeof Readiness> = {
          status: ready ? (degraded ? 'degraded' : 'ready') : 'not ready',
          parts: {
            ...Object.fromEntries(names.map((name, index) => [name, found[index] ?? 'away'])),
            ...(escalation === undefined ? {} : { escalation }),
          },
          ...(degraded ? { because: because.length === 1 ? because[0] : both(because) } : {}),
          ...(stuck && stuck.count > 0 ? { stuck } : {}),
        };
        return reply(ready ? 200 : 503, answer);
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      tag: 'operation',
      id: 'metrics',
      summary: 'Prometheus metrics',
      access: 'public',
      answers: { 200: { about: 'Text exposition format', mediaType: 'text/plain' } },
      async handle({ response }) {
        response.type(registry.contentType).send(await registry.metrics());
        return undefined;
      },
    }),
  ];
}
