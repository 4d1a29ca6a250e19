import '../../src/domain/corrective-action/state';
import '../../src/domain/decisions/decide';
import '../../src/domain/process/due';
import '../../src/domain/views/progress';

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

/**
 * For its `__stack_trace` query the SDK looks at every promise of a workflow: it compiles `return globalThis.…` by the
 * sandbox's `Function` three times a promise, to find whose it is and to take a stack trace that it looks up in the
 * source map line by line. That was a third of a worker's time and more. It reaches for `promise.constructor.constructor`,
 * which nobody else does: here its two questions are answered without compiling, and the second by an error without a
 * stack. Real errors keep theirs, and where a case stands is said by its current details.
 */
class Untraced {}
const ANSWERS = new Map<string, () => unknown>([
  ['return globalThis.__TEMPORAL_ACTIVATOR__', () => (globalThis as Record<string, unknown>).__TEMPORAL_ACTIVATOR__],
  ['return globalThis.Error', () => Untraced],
]);
const compile = Promise.constructor as FunctionConstructor;
Object.defineProperty(Promise, 'constructor', { value: (code: string) => ANSWERS.get(code) ?? compile(code) });
