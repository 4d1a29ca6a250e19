import { setTimeout as sleep } from 'node:timers/promises';
import type { ComplaintRecord } from '../../db/records';
import { PROCESS_REVISION } from '../../domain/case/revision';
import type { ComplaintInput } from '../../domain/process/start';
import { houseZone } from '../rules/zones';
import { EngineError, type Engine } from './engine';
import type { PolicyCache } from '../rules/policies';
import type { Stores } from '../../db';

interface Needs {
  complaints: Pick<Stores['complaints'], 'get'>;
  starts: Pick<Stores['starts'], 'due' | 'done'>;
  policies: PolicyCache;
  engine: Pick<Engine, 'start' | 'ping'>;
  /** Acceptances under way, counted by whoever accepts. */
  underway?: { readonly count: number };
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

/** A start that has not succeeded by then belongs to the relay: at once after an outage, not half a minute later. */
const LEASE_MS = 5_000;
const START_DEADLINE_MS = 4_000;
/** Few: accepting complaints comes first, and Temporal's own rate is what limits. */
const AT_ONCE = 8;
/** Longer queues are the relay's: it reads them from Postgres when there is time. */
const QUEUE = 500;
const BATCH = 64;
/** How long a claimed row is nobody else's; after an outage in the middle of a batch it comes up again then. */
const CLAIM_MS = 10_000;
const DRAIN_AT_ONCE = 32;
/** This many acceptances under way at once is a rush: starts then wait for their turn, so that nobody waits to be heard. */
const RUSH = 4;
const RUSH_PAUSE_MS = 50;
/** The first seconds of a rush belong to acceptance alone; a longer one is not waited out. */
const HOLD_MS = 3_000;
/** A rush is over when for so long nobody had to wait their turn. */
const CALM_MS = 100;
const IDLE_MS = 1_000;
const FLUSH_MS = 50;

export interface Starter {
  /** How long the relay leaves a new complaint to `begin`. */
  readonly leaseMs: number;
  /** Starts the workflow in a moment; never throws and never waits. */
  begin(caseNo: string): void;
  /** Starts it now; throws what the engine throws. */
  startNow(record: ComplaintRecord): Promise<void>;
  run(): void;
  stop(): Promise<void>;
}

/**
 * Brings accepted complaints to Temporal. Two ways lead there: a small queue in memory right after the acceptance, and
 * a relay that finds in Postgres whatever a crash, an outage or a full queue left over. Both may meet: a workflow id is
 * started once.
 */
export function createStarter({ complaints, starts, policies, engine, log, underway = { count: 0 } }: Needs): Starter {
  const queue: string[] = [];
  let running = 0;
  /** Temporal did not answer: nothing is tried from memory until the relay has seen it again. */
  let away = false;
  const ended = new AbortController();
  let relay: Promise<void> | undefined;
  let started: string[] = [];
  let flushing: NodeJS.Timeout | undefined;

  async function startNow(record: ComplaintRecord): Promise<void> {
    await engine.start(await inputOf(record, policies), START_DEADLINE_MS);
    away = false;
    note(record.caseNo);
  }

  async function startOne(caseNo: string): Promise<boolean> {
    try {
      const record = await complaints.get(caseNo);
      if (!record) return false;
      await startNow(record);
      return true;
    } catch (error) {
      const kind = error instanceof EngineError ? error.kind : 'broken';
      if (kind === 'away' || kind === 'silent') away = true;
      log.warn({ caseNo, kind, err: nameOf(error) }, 'the workflow could not be started; the relay tries again');
      return false;
    }
  }

  /** Rows are crossed out in bundles: one statement for many starts. */
  function note(caseNo: string): void {
    started.push(caseNo);
    flushing ??= setTimeout(() => void flush(), FLUSH_MS);
  }

  async function flush(): Promise<void> {
    clearTimeout(flushing);
    flushing = undefined;
    const done = started;
    started = [];
    if (done.length === 0) return;
    try {
      await starts.done(done);
    } catch (error) {
      // The relay starts them again, which changes nothing, and crosses them out then.
      log.warn({ count: done.length, err: nameOf(error) }, 'started workflows could not be noted');
    }
  }

  let rushBegan = 0;
  let lastRush = 0;
  const rush = (): boolean => {
    const now = Date.now();
    if (underway.count >= RUSH) {
      if (now - lastRush > CALM_MS) rushBegan = now;
      lastRush = now;
    }
    return now - lastRush <= CALM_MS;
  };

  /** One start after another with pauses between, as long as the rush lasts. */
  async function startInTurn(caseNo: string): Promise<void> {
    while (rush() && Date.now() - rushBegan < HOLD_MS && !ended.signal.aborted) await sleep(RUSH_PAUSE_MS);
    await startOne(caseNo);
    if (rush()) await sleep(RUSH_PAUSE_MS);
  }

  function pump(): void {
    while (!ended.signal.aborted && !away && running < (rush() ? 1 : AT_ONCE)) {
      const caseNo = queue.shift();
      if (caseNo === undefined) return;
      running++;
      void startInTurn(caseNo).finally(() => {
        running--;
        pump();
      });
    }
    if (away) queue.length = 0;
  }

  async function drain(): Promise<void> {
    while (!ended.signal.aborted) {
      let full = false;
      try {
        if (away) {
          await engine.ping(2_000);
          away = false;
          log.info({}, 'Temporal answers again');
        }
        const due = await starts.due(BATCH, CLAIM_MS);
        full = due.length === BATCH;
        const left = due.map((row) => row.caseNo);
        const work = async (_: unknown, lane: number): Promise<void> => {
          while (left.length > 0 && !away && !ended.signal.aborted) {
            // In a rush only the first lane goes on.
            if (lane > 0 && rush()) await sleep(RUSH_PAUSE_MS);
            else await startInTurn(left.shift() ?? '');
          }
        };
        await Promise.all(Array.from({ length: DRAIN_AT_ONCE }, work));
        await flush();
      } catch (error) {
        full = false;
        log.warn({ err: nameOf(error) }, 'relay of workflow starts');
      }
      if (!full || away) await sleep(IDLE_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  return {
    leaseMs: LEASE_MS,
    begin(caseNo) {
      if (ended.signal.aborted || away || queue.length >= QUEUE) return;
      queue.push(caseNo);
      pump();
    },
    startNow,
    run() {
      relay ??= drain();
    },
    async stop() {
      ended.abort();
      queue.length = 0;
      await relay;
      await flush();
    },
  };
}

/** What a complaint's workflow starts with: ids, grades and times, never a word or a name. */
export async function inputOf(
  record: ComplaintRecord,
  policies: Pick<PolicyCache, 'version'>,
): Promise<ComplaintInput> {
  const { caseNo, channel, language, receivedAt, suggestion, text } = record;
  return {
    caseNo,
    policy: await policies.version(record.policyVersion),
    received: {
      channel,
      language,
      customerId: record.customer.id,
      text: { textId: text.textId, sha256: text.sha256 },
      receivedAt,
      revision: PROCESS_REVISION,
      zone: await houseZone(Date.parse(receivedAt)),
      suggestion: {
        grade: suggestion.grade,
        category: suggestion.category,
        rules: suggestion.reasons.map((reason) => reason.rule),
        engine: suggestion.engine,
      },
    },
  };
}

/** The kind of an error, without its text: that may quote what somebody typed. */
export const nameOf = (error: unknown): string =>
  error instanceof EngineError ? error.message : error instanceof Error ? error.name : 'unknown';
