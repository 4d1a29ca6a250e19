import type { Words } from '../../../domain/basics/types';

/** A page that only says what happened and what to do now. */
export interface Message {
  heading: Words;
  body: Words;
  /** Its button. */
  action?: Words;
  /** Where the button leads, unless the caller says where. */
  to?: string;
}

/** The messages that every part of the site has; each part has its own words. */
export type CommonMessage =
  'unknown' | 'nowhere' | 'away' | 'failed' | 'malformed' | 'large' | 'elsewhere' | 'tooOften';
