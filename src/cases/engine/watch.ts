import type { Incident, Stores } from '../../db';
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { PolicyCache } from '../rules/policies';
import { createRepeating } from '../repeating';
import { EngineError } from './engine';
import { Incidents, type WatchLog } from './incidents';
import { Inspection } from './inspection';
import type { Oversight } from './oversight';
import { lookRarely } from './rare-look';
import { Resending } from './resending';
import type { Restart } from './restart';
import { ROUND, Rounds } from './rounds';
import { nameOf } from './starter';

interface Needs {
  stores: Pick<Stores, 'watch' | 'cases' | 'actions' | 'audit' | 'pendingDecisions' | 'ledger'>;
  policies: Pick<PolicyCache, 'version'>;
  oversight: Pick<Oversight, 'standing' | 'whyFailing' | 'signal'>;
  restart: Restart;
  /** Mails the admins about these incidents; false if nobody could be told yet. */
  tell: (incidents: Incident[]) => Promise<boolean>;
  /** Right side of the Message-IDs of mails about decisions that were refused. */
  mailDomain: string;
  log: WatchLog;
  clock?: () => number;
}

/** Between two looks. */
const PAUSE_MS = 15 * SECOND;
/** Between two runs of `lookRarely`. */
const RARE_MS = 5 * MINUTE;
/** Subjects looked at, at once. */
const AT_ONCE = 4;

/** What one look did. */
export interface Watched {
  /** Cases and corrective actions looked at. */
  looked: number;
  /** Started again from the ledger or the row. */
  restarted: number;
}

/** The loop that finds cases which do not go on by themselves. */
export interface Watch {
  /** Looks again and again, until `stop`. A look that fails is logged, and the next one comes as usual. */
  run(): void;
  /** Resolves when the look that is underway has ended. */
  stop(): Promise<void>;
  /** One look; undefined when another worker is at it. @throws EngineError when Temporal is away */
  look(): Promise<Watched | undefined>;
}

/**
 * Sees to it that no case is forgotten. A workflow that was terminated or lost raises no alarm, and neither does one whose
 * tasks fail at every try. So the watch compares what is open in Postgres with what runs in Temporal, overdue cases at
 * once and all others in turn. A lost workflow is started again from the ledger; what cannot be mended becomes an
 * incident, which /readyz, the metrics, the log and a mail to the admins report. One worker at a time does this, by a lock
 * in Postgres (docs/architecture/watch.md).
 */
export function createWatch(needs: Needs): Watch {
  const { stores, policies, oversight, restart, tell, mailDomain, log, clock = Date.now } = needs;
  const { watch } = stores;
  const ended = new AbortController();
  const rounds = new Rounds({ watch, clock });
  const incidents = new Incidents({ watch, tell, log, clock });
  const inspection = new Inspection({ stores, oversight, restart, incidents, log, clock });
  const ending = { ended: ended.signal };
  const resending = new Resending({ stores, policies, oversight, restart, incidents, log, clock, ...ending });
  let rareAt = 0;

  async function look(): Promise<Watched | undefined> {
    const found: Watched = { looked: 0, restarted: 0 };
    const was = await watch.underLock(async () => {
      await stores.pendingDecisions.settle(mailDomain, toInstant(clock()));
      const { subjects, suspects } = await rounds.next();
      await inLanes(subjects, { log, ...ending }, async (subject) => {
        rounds.looked(subject);
        found.looked++;
        if (await inspection.inspect(subject, suspects.has(subject))) found.restarted++;
      });
      if (clock() - rareAt >= RARE_MS) {
        rareAt = clock();
        found.restarted += await lookRarely({ stores, oversight, restart, incidents, clock });
      }
      await resending.deliver();
      await incidents.report();
    });
    return was ? found : undefined;
  }

  const { run, stop } = createRepeating({
    // Many restarts at once mean that Temporal has lost its data: the next look follows without a pause.
    round: async () => ((await look())?.restarted ?? 0) >= ROUND / 2,
    failed: (error) => log.warn({ err: nameOf(error) }, 'watch over the workflows'),
    pauseMs: () => PAUSE_MS,
    ended,
  });
  return { look, run, stop };
}

/**
 * Does `work` for each subject, a few at once. A failure about one subject is logged, and the others go on.
 * @throws EngineError when Temporal does not answer: then nothing can be said of any subject, and the rest is left out
 */
async function inLanes(
  subjects: readonly string[],
  { log, ended }: { log: Pick<WatchLog, 'warn'>; ended: AbortSignal },
  work: (subject: string) => Promise<void>,
): Promise<void> {
  const left = [...subjects];
  let away: EngineError | undefined;
  const lane = async (): Promise<void> => {
    for (let subject = left.shift(); subject !== undefined; subject = left.shift()) {
      if (away || ended.aborted) return;
      try {
        await work(subject);
      } catch (error) {
        if (error instanceof EngineError && (error.kind === 'away' || error.kind === 'silent')) away = error;
        else log.warn({ subject, err: nameOf(error) }, 'a case could not be looked at');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (away) throw away;
}
