import { setTimeout as sleep } from 'node:timers/promises';
import { decide as judge, type DecisionMessage } from '../../domain/decisions/decide';
import type { DecisionName } from '../../domain/decisions/catalogue';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import { EngineError, type Engine } from '../engine/engine';
import { inputOf, type Starter } from '../engine/starter';
import type { Decided } from '../answer-parts';
import { away, conflict, forbiddenBy, invalid } from '../refused';
import type { PolicyCache } from '../rules/policies';
import { refusedBy, withoutPrefix } from './decision-refusals';
import type { Seen } from './visible';

interface Needs {
  stores: Pick<Stores, 'cases' | 'pendingDecisions'>;
  engine: Pick<Engine, 'update' | 'signal' | 'carryOn'>;
  policies: PolicyCache;
  starter: Pick<Starter, 'startNow'>;
  /** How long a worker has to answer. */
  timeoutMs: number;
  clock: () => number;
}

/** Together with the wait for a worker below the five seconds after which a person stops believing in an answer. */
const SIGNAL_DEADLINE_MS = 600;
const START_DEADLINE_MS = 2_000;
/** Between two tries of an update whose workflow task was lost: the server has to plan the next one. */
const LOST_PAUSE_MS = 100;

/** Carries a signed decision to the workflow of its case. */
export class Carrying {
  constructor(private readonly needs: Needs) {}

  /** By an update; when no worker answers in time, by a signal. @throws as the guards refuse, `away` when Temporal is */
  async bring(record: Seen['record'], name: DecisionName, message: DecisionMessage): Promise<Decided> {
    const { engine, timeoutMs, clock } = this.needs;
    const { caseNo } = record;
    const { decisionId } = message;
    const deadline = clock() + timeoutMs;
    let startsLeft = 2;
    for (;;) {
      try {
        const taken = await engine.update(caseNo, name, message, Math.max(200, deadline - clock()));
        return { status: 'taken', decisionId, seq: taken.seq };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (error.kind === 'missing' && startsLeft-- > 0) {
          const known = await this.startAgain(record, name, message);
          if (known) return known;
          continue;
        }
        // An event arrived while the case was ending, say: nobody may hear of a fault, least of all when it has been written.
        if (error.kind === 'lost' && clock() + LOST_PAUSE_MS < deadline) {
          await sleep(LOST_PAUSE_MS);
          continue;
        }
        if (error.kind === 'silent' || error.kind === 'lost') return this.signalled(caseNo, name, message);
        throw refusedBy(error);
      }
    }
  }

  /**
   * No worker answered: the server keeps a signal until there is one. When the server does not answer either, it is away.
   * "Accepted" has to hold even if the engine loses the run with its signals, so it is written down first.
   */
  private async signalled(caseNo: string, name: DecisionName, message: DecisionMessage): Promise<Decided> {
    const { stores, engine, clock } = this.needs;
    const { decisionId } = message;
    await stores.pendingDecisions.add({ caseNo, decisionId, name, message }, toInstant(clock()));
    try {
      await engine.signal(caseNo, name, message, SIGNAL_DEADLINE_MS);
      return { status: 'accepted', decisionId };
    } catch (error) {
      // Not accepted: whoever hears of a fault decides anew. One that cannot be crossed out is sent again, under its id.
      await stores.pendingDecisions.remove({ caseNo, decisionId }).catch(() => undefined);
      if (error instanceof EngineError) throw away('temporal');
      throw error;
    }
  }

  /**
   * There is no open run: it was not started yet, or the case has ended, or the engine lost it. An ended case answers from
   * what is stored; only a decision that it would take starts it again.
   */
  private async startAgain(
    record: Seen['record'],
    name: DecisionName,
    message: DecisionMessage,
  ): Promise<Decided | undefined> {
    const { stores, engine, policies, starter, clock } = this.needs;
    const state = (await stores.cases.get(record.caseNo))?.state;
    const policy = await policies.version(state?.policyVersion ?? record.policyVersion);
    try {
      if (!state) {
        await starter.startNow(record);
        return undefined;
      }
      const verdict = judge(state, name, message, toInstant(clock()), policy);
      switch (verdict.kind) {
        case 'repeated':
          return { status: 'taken', decisionId: message.decisionId, seq: verdict.seq };
        case 'invalid':
          throw invalid(withoutPrefix(verdict.issues));
        case 'forbidden':
          throw forbiddenBy(verdict.refusal);
        case 'conflict':
          throw conflict(verdict.refusal, verdict.instead);
        default:
          await engine.carryOn({ ...(await inputOf(record, policies)), policy, carry: state }, START_DEADLINE_MS);
          return undefined;
      }
    } catch (error) {
      if (error instanceof EngineError) throw away('temporal');
      throw error;
    }
  }
}
