import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Stores } from '../../db';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import type { DocumentFile } from '../pdf-file';

interface Needs {
  exportReads: Pick<Stores['exportReads'], 'begin' | 'end'>;
  clock: () => number;
}

/** What was searched for may be the name of a customer: that there was something is all that is kept. */
const SEARCHED = new Set(['q']);

/** `format=csv&grade=major` */
const filterOf = (filter: object): string =>
  Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${SEARCHED.has(name) ? '…' : String(value)}`)
    .toSorted()
    .join('&');

/** Writes down who takes which data out: before the first byte, and when all of it has been sent. */
export function createReadLog({ exportReads, clock }: Needs) {
  return {
    /** The same file; that it is taken is written down. */
    async noted<File extends DocumentFile & { rows?: () => number }>(
      file: File,
      { actor, what, filter }: { actor: Staff; what: string; filter: object },
    ): Promise<File> {
      const begunAt = toInstant(clock());
      let id: number;
      try {
        id = await exportReads.begin({ userId: actor.id, what, filter: filterOf(filter), begunAt });
      } catch (error) {
        // Nothing leaves unnoted.
        file.content.destroy();
        throw error;
      }
      const sent = async function* () {
        const hash = createHash('sha256');
        let bytes = 0;
        for await (const piece of file.content as AsyncIterable<Buffer | string>) {
          const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
        await exportReads.end(id, {
          rows: file.rows?.() ?? null,
          bytes,
          sha256: hash.digest('hex'),
          endedAt: toInstant(clock()),
        });
      };
      const content = Readable.from(sent());
      // Given up before it was read: so is what it is made of.
      content.once('close', () => file.content.destroy());
      return { ...file, content };
    },
  };
}

export type ReadLog = ReturnType<typeof createReadLog>;
