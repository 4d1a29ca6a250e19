import type { Policy } from '../../domain/policy/schema';
import type { Duration, Length } from '../../domain/time/duration';

/** By its name a demo's policy is known again, also one that an interrupted demo has left in force. */
export const DEMO_POLICY = 'demo: minutes are seconds 演示：一分钟按一秒计';

const SCALED: Record<Length['unit'], (value: number) => Duration> = {
  seconds: (value) => ({ value: value / 60, unit: 'seconds' }),
  minutes: (value) => ({ value, unit: 'seconds' }),
  hours: (value) => ({ value, unit: 'minutes' }),
  days: (value) => ({ value: value * 24, unit: 'minutes' }),
  // A demo has no night: working time is time.
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

/** The same promises and rules, every length a sixtieth: 15 minutes to answer become 15 seconds. */
export const inSeconds = (policy: Omit<Policy, 'version'>): Omit<Policy, 'version'> => ({
  ...(scaled(policy) as Omit<Policy, 'version'>),
  name: DEMO_POLICY,
});
