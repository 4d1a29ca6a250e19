import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * A process's registry of Prometheus metrics, with Node's own figures (event-loop lag, memory, GC) in it. The parts of
 * the program add theirs. Each metric carries the label `service`.
 */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
