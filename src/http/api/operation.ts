import { z } from 'zod';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Cases, Figures, Stuck } from '../../cases';
import { INCIDENT_KINDS } from '../../domain/case/incidents';
import type { Words } from '../../domain/basics/types';
import { createMemory } from '../../remember';
import { reply, route, type Route } from './route';
import { named, words } from './schemas';

/** Milliseconds for which figures that were read are reported again. */
const FRESH_MS = 5_000;
/** Milliseconds after which a part that has not answered counts as away. */
const PROBE_MS = 2_000;

/** A check for each part that the server needs (`postgres`, `temporal`); it rejects when the part is away. */
export type Probes = Record<string, () => Promise<unknown>>;

/** `away` when the check fails or takes longer than `PROBE_MS`. Never rejects. */
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

/** Reads the canary: whether the promise that a worker broke on purpose at its start was escalated in time. */
export type Canary = () => Promise<'ok' | 'pending' | 'failed'>;

const NOT_ESCALATED: Words = {
  zh: '启动自检：故意超时的承诺一分钟内没有升级，请检查工作进程',
  en: 'start-up check: a promise broken on purpose was not escalated within a minute; look at the workers',
};

/** How many stuck cases /readyz names one by one; its `count` is that of all. */
const NAMED = 20;

const doNotGoOn = (count: number): Words => ({
  zh: `${count} 件案件自己走不下去；见 docs/operating.zh-CN.md“案件卡住了”`,
  en: `${count} case(s) do not go on by themselves; see "A case is stuck" in docs/operating.md`,
});

/**
 * The canary's state; undefined without a canary, or while it cannot be read: Temporal's own probe then reports that.
 */
async function canarySays(canary: Canary | undefined): Promise<'ok' | 'pending' | 'failed' | undefined> {
  let said: 'ok' | 'pending' | 'failed' | undefined;
  await probe(async () => {
    said = await canary?.();
  });
  return said;
}

/** The stuck cases; undefined while they cannot be read: the probe of Postgres then reports that. */
async function stuckCases(cases: Cases): Promise<Stuck | undefined> {
  let found: Stuck | undefined;
  await probe(async () => {
    found = await cases.operation.stuck(NAMED);
  });
  return found;
}

/** Several sentences as one, in both languages. */
const both = (all: Words[]): Words => ({
  zh: all.map(({ zh }) => zh).join('；'),
  en: all.map(({ en }) => en).join('; '),
});

type Gauging = (name: string, help: string, read: (given: Figures) => number) => void;

function gaugePlatforms(gauge: Gauging): void {
  gauge(
    'redress_platforms_waiting',
    'Complaints at platforms that are no case yet',
    ({ platforms }) => platforms.waiting,
  );
  gauge(
    'redress_platforms_failing',
    'Accounts at platforms that do not answer as they should, and complaints there that cannot become cases',
    ({ platforms }) => platforms.failing,
  );
}

/**
 * Registers the gauges that are read from Postgres. One read serves all of them for `FRESH_MS`, however many scrape.
 * While Postgres cannot be read they have no value, and `redress_figures_failed_total` counts.
 */
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
  const gauge: Gauging = (name, help, read) => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const given = await figures();
        // No value is better than an old one, which would look as if all were well.
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
    'redress_inbound_oldest_seconds',
    'How long the oldest message that has come in has waited to be taken up',
    ({ inbound }) => inbound.oldestSeconds,
  );
  gauge(
    'redress_inbound_to_look_at',
    'Messages that have come in and wait for somebody to look at them',
    ({ inbound }) => inbound.toLookAt,
  );
  gauge(
    'redress_webhooks_waiting',
    'Messages that wait to be taken by other systems',
    ({ webhooks }) => webhooks.waiting,
  );
  gauge(
    'redress_webhooks_failing',
    'Other systems that do not take the messages for them',
    ({ webhooks }) => webhooks.failing,
  );
  gauge('redress_rooms_waiting', 'What waits to be told in group chats of staff', ({ rooms }) => rooms.waiting);
  gauge(
    'redress_rooms_failing',
    'Group chats of staff that do not take what is told them, also those switched off for that',
    ({ rooms }) => rooms.failing,
  );
  gauge('redress_sms_waiting', 'Text messages to customers that are still to be sent', ({ sms }) => sms.waiting);
  gauge(
    'redress_sms_undelivered',
    'Text messages of the past day that did not arrive, or of which nobody knows',
    ({ sms }) => sms.undelivered,
  );
  gauge(
    'redress_trackers_waiting',
    'Tickets that are to be made or closed in trackers of other departments',
    ({ trackers }) => trackers.waiting,
  );
  gaugePlatforms(gauge);
  gauge('redress_trackers_failing', 'Trackers that do not answer as they should', ({ trackers }) => trackers.failing);
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
  /** Left out: escalation is not reported. */
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

/** For monitoring: /healthz, /readyz, /metrics. Registers its gauges in `registry`. */
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
        // `degraded` is still answered with 200: complaints are taken, so a load balancer must not take this server
        // out.
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
