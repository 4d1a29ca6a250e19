import { proxySinks, type Sinks, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { CorrectiveActionState } from '../../src/domain/corrective-action/state';
import type { CaseEvent } from '../../src/domain/case/events';

/**
 * Hands out what a replayed case would write into its ledger. History keeps a local activity's result, not its input,
 * so a replay alone cannot tell that the code means something else by now; this can.
 */
export interface LedgerSinks extends Sinks {
  ledger: { append(events: CaseEvent[]): void; saved(state: CorrectiveActionState): void };
}

export const interceptors: WorkflowInterceptorsFactory = () => {
  const { ledger } = proxySinks<LedgerSinks>();
  return {
    outbound: [
      {
        async scheduleLocalActivity(input, next) {
          const result = await next(input);
          if (input.activityType === 'appendEvents') {
            // Rows of a lost workflow task count as they stand in the ledger, not as the next task would write them.
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
