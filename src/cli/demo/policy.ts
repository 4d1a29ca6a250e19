import type { Policy } from '../../domain/policy/schema';
import type { Duration, Length } from '../../domain/time/duration';

/** The name of the demo's policy, by which one that an interrupted demo left in force is recognised. */
export const DEMO_POLICY = 'demo: minutes are seconds 演示：一分钟按一秒计';

const SCALED: Record<Length['unit'], (value: number) => Duration> = {
  seconds: (value) => ({ value: value / 60, unit: 'seconds' }),
  minutes: (value) => ({ value, unit: 'seconds' }),
  hours: (value) => ({ value, unit: 'minutes' }),
  days: (value) => ({ value: value * 24, unit: 'minutes' }),
  // Lengths in working time become plain time, so that the demo runs at night, too.
  workingMinutes: (value) => ({ value, unit: 'seconds' }),
  workingHours: (value) => ({ value, unit: 'minutes' }),
  workingDays: (value) => ({ value: value * 8, unit: 'minutes' }),
  calendarDays: (value) => ({ value: value * 24, unit: 'minutes' }),
};

const isLength = (value: object): value is Length => 'unit' in value && 'value' in value;

function scaled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scaled);
  if (value === null || typeof value !== 'object') return value;
  if (isLength(value)) return SCALED[value.unit](value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scaled(inner)]));
}

/**
 * The policy with every length divided by sixty (15 minutes become 15 seconds) and working time turned into plain time.
 */
export const inSeconds = (policy: Omit<Policy, 'version'>): Omit<Policy, 'version'> => ({
  ...(scaled(policy) as Omit<Policy, 'version'>),
  name: DEMO_POLICY,
});
