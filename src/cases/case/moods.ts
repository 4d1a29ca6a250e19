/**
 * What the customer's words in the entries of a case read like, and what of that whoever handles it should see.
 * @module
 */
import type { ComplaintRecord, StoredSuggestion } from '../../db/records';
import { rankOf } from '../../domain/basics/types';
import { RULE_WORDS } from '../../domain/basics/words';
import type { CaseEvent } from '../../domain/case/events';
import { DANGER, type CaseState } from '../../domain/case/state';
import { saidIn } from '../../domain/views/conversation';
import type { Story, StoryReading } from './story-answers';

/** Where the readings are. */
interface Readings {
  events: readonly CaseEvent[];
  record: Pick<ComplaintRecord, 'suggestion'>;
  texts: ReadonlyMap<string, { reading?: StoredSuggestion }>;
}

/** Shown whatever the case is graded: people may be in danger, or somebody outside the house is about to be told. */
const ALWAYS: readonly string[] = [DANGER, 'M4'];

/** As it was stored; undefined: the customer says nothing in the entry, the text was erased, or nobody has read it. */
function storedFor(item: CaseEvent, { record, texts }: Readings): StoredSuggestion | undefined {
  if (item.type === 'complaintReceived') return record.suggestion;
  const said = saidIn(item);
  return said && texts.get(said.textId)?.reading;
}

/** What an entry reads like. @param then the case before it */
export function readingOf(item: CaseEvent, readings: Readings, then: CaseState): StoryReading | undefined {
  const stored = storedFor(item, readings);
  if (!stored) return undefined;
  const { sentiment, grade, reasons, engine } = stored;
  const warns = (rule: string): boolean => ALWAYS.includes(rule) || rankOf(gradeOf(rule)) > rankOf(then.grade);
  return {
    ...(sentiment && { sentiment }),
    grade,
    reasons,
    // The complaint itself is what the case was graded by.
    warnings:
      item.type === 'complaintReceived'
        ? []
        : reasons.flatMap(({ rule, words }) => {
            const about = RULE_WORDS[rule];
            return about && warns(rule) ? [{ rule, about, words }] : [];
          }),
    engine,
  };
}

/** The grade of a rule by its letter. */
const gradeOf = (rule: string): 'major' | 'important' => (rule.startsWith('M') ? 'major' : 'important');

/** How the customer sounded, from the complaint on. */
export const moodsIn = (readings: Readings): Story['moods'] =>
  readings.events.flatMap((item) => {
    const sentiment = storedFor(item, readings)?.sentiment;
    return sentiment ? [{ seq: item.seq, at: item.at, sentiment }] : [];
  });
