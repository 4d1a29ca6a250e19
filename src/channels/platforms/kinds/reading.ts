/**
 * Reads the JSON of platforms, which may be anything.
 * @module
 */
import { HOUR } from '../../../domain/basics/milliseconds';
import { PlatformFault } from '../fault';

export type Json = Readonly<Record<string, unknown>>;
export const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string =>
  typeof value === 'string'
    ? value.replaceAll('\u0000', '').toWellFormed()
    : typeof value === 'number'
      ? String(value)
      : '';
export const whole = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) ? (value as number) : undefined;

const odd = (): PlatformFault => new PlatformFault('later', 'odd_answer');

/** @throws PlatformFault `later` where an answer lacks what it has to have */
export function must(value: string): string {
  if (value === '') throw odd();
  return value;
}

/** A moment with its offset, as an instant. @throws PlatformFault `later` */
export function moment(value: unknown): string {
  const at = Date.parse(text(value));
  if (Number.isNaN(at)) throw odd();
  return new Date(at).toISOString();
}

/** A moment of Beijing as `2026-11-28 12:00:00`; undefined: it is none. */
export function beijing(value: unknown): string | undefined {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})$/.exec(text(value).trim()) ?? [];
  const at = day === undefined || time === undefined ? Number.NaN : Date.parse(`${day}T${time}+08:00`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** A moment in Beijing, as platforms write it. @param ms milliseconds since 1970 */
export const inBeijing = (ms: number): string => new Date(ms + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ');

/** Seconds since 1970, as an instant; undefined: there are none. */
export function seconds(value: unknown): string | undefined {
  const at = Number(text(value));
  return Number.isSafeInteger(at) && at > 0 && at < 100_000_000_000 ? new Date(at * 1_000).toISOString() : undefined;
}

/** @throws PlatformFault `later` */
export function mustBe<T>(value: T | undefined): T {
  if (value === undefined) throw odd();
  return value;
}

/** An amount in yuan, in cents. */
export function cents(value: unknown): number | undefined {
  const given = text(value);
  return /^\d{1,9}(?:\.\d{1,2})?$/.test(given) ? Math.round(Number(given) * 100) : undefined;
}

/**
 * Reads JSON whose whole numbers may have more figures than a number of ours holds: those come as text. @throws SyntaxError
 */
export const parseLossless = (raw: string): unknown =>
  JSON.parse(
    raw.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (part) =>
      /^-?\d{16,}$/.test(part) ? `"${part}"` : part,
    ),
  ) as unknown;

/** An object as JSON, with an id as a number of all its figures. @throws PlatformFault `unfit` for an id that is none */
export function withNumber(field: string, id: string, body: object, isList = false): string {
  if (!/^\d{1,30}$/.test(id)) throw new PlatformFault('unfit', 'odd_id');
  const rest = JSON.stringify(body).slice(1, -1);
  return `{"${field}":${isList ? `[${id}]` : id}${rest === '' ? '' : `,${rest}`}}`;
}

/** Entries from the oldest on. Those of one moment stay as they are listed, the newest or the oldest first, which is not said. */
export function inOrder<T extends { at: string }>(entries: readonly T[]): T[] {
  const isNewestFirst = (entries[0]?.at ?? '') > (entries.at(-1)?.at ?? '');
  const listed = isNewestFirst ? entries.toReversed() : [...entries];
  return listed.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}
