import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry of a process, with Node's own figures (event-loop lag, memory, GC). Each part adds its metrics to it. */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
