/** Everything the worker runs; the workflow bundle is built from this file. */
export { canary } from './canary/workflow';
export { complaint } from './complaint/workflow';
export { correctiveAction } from './corrective-action/workflow';
