import { Counter, Gauge, type Registry } from 'prom-client';
import type { Cases } from '../../cases';
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
}

export function operationRoutes({ cases, registry, probes }: Needs): Route[] {
  addGauges(cases, registry);
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
      summary: 'Are Postgres and Temporal there?',
      access: 'public',
      answers: { 200: { about: 'Both are' }, 503: { about: 'One is not; the answer says which' } },
      async handle() {
        const names = Object.keys(probes);
        const found = await Promise.all(Object.values(probes).map(probe));
        const ready = found.every((state) => state === 'up');
        return reply(ready ? 200 : 503, {
          status: ready ? 'ready' : 'not ready',
          parts: Object.fromEntries(names.map((name, index) => [name, found[index]])),
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
