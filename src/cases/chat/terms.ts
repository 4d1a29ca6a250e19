import type { Language } from '../../domain/basics/types';

/** What a customer can press instead of typing. */
export const CHOICES = [
  'file',
  'progress',
  'person',
  'machine',
  'times',
  'hours',
  'skip',
  'send',
  'again',
  'stop',
] as const;
export type Choice = (typeof CHOICES)[number];
export const isChoice = (text: string): text is Choice => (CHOICES as readonly string[]).includes(text);

/** What the machine knows of the house. */
export interface World {
  language: Language;
  org: string;
  /** When people are there; absent: the house has published no hours. */
  hours?: { open: boolean; next: string; week: string };
  /** What the house has published about what was just said, three at most. */
  articles?: readonly { id: string; question: string }[];
  /** How long an answer and a solution take at most, in words; `isFaster`: less where safety is at stake. */
  times: { respond: string; resolve: string; isFaster: boolean };
}
