import type { Grade } from '../basics/types';
import type { Duration } from '../time/duration';
import type { Policy } from './schema';

const minutes = (value: number): Duration => ({ value, unit: 'minutes' });
const hours = (value: number): Duration => ({ value, unit: 'hours' });
const days = (value: number): Duration => ({ value, unit: 'days' });
const all = (duration: Duration): Record<Grade, Duration> => ({
  general: duration,
  important: duration,
  major: duration,
});

/**
 * The first published version of every house, until it publishes its own. Its targets: first response within 15 minutes
 * (major: 5), resolution within 24 hours (important and major: 48), revisit within 7 days (important and major: 3), an
 * urgent corrective action started within 72 hours, its effect checked after 30 days.
 */
export const HOUSE_POLICY: Policy = {
  version: 1,
  name: 'house',
  promises: {
    firstResponse: {
      length: { general: minutes(15), important: minutes(15), major: minutes(5) },
      pausable: false,
      warnAt: [0.5, 0.8],
      managerAfter: minutes(15),
    },
    resolution: {
      length: { general: hours(24), important: hours(48), major: hours(48) },
      pausable: true,
      warnAt: [0.5, 0.8],
      managerAfter: hours(4),
    },
    help: { length: all(hours(24)), pausable: false, warnAt: [0.8], managerAfter: hours(8) },
    approval: { length: all(hours(4)), pausable: false, warnAt: [0.5], managerAfter: hours(4) },
    customerAnswer: { length: all(days(3)), pausable: false, warnAt: [0.5] },
    survey: { length: all(days(7)), pausable: false, warnAt: [0.4] },
    followUp: { length: all(hours(24)), pausable: false, warnAt: [0.8], managerAfter: hours(24) },
    revisit: {
      length: { general: days(7), important: days(3), major: days(3) },
      pausable: false,
      warnAt: [0.8],
      managerAfter: hours(24),
    },
    review: { length: all(days(7)), pausable: false, warnAt: [0.8], managerAfter: days(2) },
  },
  steps: {
    general: {
      autoConfirmGrade: false,
      autoAssign: true,
      accept: false,
      findings: false,
      agreement: true,
      secondLook: false,
      rootCause: 'coded',
      autoArchive: true,
      revisitBy: 'agent',
    },
    important: {
      autoConfirmGrade: false,
      autoAssign: true,
      accept: true,
      findings: true,
      agreement: true,
      secondLook: true,
      rootCause: 'analysed',
      autoArchive: false,
      revisitBy: 'agent',
    },
    major: {
      autoConfirmGrade: false,
      autoAssign: true,
      accept: true,
      findings: true,
      agreement: true,
      secondLook: true,
      rootCause: 'analysed',
      autoArchive: false,
      revisitBy: 'supervisor',
    },
  },
  compensation: { approvalAbove: { general: 300, important: 1_000, major: 2_000 }, supervisorUpTo: 5_000 },
  survey: { threshold: 3 },
  rounds: { escalateAt: 3 },
  reopen: { grace: days(15) },
  chase: { minGap: hours(1), perDay: 3 },
  repeat: { within: days(90) },
  correctiveAction: {
    containment: hours(72),
    preventiveStart: days(14),
    effectCheck: days(30),
    targetReduction: 0.4,
    warnAt: [0.8],
  },
  escalation: { reopenings: 2, repeats: 1 },
};
