import '../../src/domain/corrective-action';
import '../../src/domain/decisions';
import '../../src/domain/process';
import '../../src/domain/progress';

/**
 * Evaluated once a worker instead of once a workflow (`preloadModules` of the bundle). The rules and zod are pure but
 * large: evaluating them anew cost every case some 50 ms before its first task and 2 MB for as long as it was cached.
 *
 * The SDK freezes to the bottom what workflows share. That would break zod, whose schemas keep working state (lazy
 * fields, `lastIndex` of their patterns) that has no bearing on an answer. A module record that is frozen itself is left
 * as it is.
 */
const { __webpack_module_cache__: cache } = globalThis as unknown as {
  __webpack_module_cache__: Record<string, object | undefined>;
};
for (const id of Object.keys(__webpack_modules__)) {
  if (/\/(src\/domain|node_modules\/zod)\//.test(id)) Object.freeze(cache[id]);
}

declare const __webpack_modules__: Record<string, unknown>;
