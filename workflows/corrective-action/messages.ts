/**
 * Messages to a corrective action. Both signals repeat what was decided in a case and stands in its ledger; `at` is the
 * time of that event.
 * @module
 */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CorrectiveActionState } from '../../src/domain/corrective-action/state';
import type { Instant } from '../../src/domain/basics/types';

/** The action as it stands. */
export const getAction = defineQuery<CorrectiveActionState>('getAction');

/** Signal: a case decided that the action is under way. A second one changes nothing. */
export const actionStarted = defineSignal<[{ at: Instant }]>('actionStarted');
/** Signal: a person judged the effect. `reached: true` ends the action; false begins another round of checks. */
export const actionVerified = defineSignal<[{ at: Instant; reached: boolean }]>('actionVerified');
