import { proxySinks, type Sinks, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { CorrectiveActionState } from '../../src/domain/corrective-action/state';
import type { CaseEvent } from '../../src/domain/case/events';

/**
 * Takes what a replayed workflow would write. A history holds a local activity's result but not its input, so a replay
 * alone does not find out that today's code would write other events; comparing these with the recorded state does.
 */
export interface LedgerSinks extends Sinks {
  ledger: { append(events: CaseEvent[]): void; saved(state: CorrectiveActionState): void };
}

/** Hands the input of `appendEvents` and `saveAction` to the sinks. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const { ledger } = proxySinks<LedgerSinks>();
  return {
    outbound: [
      {
        async scheduleLocalActivity(input, next) {
          const result = await next(input);
          if (input.activityType === 'appendEvents') {
            // When the case adopted rows that a lost workflow task had written, the ledger holds those rows.
            const { adopted } = result as { adopted?: CaseEvent[] };
            ledger.append(adopted ?? (input.args[0] as { events: CaseEvent[] }).events);
          }
          if (input.activityType === 'saveAction') {
            ledger.saved((input.args[0] as { state: CorrectiveActionState }).state);
          }
          return result;
        },
      },
    ],
  };
};
