/**
 * Freezing of the values that all workflows of a worker share.
 * @module
 */

const refuse = (): never => {
  throw new TypeError('this is shared between workflows and never changes');
};
const CHANGERS = ['set', 'add', 'delete', 'clear'] as const;

/**
 * Freezes a value and everything that it holds, so that no case can change what another case reads: an attempt throws a
 * TypeError. The methods of a `Map` or `Set` that change it are replaced by ones that throw. Three things stay
 * changeable, because they would not work frozen:
 * - zod schemas, which store lazy fields and compiled parsers in themselves; the rules only parse with them;
 * - regular expressions: zod sets the `lastIndex` of those it is given at each check;
 * - what a module does not export, such as the index of a calendar: a `WeakMap` cache whose values follow from the key.
 * @param seen objects that are done already; also ends circles
 */
export function freezeShared(value: unknown, seen = new Set<unknown>()): void {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return;
  seen.add(value);
  if ('_zod' in value || value instanceof RegExp) return;
  if (value instanceof Map || value instanceof Set) {
    for (const [key, item] of value.entries()) [key, item].forEach((one: unknown) => freezeShared(one, seen));
    for (const name of CHANGERS) if (name in value) Object.defineProperty(value, name, { value: refuse });
  }
  for (const key of Reflect.ownKeys(value)) {
    // Getters have no stored value to freeze. Exports of a module are getters, too: `freezeExports` reads their values.
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property && 'value' in property) freezeShared(property.value, seen);
  }
  Object.freeze(value);
}

/** Freezes every value that a module exports, as `freezeShared` does. @param exports the module's namespace object */
export function freezeExports(exports: object): void {
  const seen = new Set<unknown>();
  for (const value of Object.values(exports)) freezeShared(value, seen);
}
