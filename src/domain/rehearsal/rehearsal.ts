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
 * A policy tried out before it is published: invented complaints are taken by invented people through the very rules that
 * the workflow asks, in virtual time. Nothing is written and nobody is told; what would have happened is the report.
 * @module
 */

/** One complaint with everything it writes: held against the real workflow by test/workflows/rehearsal.test.ts. */
export function rehearseOne(
  policy: Policy,
  people: readonly Rehearser[],
  scenario: Scenario,
  { desk = deskOf(policy, people), house }: { desk?: Desk; house?: FrozenZone } = {},
): { report: RehearsedCase; events: CaseEvent[]; taken: TakenDecision[] } {
  const played = playThrough(policy, people, desk, scenario);
  return { report: reportOf(policy, people, played, house), events: played.play.events, taken: played.play.taken };
}

/** @param from complaints arrive in the days after it; @param house whose clock is on the wall where the policy has no calendar */
export function rehearse(policy: Policy, people: readonly Rehearser[], from: Instant, house?: FrozenZone): Rehearsal {
  const desk = deskOf(policy, people);
  const cases = scenariosFor(policy, from, house).map(
    (scenario) => rehearseOne(policy, people, scenario, { desk, house }).report,
  );
  return reportOn(cases, calendarOf(policy), house);
}
