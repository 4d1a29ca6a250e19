/**
 * Evaluated once a worker, before any workflow (`preloadModules` of the bundle). A worker that is to run Temporal's SDK as
 * it comes has said so by then (`withPlainSdk` in `src/temporal/workflow-bundle.ts`): each case evaluates the rules anew.
 */
// Not an import: those are evaluated in any case.
if (!('__REDRESS_PLAIN_SDK__' in globalThis)) require('./shared-rules');

export {};
