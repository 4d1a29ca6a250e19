import type { CaseView } from '../../../cases';
import { STAGES, type Instant, type Language } from '../../../domain/basics/types';
import { CHANNEL_WORDS, STAGE_WORDS } from '../../../domain/basics/words';
import type { Standing } from '../../../domain/promises/clock';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';
import { gradeContext, standing, titleOf } from './rows';

/** Chips beside the stages; the rest is counted. */
const CHIPS = 4;

/** The order of chips: what is broken or near it, what runs, what stands still, what is kept. */
const ORDER: readonly Standing[] = ['breached', 'warned', 'running', 'paused', 'late', 'met', 'cancelled'];

type ClockView = CaseView['clocks'][number];

/** The promises in the order in which they are shown; those called off are left out. */
export function inOrder(clocks: readonly ClockView[]): ClockView[] {
  return clocks
    .filter(({ status }) => status !== 'cancelled')
    .toSorted(
      (a, b) =>
        ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing) || (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0),
    );
}

/** How a promise stood at a moment. Only of the present time runs on. */
export function standingAt(clock: ClockView, wording: Wording, at: Instant): Context {
  const then = standing({ ...clock, status: clock.standing }, { ...wording, now: at });
  return at === wording.now
    ? then
    : { ...then, ticks: false, dueWords: pageTime(clock.dueAt, wording.language, wording.now) };
}

/**
 * Number, title, stages and promises: what stands above the story.
 * @param at the moment that is shown: how much of a promise was left then
 */
export function headContext(view: CaseView, wording: Wording, at = wording.now): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const reached = STAGES.indexOf(view.stage);
  const clocks = inOrder(view.clocks);
  return {
    caseNo: view.caseNo,
    title: titleOf(view.text, language),
    ...gradeContext(view, language),
    gradeConfirmed: view.gradeConfirmed,
    channel: channelOf(view, language),
    received: pageTime(view.receivedAt, language, now),
    round: say(`第 ${view.round} 轮`, `round ${view.round}`),
    waits: inLanguage(view.waitsFor, language),
    stages: STAGES.filter((stage) => stage !== 'archived').map((stage, index) => ({
      name: inLanguage(STAGE_WORDS[stage], language),
      done: index < reached,
      current: index === reached,
    })),
    archived: view.stage === 'archived',
    chips: clocks.slice(0, CHIPS).map((clock) => ({
      name: inLanguage(clock.name, language),
      ...standingAt(clock, wording, at),
    })),
    moreChips: Math.max(0, clocks.length - CHIPS),
  };
}

/** How it came in, from which system or site, and its number there. */
const channelOf = ({ channel, source, sourceNo }: CaseView, language: Language): string =>
  [inLanguage(CHANNEL_WORDS[channel], language), [source, sourceNo].filter((part) => part !== undefined).join(' ')]
    .filter((part) => part !== '')
    .join(' · ');
