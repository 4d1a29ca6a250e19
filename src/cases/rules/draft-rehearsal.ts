import { setImmediate as turn } from 'node:timers/promises';
import type { KnownHouse } from '../../domain/policy/check';
import { calendarOf, type Policy } from '../../domain/policy/schema';
import { deskOf } from '../../domain/rehearsal/desk';
import { rehearseOne } from '../../domain/rehearsal/rehearsal';
import { reportOn, type Rehearsal } from '../../domain/rehearsal/report';
import { scenariosFor } from '../../domain/rehearsal/scenario';
import { toInstant } from '../../domain/time/duration';
import { houseZone } from './zones';

/**
 * Takes invented complaints through a policy in virtual time and reports what happened. Writes nothing.
 * @param nowMs milliseconds since 1970; the times of arrival are reckoned from it
 */
export async function rehearsePolicy(policy: Policy, known: KnownHouse, nowMs: number): Promise<Rehearsal> {
  const desk = deskOf(policy, known.users);
  const zone = await houseZone(nowMs);
  const cases: Rehearsal['cases'] = [];
  for (const scenario of scenariosFor(policy, toInstant(nowMs), zone)) {
    cases.push(rehearseOne(policy, known.users, scenario, { desk, house: zone }).report);
    // A rehearsal is pure computing and would block the process: other requests are served between two complaints.
    await turn();
  }
  return reportOn(cases, calendarOf(policy), zone);
}
