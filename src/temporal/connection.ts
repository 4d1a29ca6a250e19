import { readFileSync } from 'node:fs';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import type { Config } from '../config';

export type TemporalConfig = Pick<
  Config,
  | 'TEMPORAL_ADDRESS'
  | 'TEMPORAL_NAMESPACE'
  | 'TEMPORAL_API_KEY'
  | 'TEMPORAL_TLS'
  | 'TEMPORAL_TLS_CERT'
  | 'TEMPORAL_TLS_KEY'
  | 'TEMPORAL_TLS_CA'
>;

function tls(config: TemporalConfig): NativeConnectionOptions['tls'] {
  const { TEMPORAL_TLS_CERT: cert, TEMPORAL_TLS_KEY: key, TEMPORAL_TLS_CA: ca } = config;
  if (!cert && !ca) return config.TEMPORAL_TLS || Boolean(config.TEMPORAL_API_KEY);
  return {
    ...(ca ? { serverRootCACertificate: readFileSync(ca) } : {}),
    ...(cert && key ? { clientCertPair: { crt: readFileSync(cert), key: readFileSync(key) } } : {}),
  };
}

const options = (config: TemporalConfig) => ({
  address: config.TEMPORAL_ADDRESS,
  tls: tls(config),
  ...(config.TEMPORAL_API_KEY ? { apiKey: config.TEMPORAL_API_KEY } : {}),
});

/**
 * For the API and commands. Lazy: the first call connects, so intake starts and takes complaints while Temporal is away.
 */
export function clientConnection(config: TemporalConfig, more: Partial<ConnectionOptions> = {}): Connection {
  return Connection.lazy({ ...options(config), ...more });
}

/** For workers, which have nothing to do without Temporal: this one connects now or fails. */
export function workerConnection(config: TemporalConfig): Promise<NativeConnection> {
  return NativeConnection.connect(options(config));
}
