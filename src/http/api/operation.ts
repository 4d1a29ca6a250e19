import { Counter, Gauge, type Registry } from 'prom-client';
import type { Cases } from '../../cases';
import type { Words } from '../../domain/types';
import { reply, route, type Route } from './route';

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

/** A canary that cannot be asked says nothing: what is away is said by its own probe. */
async function canarySays(canary: Canary | undefined): Promise<'ok' | 'pending' | 'failed' | undefined> {
  let said: 'ok' | 'pending' | 'failed' | undefined;
  await probe(async () => {
    said = await canary?.();
  });
  return said;
}

type Figures = Awaited<ReturnType<Cases['figures']>>;

/** Counted at most every few seconds, however many scrape. */
function addGauges(cases: Cases, registry: Registry): void {
  let last: { figures: Promise<Figures | undefined>; until: number } | undefined;
  const failures = new Counter({
    name: 'redress_figures_failed_total',
    help: 'Scrapes whose figures could not be read from Postgres',
    registers: [registry],
  });
  const figures = (): Promise<Figures | undefined> => {
    const now = Date.now();
    if (!last || last.until <= now) {
      const counted = cases.figures().catch(() => {
        failures.inc();
        return undefined;
      });
      last = { figures: counted, until: now + FRESH_MS };
    }
    return last.figures;
  };
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
    'How long the oldest promise that is due has not been acted on',
    (given) => given.promiseLagSeconds,
  );
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
      answers: { 200: { about: 'It does' } },
      handle: async () => reply(200, { status: 'ok' }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      tag: 'operation',
      id: 'readiness',
      summary: 'Are Postgres and Temporal there, and are broken promises escalated?',
      access: 'public',
      answers: {
        200: { about: 'Both are; `degraded`: complaints are taken, but promises are not kept watch over' },
        503: { about: 'One is not; the answer says which' },
      },
      async handle() {
        const names = Object.keys(probes);
        const [found, escalation] = await Promise.all([
          Promise.all(Object.values(probes).map(probe)),
          canarySays(canary),
        ]);
        const ready = found.every((state) => state === 'up');
        // Complaints are still taken, so nobody is to be sent away; but somebody has to look.
        const degraded = escalation === 'failed';
        return reply(ready ? 200 : 503, {
          status: ready ? (degraded ? 'degraded' : 'ready') : 'not ready',
          parts: {
            ...Object.fromEntries(names.map((name, index) => [name, found[index]])),
            ...(escalation === undefined ? {} : { escalation }),
          },
          ...(degraded ? { because: NOT_ESCALATED } : {}),
        });
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
