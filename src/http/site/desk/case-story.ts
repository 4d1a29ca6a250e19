import { STORY_FILTERS, type Story, type StoryEntry, type StoryFilter } from '../../../cases';
import type { Language, Words } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { timeOfDay } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { toMs } from '../../../domain/time/duration';
import { sayIn, type Wording } from '../kit/wording';
import { moodsContext, readingContext } from './case-moods';

/** The colour of an entry's icon: a kept promise, one that is broken or near it, and what came from the customer. */
function toneOf({ promise, by }: StoryEntry): string {
  if (promise?.change === 'met') return 'met';
  if (promise?.change === 'warned' || promise?.change === 'breached' || promise?.change === 'late') return 'warn';
  return by.kind === 'customer' ? 'in' : 'plain';
}

/** What each filter of the story is called. */
const FILTER_WORDS: Record<StoryFilter, Words> = {
  all: { zh: '全部', en: 'All' },
  contact: { zh: '往来', en: 'Correspondence' },
  notes: { zh: '备注', en: 'Notes' },
  decisions: { zh: '决定', en: 'Decisions' },
  promises: { zh: '承诺', en: 'Promises' },
};

/** The filter of that name; `all` for any other text. */
export const filterNamed = (name: string): StoryFilter => STORY_FILTERS.find((one) => one === name) ?? 'all';

/**
 * The filters of the story as links.
 * @param kept what else stands in the address: a form that is open stays open
 */
export const filterLinks = (
  current: StoryFilter,
  caseNo: string,
  kept: Readonly<Record<string, string>>,
  language: Language,
): Context[] =>
  STORY_FILTERS.map((filter) => {
    const words = new URLSearchParams({ ...kept, ...(filter !== 'all' && { show: filter }) }).toString();
    return {
      name: inLanguage(FILTER_WORDS[filter], language),
      href: `/desk/cases/${caseNo}${words === '' ? '' : `?${words}`}#story`,
      current: filter === current,
    };
  });

/** What happened in the case, by day, as the page shows it. */
export function storyContext(story: Story, caseNo: string, { language }: Wording): Context {
  const say = sayIn(language);
  const entryContext = (entry: StoryEntry): Context => ({
    seq: entry.seq,
    at: entry.at,
    time: timeOfDay(toMs(entry.at)),
    tone: toneOf(entry),
    icon: `i-${entry.icon}`,
    by: inLanguage(entry.by.name, language),
    words: inLanguage(entry.words, language),
    unsigned: entry.unsigned ?? false,
    private: entry.private ?? false,
    // What somebody wrote stands on a card; all else is one line. The complaint's own words stand above the story.
    card: entry.quotes.length > 0 && entry.type !== 'complaintReceived',
    quotes: entry.quotes.map(({ what, text }) => ({
      what: entry.quotes.length > 1 ? inLanguage(what, language) : null,
      text,
    })),
    reading: readingContext(entry, language),
    files: entry.files.map((file) => ({
      name: file.name,
      href: `/desk/cases/${caseNo}/evidence/${file.evidenceId}`,
      about: `${file.size} · ${file.hash}`,
    })),
  });
  return {
    moods: moodsContext(story, language),
    days: story.days.map((day) => ({
      head: inLanguage(day.head, language),
      groups: day.groups.map((group) => ({
        folded: group.folded ? inLanguage(group.folded, language) : null,
        entries: group.entries.map(entryContext),
      })),
    })),
    more:
      story.next === undefined ? null : say('还有更多，见 API 的时间线', 'there is more: see the timeline of the API'),
  };
}
