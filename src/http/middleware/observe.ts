import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';

interface Log {
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/** The pattern of the route (`/s/:token`), or `none`. Never the path itself, which may hold a secret. */
const routeOf = (request: Request): string => {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? `${request.baseUrl}${route.path}` : 'none';
};

/** Polled all day long: logged as `debug` while they succeed. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Middleware that gives every request an id (`X-Request-Id`, `response.locals.requestId`) and, when it is over, one log
 * line and one observation of `redress_http_request_seconds`. Status 499: the client hung up before it had the answer.
 */
export function observe(log: Log, registry: Registry): RequestHandler {
  const seconds = new Histogram({
    name: 'redress_http_request_seconds',
    help: 'Time to answer, by route pattern and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return (request, response, next) => {
    const began = process.hrtime.bigint();
    const requestId = randomUUID();
    response.locals.requestId = requestId;
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      const ms = Number(process.hrtime.bigint() - began) / 1e6;
      const { method } = request;
      const route = routeOf(request);
      // A stream is over when its reader goes, and took as long as they stayed.
      const isStream = response.locals.isStream === true;
      const status = response.writableFinished || isStream ? response.statusCode : 499;
      if (!isStream) seconds.observe({ method, route, status: String(status) }, ms / 1000);
      const line = { requestId, method, route, status, ms: Math.round(ms * 10) / 10 };
      if ((isStream || QUIET.has(route)) && status < 400) log.debug(line, 'request');
      else log.info(line, 'request');
    });
    next();
  };
}
