import type { Request, RequestHandler, Response } from 'express';
import { Refused } from '../../cases';
import { sendProblem } from './problem';

/** In every window of this many milliseconds a body has to bring `WINDOW_BYTES`, or to end. */
const WINDOW_MS = 20_000;
/** About 1 KiB a second, which the slowest mobile connections reach. */
const WINDOW_BYTES = 20 * 1024;

/** The least speed of a request's body: `windowBytes` in every `windowMs`. */
export interface Pace {
  windowMs: number;
  windowBytes: number;
}

/** Answers a request whose body is too slow by this function instead of problem+json: pages answer with a page. */
export const onSlowBody = (response: Response, answer: () => void): void => {
  response.locals.onSlowBody = answer;
};

const asProblem = (response: Response): void =>
  sendProblem(
    response,
    new Refused('slow', 'slow', { zh: '请求内容发送太慢，请重新发送', en: 'the body came too slowly; send it again' }),
  );

/** Whether the request announces a body. */
export const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/**
 * Middleware that ends requests whose body arrives too slowly, with 408 `slow`; one that has been answered already just
 * loses its connection. It watches the socket, so it holds for every route, JSON or form. While our side does not read
 * the body (the stream is paused), the client is not to blame and nothing happens.
 */
export function keepPace(pace: Pace = { windowMs: WINDOW_MS, windowBytes: WINDOW_BYTES }): RequestHandler {
  return (request, response, next) => {
    if (hasBody(request)) watch(request, response, pace);
    next();
  };
}

/** Looks at the end of each window how many bytes have come in it. Stops with the body's end. */
function watch(request: Request, response: Response, { windowMs, windowBytes }: Pace): void {
  const { socket } = request;
  let before = socket.bytesRead;
  const check = (): void => {
    const came = socket.bytesRead - before;
    before = socket.bytesRead;
    if (request.complete || request.destroyed || request.readableFlowing !== true || came >= windowBytes) return;
    clearInterval(timer);
    if (response.headersSent) {
      socket.destroy();
      return;
    }
    response.setHeader('Connection', 'close');
    // After the answer Node emits nothing more on the request; destroying it tells whoever still reads its body.
    response.once('close', () => request.destroy());
    const answer = response.locals.onSlowBody as (() => void) | undefined;
    if (answer) answer();
    else asProblem(response);
  };
  const timer = setInterval(check, windowMs).unref();
  const stop = (): void => clearInterval(timer);
  request.once('end', stop);
  request.once('close', stop);
}
