import { createServer, type RequestListener, type Server } from 'node:http';

const TIMES = {
  headersTimeout: 10_000,
  /** A telephone on a poor line uploads a recording in this. How fast a body has to come says middleware/pace.ts. */
  requestTimeout: 300_000,
  /** Longer than the idle time of common load balancers, which must be the ones to hang up. */
  keepAliveTimeout: 65_000,
  /** How often Node looks for requests that are over their time; left alone, twice a minute. */
  connectionsCheckingInterval: 2_000,
};

/**
 * An HTTP server that slow requests do not hold up. Of a request that is none, Node itself answers 400 and hangs up.
 * @param times milliseconds, in place of ours
 */
export const createHttpServer = (listener: RequestListener, times: Partial<typeof TIMES> = {}): Server =>
  createServer({ keepAlive: true, ...TIMES, ...times }, listener);
