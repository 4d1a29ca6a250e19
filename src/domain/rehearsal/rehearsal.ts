/**
 * Tries out a policy before it is published: invented people take invented complaints through the same rules that the
 * workflow asks, in virtual time. Nothing is written and nobody is told; the report says what would have happened.
 * @module
 */
import { reportOn, type Rehearsal, reportOf, type RehearsedCase } from './report';
import { scenariosFor, type Scenario } from './scenario';
import { playThrough } from './play';
import { type TakenDecision } from './intents';
import { deskOf, type Desk, type Rehearser } from './desk';
import type { CaseEvent } from '../case/events';
import { calendarOf, type Policy } from '../policy/schema';
import type { Instant } from '../basics/types';
import type { FrozenZone } from '../time/house-day';

/**
 * Rehearses one complaint. `events` is its ledger; test/workflows/rehearsal.test.ts compares it with what the real
 * workflow writes.
 */
export function rehearseOne(
  policy: Policy,
  people: readonly Rehearser[],
  scenario: Scenario,
  { desk = deskOf(policy, people), house }: { desk?: Desk; house?: FrozenZone } = {},
): { report: RehearsedCase; events: CaseEvent[]; taken: TakenDecision[] } {
  const played = playThrough(policy, people, desk, scenario);
  return { report: reportOf(policy, people, played, house), events: played.play.events, taken: played.play.taken };
}

/**
 * Rehearses all scenarios of a policy (`scenariosFor`) with one desk, so that people are given cases in turn.
 * @param from complaints arrive in the days after it
 * @param house its zone, for a policy without a calendar
 */
export function rehearse(policy: Policy, people: readonly Rehearser[], from: Instant, house?: FrozenZone): Rehearsal {
  const desk = deskOf(policy, people);
  const cases = scenariosFor(policy, from, house).map(
    (scenario) => rehearseOne(policy, people, scenario, { desk, house }).report,
  );
  return reportOn(cases, calendarOf(policy), house);
}
