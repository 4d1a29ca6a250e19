import type { Response } from 'express';

/** Something is sent at least this often, so that nothing on the way takes the connection for dead. */
const BEAT_MS = 20_000;
/** Whoever takes nothing off is let go; their page connects again. */
const MOST_WAITING = 64 * 1024;

/**
 * Answers by server-sent events, for as long as the page is open.
 * @returns sends a text as it stands; after the end it does nothing
 */
export function eventStream(res: Response): (text: string) => void {
  res.locals.isStream = true;
  res.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  res.flushHeaders();
  const send = (text: string): void => {
    if (res.writableEnded) return;
    res.write(text);
    if (res.writableLength > MOST_WAITING) res.destroy();
  };
  const beat = setInterval(() => send(':\n\n'), BEAT_MS);
  res.once('close', () => clearInterval(beat));
  return send;
}
