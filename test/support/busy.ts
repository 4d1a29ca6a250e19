/**
 * A time limit for a test, five times that of the product, in milliseconds. Tests run on machines that do other
 * things, too, so they can only tell whether there is a limit at all; how long something takes on a quiet machine is
 * measured by the benchmark.
 */
export const onBusyMachine = (limitMs: number): number => 5 * limitMs;

/**
 * Database options for tests that are not about time limits: a statement that is slow on a busy machine is no outage.
 */
export const PATIENT = { statementTimeoutMs: onBusyMachine(4_000), connectTimeoutMs: onBusyMachine(3_000) };
