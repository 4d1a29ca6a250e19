/**
 * Milliseconds of computing that a piece of work takes. What is slow by itself shows here on any machine; one that is busy
 * with other things does not. (Whatever else this process does meanwhile counts.)
 */
export async function cpuMs(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}
