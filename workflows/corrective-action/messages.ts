import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CorrectiveActionState } from '../../src/domain/corrective-action/state';
import type { Instant } from '../../src/domain/basics/types';

export const getAction = defineQuery<CorrectiveActionState>('getAction');

/** Signals: decided in a case, where the ledger has them already; the action only follows. */
export const actionStarted = defineSignal<[{ at: Instant }]>('actionStarted');
export const actionVerified = defineSignal<[{ at: Instant; reached: boolean }]>('actionVerified');
