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

/** Short, so that together with `timeoutMs` an answer comes within five seconds; people give up waiting after that. */
const SIGNAL_DEADLINE_MS = 600;
const START_DEADLINE_MS = 2_000;
/** Between two tries of an update whose workflow task was lost: the server has to schedule the next task first. */
const LOST_PAUSE_MS = 100;

/** Carries a signed decision to the workflow of its case, and reports how it ended. */
export class Carrying {
  constructor(private readonly needs: Needs) {}

  /**
   * Sends the decision as an update. If no worker answers in time, writes it to `pending_decisions` and sends it as a
   * signal. If the case has no open run, starts one where the decision needs it.
   * @param later the message as it is stored, where it is to be judged otherwise then; left out: the same
   * @throws Refused `invalid`, `forbidden` or `conflict` as the decision's guards refuse; `away` when Temporal is away, and
   *   then nothing is stored
   */
  async bring(record: Seen['record'], name: DecisionName, message: DecisionMessage, later = message): Promise<Decided> {
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
        // The workflow task failed, because a signal came while the case was ending, say. The decision may have been
        // written all the same; the same update again gives the answer.
        if (error.kind === 'lost' && clock() + LOST_PAUSE_MS < deadline) {
          await sleep(LOST_PAUSE_MS);
          continue;
        }
        if (error.kind === 'silent' || error.kind === 'lost') return this.signalled(caseNo, name, later);
        throw refusedBy(error);
      }
    }
  }

  /**
   * Sends the decision as a signal, which Temporal keeps until a worker comes. It is written to `pending_decisions` first,
   * so that "accepted" holds even if Temporal loses the run with its signals: the watch sends it again.
   * @throws Refused `away` when Temporal does not take the signal
   */
  private async signalled(caseNo: string, name: DecisionName, message: DecisionMessage): Promise<Decided> {
    const { stores, engine, clock } = this.needs;
    const { decisionId } = message;
    await stores.pendingDecisions.add({ caseNo, decisionId, name, message }, toInstant(clock()));
    try {
      await engine.signal(caseNo, name, message, SIGNAL_DEADLINE_MS);
      return { status: 'accepted', decisionId };
    } catch (error) {
      // Not accepted, so the row is removed: the caller is told and may try again. If the removal fails, the watch sends the
      // decision later, and a second try under the same id is recognised.
      await stores.pendingDecisions.remove({ caseNo, decisionId }).catch(() => undefined);
      if (error instanceof EngineError) throw away('temporal');
      throw error;
    }
  }

  /**
   * For a case without an open run: not started yet, archived, or lost by Temporal. Judges the decision by the stored state,
   * and starts a run only if the case would take it.
   * @returns the answer to a decision that was taken before; undefined: a run was started, send the update again
   * @throws Refused as the guards refuse, or `away`
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
