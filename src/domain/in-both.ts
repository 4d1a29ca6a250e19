import type { Words } from './types';

/** A fault in both languages: the one text that an answer carries for a field. */
export const inBoth = ({ zh, en }: Words): string => `${en} (${zh})`;
