/**
 * Every workflow that the worker runs; the bundle is built from this file.
 * @module
 */
export { canary } from './canary/workflow';
export { care } from './care/workflow';
export { causes } from './causes/workflow';
export { complaint } from './complaint/workflow';
export { correctiveAction } from './corrective-action/workflow';
export { learning } from './learning/workflow';
export { reports } from './reports/workflow';
