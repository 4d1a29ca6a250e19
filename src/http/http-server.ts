import { createServer, type RequestListener, type Server } from 'node:http';

/** Times of Node's HTTP server, in milliseconds. */
const TIMES = {
  headersTimeout: 10_000,
  /**
   * For the whole request: enough to upload a recording over a poor line. middleware/pace.ts ends slower ones sooner.
   */
  requestTimeout: 300_000,
  /**
   * Longer than the idle time of common load balancers. They have to close idle connections first: else they send a
   * request on a connection that we are just closing.
   */
  keepAliveTimeout: 65_000,
  /** How often Node looks for requests that are over their time; its default is every 30 s. */
  connectionsCheckingInterval: 2_000,
};

/**
 * Node's HTTP server with limits of time, so that slow requests do not keep connections for ever. Bytes that are no
 * HTTP request never reach `listener`: Node answers 400 and closes the connection.
 * @param times overrides single times, in milliseconds; for tests
 */
export const createHttpServer = (listener: RequestListener, times: Partial<typeof TIMES> = {}): Server =>
  createServer({ keepAlive: true, ...TIMES, ...times }, listener);
