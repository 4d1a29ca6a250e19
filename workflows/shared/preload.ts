/**
 * Entry of what all workflows of a worker share. Evaluated once a worker, before any workflow (`preloadModules` of the
 * bundle). A worker that has to run Temporal's SDK unpatched has set `__REDRESS_PLAIN_SDK__` by then (`withPlainSdk` in
 * `src/temporal/workflow-bundle.ts`); nothing is shared there, and each case evaluates the rules anew.
 * @module
 */

// `require`, because an import would be evaluated whatever the condition says.
if (!('__REDRESS_PLAIN_SDK__' in globalThis)) require('./shared-rules');

export {};
