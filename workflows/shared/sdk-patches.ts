/**
 * Everything that this product changes in Temporal's SDK (1.24.0): two things, each for speed alone. Read this file at
 * every upgrade of the SDK; `test/workflows/preload.test.ts` fails when the SDK's own code has changed at these places.
 * A worker with `WORKER_PLAIN_SDK=true` runs without this file.
 * @module
 */

/** Every module of the bundle by its id (a path), whether it has been evaluated or not. */
declare const __webpack_modules__: Record<string, unknown>;

/** What webpack keeps of a module that has been evaluated. */
interface ModuleRecord {
  exports: object;
}
const { __webpack_module_cache__: cache } = globalThis as unknown as {
  __webpack_module_cache__: Record<string, ModuleRecord | undefined>;
};

/** The modules whose path matches and which have been evaluated for all workflows of this worker. */
export const sharedModules = (path: RegExp): ModuleRecord[] =>
  Object.keys(__webpack_modules__)
    .filter((id) => path.test(id))
    .flatMap((id) => cache[id] ?? []);

/**
 * Keeps the SDK from freezing these modules. It freezes everything that workflows share, recursively, which would break
 * zod: its schemas store lazy fields and set `lastIndex` of their patterns (neither changes an answer). The SDK does not
 * enter an object that is frozen already, so freezing the module record itself, and nothing in it, is enough.
 */
export function leaveUnfrozen(modules: readonly ModuleRecord[]): void {
  for (const module of modules) Object.freeze(module);
}

/** Stands in for `Error` where the SDK wants a stack trace: its instances have none. */
class Untraced {}

/** The two pieces of code that the SDK compiles for each promise, and what each would return. */
const ANSWERS = new Map<string, () => unknown>([
  ['return globalThis.__TEMPORAL_ACTIVATOR__', () => (globalThis as Record<string, unknown>).__TEMPORAL_ACTIVATOR__],
  ['return globalThis.Error', () => Untraced],
]);

/**
 * Leaves the SDK's `__stack_trace` query without stacks, for speed. For that query the SDK looks at every promise of a
 * workflow: three times a promise it compiles `return globalThis.…` with the sandbox's `Function`, to find the
 * promise's workflow and to take a stack trace, which it then maps to the sources line by line. That took a third of a
 * worker's time and more. It reaches `Function` as `promise.constructor.constructor`, which no other code does; here that
 * property answers the two known pieces of code without compiling them, and gives an error without a stack. Real errors
 * keep their stacks; where a case stands is shown by its current details in Temporal UI.
 */
export function answerWithoutStacks(): void {
  const compile = Promise.constructor as FunctionConstructor;
  Object.defineProperty(Promise, 'constructor', { value: (code: string) => ANSWERS.get(code) ?? compile(code) });
}
