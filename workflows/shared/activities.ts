import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/interface';

/**
 * Local activities: each is one short Postgres transaction, and keeps a decision inside one workflow task (6 history
 * events instead of 11). All are idempotent by a natural key (see activities/interface.ts), so they retry for ever:
 * Postgres away means that the case waits, never that it fails.
 */
export const { appendEvents, prepareCase, pickOwner, claimMerge, saveAction, measureEffect } =
  proxyLocalActivities<Activities>({
    startToCloseTimeout: '10 seconds',
    retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
    // Longer waits become timers: a workflow task is not kept open while Postgres is away.
    localRetryThreshold: '5 seconds',
  });
