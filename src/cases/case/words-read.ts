import { LRUCache } from 'lru-cache';
import type { ComplaintRecord } from '../../db/records';
import { quotesIn, type Quote } from '../../text/quotes';
import { foundIn, type FoundFact } from './found';

/** What is read from a complaint's own words whenever its case is shown. */
export interface WordsRead {
  /** Where the words of the suggestion's reasons stand. */
  marks: Quote[];
  /** What the text says of fields that were left empty. */
  found: FoundFact[];
}

/** Complaints whose reading is kept: it takes milliseconds, and every answer to a decision shows the case again. */
const KNOWN = 500;

/** Builds a reader that reads each complaint once, and again when anything has changed of what it reads. */
export function createWordsReader(): (record: ComplaintRecord) => WordsRead {
  const known = new LRUCache<string, WordsRead>({ max: KNOWN });
  return (record) => {
    const { text, receivedAt, customer, product, occurredAt, place, wantedRemedy, suggestion } = record;
    const { phone, email } = customer;
    const key = JSON.stringify([
      text.body,
      wantedRemedy,
      suggestion.reasons,
      receivedAt,
      [phone, email, product, occurredAt, place],
    ]);
    const before = known.get(key);
    if (before) return before;
    const read = {
      marks: quotesIn({ text: text.body, wantedRemedy }, suggestion.reasons),
      found: foundIn(text.body, receivedAt, record),
    };
    known.set(key, read);
    return read;
  };
}
