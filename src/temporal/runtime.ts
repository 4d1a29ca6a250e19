import { DefaultLogger, Runtime, makeTelemetryFilterString } from '@temporalio/worker';

/** What pino offers of what we need; src/temporal does not know the logger's maker. */
interface Log {
  level: string;
  trace(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Sends the SDK's and its native core's log through ours. First thing in a worker: a connection or worker made before would
 * install the runtime with defaults, for good.
 */
export function installRuntime(log: Log, options: { metricsAddress?: string } = {}): Runtime {
  const logger = new DefaultLogger(log.level === 'trace' ? 'TRACE' : 'DEBUG', ({ level, message, meta }) => {
    const { error, ...fields } = (meta ?? {}) as Record<string, unknown>;
    const method = level.toLowerCase() as Exclude<keyof Log, 'level'>;
    log[method](error === undefined ? fields : { ...fields, err: error }, message);
  });
  return Runtime.install({
    logger,
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      // Core counts polls, slots and latencies on a port of its own.
      ...(options.metricsAddress ? { metrics: { prometheus: { bindAddress: options.metricsAddress } } } : {}),
    },
  });
}
