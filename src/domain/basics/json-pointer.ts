/**
 * What a JSON pointer (RFC 6901) leads to; undefined for nothing. Only what an object has of its own is there: a pointer that
 * somebody else writes must not reach what the language gives to every object.
 * @param pointer `''` is the whole
 */
export function valueAt(given: unknown, pointer: string): unknown {
  let here: unknown = given;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(here)) here = /^(?:0|[1-9]\d*)$/u.test(name) ? (here as unknown[])[Number(name)] : undefined;
    else if (typeof here === 'object' && here !== null && Object.hasOwn(here, name)) {
      here = (here as Record<string, unknown>)[name];
    } else return undefined;
  }
  return here;
}
