/**
 * The CPU time that a piece of work takes, in milliseconds. Unlike its duration it does not grow when the machine is
 * busy with other things. It includes whatever else this process does meanwhile.
 */
export async function cpuMs(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}
