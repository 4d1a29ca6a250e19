import type { TextRef } from './types';

/** Whether a value from an event's data is a text reference. */
export const isTextRef = (value: unknown): value is TextRef =>
  typeof value === 'object' && value !== null && 'textId' in value && 'sha256' in value;

/** The ids of all texts that an event's data refers to, at any depth. */
export function textRefs(value: unknown): string[] {
  if (isTextRef(value)) return [value.textId];
  if (Array.isArray(value)) return value.flatMap(textRefs);
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textRefs) : [];
}
