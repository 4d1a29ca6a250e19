import type { Request, Response } from 'express';
import type { Story } from '../../../cases';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import type { Instant } from '../../../domain/basics/types';
import { pageTime } from '../../../render/format';
import { NOTHING_TO_TELL } from '../kit/wording';
import { factsContext } from './case-facts';
import { headContext } from './case-head';
import { besideOf } from './case-parts';
import { suggestedContext, wordsContext } from './case-words';
import { storyContext } from './case-story';
import type { DeskNeeds } from './page';
import { actorIn } from './session';

type StoryGroup = Story['days'][number]['groups'][number];

/**
 * The case as it stood after an entry of its ledger, with the story up to there. Nothing can be decided on it.
 * @returns what shows it: `at` as it stands in the address
 */
export function pastPage({ cases: { handling }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  return async (req: Request, res: Response, typedNo: string, at: string): Promise<void> => {
    const caseNo = readCaseNumber(typedNo);
    if (!isCaseNumber(caseNo) || !/^\d{1,6}$/.test(at)) return answers.message(req, res, 404, 'unknown');
    const actor = actorIn(res);
    const wording = answers.wordingOf(req);
    const seq = Number(at);
    const [{ case: view }, { case: present }, story, beside] = await Promise.all([
      handling.at(caseNo, actor, seq, { masked: true }),
      handling.show(caseNo, actor, undefined, { masked: true }),
      handling.story(caseNo, actor),
      besideOf(handling, caseNo, actor, wording),
    ]);
    const { upTo, before, after, since } = around(story, seq);
    const then: Instant = since ?? view.receivedAt;
    const address = (entry: number): string => `/desk/cases/${caseNo}?at=${entry}`;
    answers.page(res, 200, 'case', wording, {
      wide: true,
      ...headContext(view, wording, then),
      ...NOTHING_TO_TELL,
      undo: null,
      ...wordsContext(view, wording),
      suggested: suggestedContext(view, wording, false),
      facts: factsContext(view, [], wording, { shownAt: then }),
      caseCalls: [],
      chatHref: null,
      messages: null,
      similar: null,
      group: null,
      library: null,
      looksHref: null,
      isMasked: false,
      story: storyContext(upTo, caseNo, wording),
      filters: [],
      past: {
        at: seq,
        last: present.seq,
        when: pageTime(then, wording.language, wording.now),
        earlier: before === undefined ? null : address(before),
        later: after === undefined ? null : address(after),
        now: `/desk/cases/${caseNo}`,
      },
      thenHref: null,
      bar: null,
      form: null,
      ...beside,
    });
  };
}

/** The entries of a group up to one. What tells all of them together does not fit a part of them. */
const cut = (group: StoryGroup, seq: number): StoryGroup => {
  const entries = group.entries.filter((entry) => entry.seq <= seq);
  return entries.length === group.entries.length ? group : { entries };
};

/** The story up to an entry, when that was, and the entries beside it that the story shows. */
function around(story: Story, seq: number) {
  const entries = story.days.flatMap(({ groups }) => groups.flatMap((group) => group.entries));
  const upTo = story.days
    .map((day) => ({
      ...day,
      groups: day.groups.map((group) => cut(group, seq)).filter((group) => group.entries.length > 0),
    }))
    .filter((day) => day.groups.length > 0);
  return {
    upTo: { days: upTo, moods: story.moods.filter((mood) => mood.seq <= seq) } satisfies Story,
    before: entries.findLast((entry) => entry.seq < seq)?.seq,
    after: entries.find((entry) => entry.seq > seq)?.seq,
    since: entries.findLast((entry) => entry.seq <= seq)?.at,
  };
}
