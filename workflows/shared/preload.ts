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

/**
 * The SDK takes a stack trace of every promise that a workflow makes, looked up in the source map line by line, to
 * answer the `__stack_trace` query: a third of a worker's time. It asks for one by `new Error()` without a message, which
 * nobody else does; that one comes without a stack. Real errors keep theirs, and where a case stands is said by its
 * current details.
 */
const RealError = Error;
globalThis.Error = new Proxy(RealError, {
  construct: (target, args, newTarget) =>
    args.length === 0
      ? (Object.create(RealError.prototype) as object)
      : (Reflect.construct(target, args, newTarget) as object),
});
