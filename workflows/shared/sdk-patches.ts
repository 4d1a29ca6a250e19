/**
 * What this product changes in Temporal's SDK (1.24.0), all of it: two things, each for speed alone. To be read at every
 * upgrade of the SDK; `test/workflows/preload.test.ts` says when it asks in other words. A worker with
 * `WORKER_PLAIN_SDK=true` runs without this file.
 * @module
 */

declare const __webpack_modules__: Record<string, unknown>;

interface ModuleRecord {
  exports: object;
}
const { __webpack_module_cache__: cache } = globalThis as unknown as {
  __webpack_module_cache__: Record<string, ModuleRecord | undefined>;
};

/** Modules that have been evaluated for all workflows of this worker, whose path matches. */
export const sharedModules = (path: RegExp): ModuleRecord[] =>
  Object.keys(__webpack_modules__)
    .filter((id) => path.test(id))
    .flatMap((id) => cache[id] ?? []);

/**
 * The SDK freezes to the bottom what workflows share. That would break zod, whose schemas keep working state (lazy
 * fields, `lastIndex` of their patterns) that has no bearing on an answer. A module record that is frozen itself is left
 * as it is.
 */
export function leaveUnfrozen(modules: readonly ModuleRecord[]): void {
  for (const module of modules) Object.freeze(module);
}

class Untraced {}

const ANSWERS = new Map<string, () => unknown>([
  ['return globalThis.__TEMPORAL_ACTIVATOR__', () => (globalThis as Record<string, unknown>).__TEMPORAL_ACTIVATOR__],
  ['return globalThis.Error', () => Untraced],
]);

/**
 * For its `__stack_trace` query the SDK looks at every promise of a workflow: it compiles `return globalThis.…` by the
 * sandbox's `Function` three times a promise, to find whose it is and to take a stack trace that it looks up in the
 * source map line by line. That was a third of a worker's time and more. It reaches for `promise.constructor.constructor`,
 * which nobody else does: here its two questions are answered without compiling, and the second by an error without a
 * stack. Real errors keep theirs, and where a case stands is said by its current details.
 */
export function answerWithoutStacks(): void {
  const compile = Promise.constructor as FunctionConstructor;
  Object.defineProperty(Promise, 'constructor', { value: (code: string) => ANSWERS.get(code) ?? compile(code) });
}
