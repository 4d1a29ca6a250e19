import { setTimeout as sleep } from 'node:timers/promises';
import type { ComplaintRecord } from '../../db/records';
import { PROCESS_REVISION } from '../../domain/case/revision';
import type { ComplaintInput } from '../../domain/process/start';
import { createRepeating } from '../repeating';
import { houseZone } from '../rules/zones';
import { EngineError, type Engine } from './engine';
import type { PolicyCache } from '../rules/policies';
import type { Stores } from '../../db';

interface Needs {
  complaints: Pick<Stores['complaints'], 'get'>;
  starts: Pick<Stores['starts'], 'due' | 'markStarted'>;
  policies: PolicyCache;
  engine: Pick<Engine, 'start' | 'ping'>;
  /** How many complaints and messages are being taken at this moment; whoever takes them counts. */
  underway?: Readonly<Underway>;
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

/** What is being taken at this moment. */
export interface Underway {
  /** Complaints whose callers wait for the answer. */
  count: number;
  /** Messages that have been kept and are taken up now; nobody waits for that. */
  messages: number;
}

/** How long a new complaint is left to the queue in memory; short, so that the relay takes over soon after an outage. */
const LEASE_MS = 5_000;
const START_DEADLINE_MS = 4_000;
/** Starts at once from the queue in memory. Few, because accepting comes first and Temporal's own rate is the limit. */
const AT_ONCE = 8;
/** Longest queue in memory; whatever is beyond it is left in Postgres, to the relay. */
const QUEUE = 500;
const BATCH = 64;
/** How long a row that the relay has claimed is out of others' reach; after that, one that failed is due again. */
const CLAIM_MS = 10_000;
/** Starts at once by the relay. */
const DRAIN_AT_ONCE = 32;
/** This many acceptances at once are a rush: starts then slow down, so that callers are answered quickly. */
export const RUSH = 4;
const RUSH_PAUSE_MS = 50;
/** How long a rush can hold starts back altogether; after that they go one by one with pauses. */
const HOLD_MS = 3_000;
/** A rush is over when for this long fewer than `RUSH` acceptances were under way. */
const CALM_MS = 100;
/** While messages are being taken up, the relay starts one complaint, and then pauses for so long. */
const FLOOD_PAUSE_MS = 200;
const IDLE_MS = 1_000;
const FLUSH_MS = 50;

/** Brings accepted complaints to Temporal. */
export interface Starter {
  /** How long, in milliseconds, the relay leaves a new complaint to `begin`. */
  readonly leaseMs: number;
  /**
   * Starts the workflow in the background, as soon as possible; returns at once and never throws. What it cannot start is
   * left to the relay.
   */
  begin(caseNo: string): void;
  /**
   * Starts the workflow and waits for it; nothing happens if it was started before.
   * @throws EngineError after four seconds, or when Temporal is away
   */
  startNow(record: ComplaintRecord): Promise<void>;
  /** Starts the relay, which runs until `stop`. A second call changes nothing. */
  run(): void;
  /** Resolves when the relay has ended and the starts so far are noted. What is still queued is left to the next process. */
  stop(): Promise<void>;
}

/**
 * Two ways lead to Temporal: a small queue in memory right after the acceptance, and a relay that finds in Postgres
 * whatever a crash, an outage or a full queue left over. Both may start the same complaint; a workflow id is started only
 * once, so that does no harm (docs/architecture/starting.md).
 */
export function createStarter({
  complaints,
  starts,
  policies,
  engine,
  log,
  underway = { count: 0, messages: 0 },
}: Needs): Starter {
  const queue: string[] = [];
  let running = 0;
  /** Temporal did not answer: the queue in memory stays empty until the relay has reached it again. */
  let away = false;
  const ended = new AbortController();
  let started: string[] = [];
  let flushing: NodeJS.Timeout | undefined;

  async function startNow(record: ComplaintRecord): Promise<void> {
    await engine.start(await inputOf(record, policies), START_DEADLINE_MS);
    away = false;
    note(record.caseNo);
  }

  /** @returns false if it was not started; the reason is logged, and the relay tries again */
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

  /** Notes a start; the rows are deleted together a moment later, with one statement for many starts. */
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
      await starts.markStarted(done);
    } catch (error) {
      // The rows stay, so the relay starts the workflows again, which changes nothing, and then deletes the rows.
      log.warn({ count: done.length, err: nameOf(error) }, 'started workflows could not be noted');
    }
  }

  let rushBegan = 0;
  let lastRush = 0;
  /** Notes a rush that is under way. @returns whether there is one now, or was one within `CALM_MS` */
  const noteRush = (): boolean => {
    const now = Date.now();
    if (underway.count >= RUSH) {
      if (now - lastRush > CALM_MS) rushBegan = now;
      lastRush = now;
    }
    return now - lastRush <= CALM_MS;
  };

  /** Many messages have come in. What was filed from them is the relay's to start, and taking them up comes first. */
  const isFlood = (): boolean => underway.messages >= RUSH;

  /** Starts one; in a rush it waits before (up to `HOLD_MS` after the rush began) and pauses after. */
  async function startInTurn(caseNo: string): Promise<void> {
    while (noteRush() && Date.now() - rushBegan < HOLD_MS && !ended.signal.aborted) await sleep(RUSH_PAUSE_MS);
    await startOne(caseNo);
    if (noteRush()) await sleep(RUSH_PAUSE_MS);
  }

  /** Works off the queue in memory: `AT_ONCE` at once, or one in a rush; empties it when Temporal is away. */
  function pump(): void {
    while (!ended.signal.aborted && !away && running < (noteRush() ? 1 : AT_ONCE)) {
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

  /** Claims due rows from Postgres and starts their workflows. @returns whether more may be due */
  async function drain(): Promise<boolean> {
    if (away) {
      await engine.ping(2_000);
      away = false;
      log.info({}, 'Temporal answers again');
    }
    const due = await starts.due(BATCH, CLAIM_MS);
    const left = due.map((row) => row.caseNo);
    const work = async (_: unknown, lane: number): Promise<void> => {
      while (left.length > 0 && !away && !ended.signal.aborted) {
        // In a rush only the first lane goes on; the others wait.
        if (lane > 0 && (noteRush() || isFlood())) await sleep(RUSH_PAUSE_MS);
        else await startInTurn(left.shift() ?? '');
        if (isFlood()) await sleep(FLOOD_PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: DRAIN_AT_ONCE }, work));
    await flush();
    return due.length === BATCH && !away;
  }

  const relay = createRepeating({
    round: drain,
    failed: (error) => log.warn({ err: nameOf(error) }, 'relay of workflow starts'),
    pauseMs: () => IDLE_MS,
    ended,
  });

  return {
    leaseMs: LEASE_MS,
    begin(caseNo) {
      if (ended.signal.aborted || away || queue.length >= QUEUE) return;
      queue.push(caseNo);
      pump();
    },
    startNow,
    run: relay.run,
    async stop() {
      const stopped = relay.stop();
      queue.length = 0;
      await stopped;
      await flush();
    },
  };
}

/**
 * The input with which a complaint's workflow is started. It holds ids, grades and times only: no names and no free text,
 * because Temporal must hold no personal data.
 */
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

/** What may be logged of an error: its kind. Its message may quote what somebody typed. */
export const nameOf = (error: unknown): string =>
  error instanceof EngineError ? error.message : error instanceof Error ? error.name : 'unknown';
