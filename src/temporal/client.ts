import { Client, type Connection } from '@temporalio/client';
import type { Config } from '../config';
import { createDataConverter } from './codec';
import { clientConnection } from './connection';

/** The one way to a client: same namespace and same converter everywhere, or payloads could not be read back. */
export function createTemporalClient(config: Config, connection: Connection = clientConnection(config)): Client {
  return new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(config),
  });
}
