import type { ContentFiles } from '../../content-files';
import type { Stores } from '../../db';
import type { Log } from '../log';
import type { InboundChannel } from './channel';
import { createPlacing, type PlacingNeeds } from './placing';
import { createInboundPump } from './pump';

/** A way in with its sources: what brings its messages, and what reads them. */
export interface WayIn {
  readonly channel: InboundChannel;
  /** Begins to take messages. */
  start(): Promise<unknown>;
  /** Takes no more, and waits for what is being taken. */
  stop(): Promise<void>;
}

interface Needs extends Omit<PlacingNeeds, 'inbound'> {
  ways: readonly WayIn[];
  inbound: Stores['inbound'];
  /** The bytes of messages, whatever way they came. */
  files: ContentFiles;
  isAway: (error: unknown) => boolean;
  log: Log;
  /** Milliseconds between two looks while nothing is due; left out: that of the pump. */
  idleMs?: number;
  /** While it is true, messages are only kept, for a minute at most. */
  busy?: () => boolean;
  /** Counted up while a message is taken up. */
  underway?: { messages: number };
}

/** Everything that comes in: all ways, and the one pump that takes up what they have kept. */
export interface Inbound {
  start(): Promise<void>;
  /** Takes no more, and waits for what is under way. */
  stop(): Promise<void>;
}

export function createInbound({
  ways,
  files,
  inbound,
  isAway,
  log,
  idleMs,
  busy,
  underway,
  ...placing
}: Needs): Inbound {
  const { clock } = placing;
  const pump = createInboundPump({
    inbound,
    files,
    channels: ways.map(({ channel }) => channel),
    place: createPlacing({ ...placing, inbound }),
    isAway,
    log,
    clock,
    idleMs,
    busy,
    underway,
  });
  return {
    async start() {
      if (ways.length === 0) return;
      await files.prepare(clock());
      pump.start();
      for (const way of ways) await way.start();
    },
    async stop() {
      await Promise.all(ways.map((way) => way.stop()));
      await pump.stop();
    },
  };
}
