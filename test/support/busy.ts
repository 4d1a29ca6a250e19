/**
 * What a limit of time becomes in a test, in milliseconds. Tests run beside others on machines that do other things, too:
 * they tell a limit that is kept from none at all. How long it takes on a quiet machine is the benchmark's to say.
 */
export const onBusyMachine = (limitMs: number): number => 5 * limitMs;

/** For tests of anything but the limits themselves: Postgres is slow here because the machine is, and that is no outage. */
export const PATIENT = { statementTimeoutMs: onBusyMachine(4_000), connectTimeoutMs: onBusyMachine(3_000) };
