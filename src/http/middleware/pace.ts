import type { Request, RequestHandler, Response } from 'express';
import { Refused } from '../../cases';
import { sendProblem } from './problem';

/** A body has to bring so much in every such time, as the slowest telephone line does. Small ones have to be there by then. */
const WINDOW_MS = 20_000;
const WINDOW_BYTES = 20 * 1024;

export interface Pace {
  windowMs: number;
  windowBytes: number;
}

/** Pages say it in their own way. */
export const onSlowBody = (response: Response, answer: () => void): void => {
  response.locals.onSlowBody = answer;
};

const asProblem = (response: Response): void =>
  sendProblem(
    response,
    new Refused('slow', 'slow', { zh: '请求内容发送太慢，请重新发送', en: 'the body came too slowly; send it again' }),
  );

export const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/**
 * Ends requests whose body trickles in, whoever reads it and in whatever form it comes, also when it has been answered and
 * the rest is let go by. While nobody reads, it is we who are slow.
 */
export function keepPace(pace: Pace = { windowMs: WINDOW_MS, windowBytes: WINDOW_BYTES }): RequestHandler {
  return (request, response, next) => {
    if (hasBody(request)) watch(request, response, pace);
    next();
  };
}

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
    // Once it is answered Node forgets the request; whoever is reading it has to hear that nothing more comes.
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
