import type { Readable } from 'node:stream';
import type { ContentFiles } from '../../content-files';
import type { InboundMessage, Kept, Stores } from '../../db';

interface Needs {
  files: Pick<ContentFiles, 'receive'>;
  inbound: Pick<Stores['inbound'], 'keep'>;
  /** The longest message, in bytes. */
  maxBytes: number;
}

/**
 * Keeps a message: its bytes on disk, then its row. Only after this may its source be told that we have it.
 * @param once by what it is known again; left out: by its bytes
 * @throws TooLarge for more than `maxBytes`, and what disk and Postgres answer; the source has to keep the message then
 */
export type Receive = (
  message: Pick<InboundMessage, 'channel' | 'source' | 'sourceKey' | 'envelope' | 'arrivedAt' | 'line' | 'place'>,
  content: Readable,
  once?: Parameters<Stores['inbound']['keep']>[1],
) => Promise<Kept>;

/** Builds `Receive`. */
export const createReceive =
  ({ files, inbound, maxBytes }: Needs): Receive =>
  async (message, content, once) => {
    const incoming = await files.receive(content, maxBytes);
    try {
      const { sha256, bytes } = incoming;
      await incoming.keep();
      return await inbound.keep({ ...message, sha256, bytes }, once);
    } catch (error) {
      await incoming.discard();
      throw error;
    }
  };
