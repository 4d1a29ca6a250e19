import { createHash } from 'node:crypto';
import { isTextRef } from '../../domain/basics/text-refs';
import type { TextRef } from '../../domain/basics/types';
import { sha256 } from '../access/links';

/** A free text as it is stored, with the reference that stands in for it in events and in Temporal. */
export interface StoredText extends TextRef {
  kind: string;
  body: string;
}

/**
 * The id of a text, derived from where it stands (case, decision, field), so that a repeated request writes the same row
 * instead of a second one. Has the form of a version 8 UUID (RFC 9562).
 */
export function textIdOf(...place: string[]): string {
  const bytes = createHash('sha256').update(place.join('/')).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/**
 * Takes the free texts out of a decision's input and leaves references in their place, as they travel through Temporal.
 * @param fields the input's fields that hold free text: a string, or a list of strings
 */
export function takeTexts(
  input: Record<string, unknown>,
  fields: readonly string[],
  place: { caseNo: string; decisionId: string; decision: string },
): { input: Record<string, unknown>; texts: StoredText[] } {
  const texts: StoredText[] = [];
  const take = (value: unknown, field: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => take(item, `${field}.${index}`));
    if (typeof value !== 'string') return value;
    const ref = { textId: textIdOf(place.caseNo, place.decisionId, field), sha256: sha256(value) };
    texts.push({ ...ref, kind: `${place.decision}.${field.split('.', 1)[0]}`, body: value });
    return ref;
  };
  const wire = Object.fromEntries(
    Object.entries(input).map(([field, value]) => [field, fields.includes(field) ? take(value, field) : value]),
  );
  return { input: wire, texts };
}

/** An event's data with the texts in place of their references; `null` for a text that has been erased. */
export function withTexts(value: unknown, bodies: ReadonlyMap<string, { body: string }>): unknown {
  if (isTextRef(value)) return bodies.get(value.textId)?.body ?? null;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, bodies));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item, bodies)]));
}
