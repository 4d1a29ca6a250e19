import type { Stores } from '../../db';
import { MINUTE } from '../../domain/basics/milliseconds';
import { type OwnModel, readOwn } from '../../text/own/model';
import { suggestWith } from '../../text/own/read';
import { engineOf, type Read } from '../../text/suggest';

/** How long a new own model may wait in the database until this process reads by it. */
const LOOK_MS = MINUTE;

interface Needs {
  ownModels: Pick<Stores['ownModels'], 'newest' | 'file'>;
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
  clock: () => number;
}

/**
 * Builds `Read`: by the rules, and by the newest own model of the database where it is better than they. Whatever is wrong
 * with that one, the rules read on.
 */
export function createReader({ ownModels, log, clock }: Needs): Read {
  let own: OwnModel | undefined;
  let known: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<void> {
    const version = await ownModels.newest();
    if (version === undefined || version === known) return;
    const file = await ownModels.file(version);
    // Of one that cannot be read nothing is tried again, nor is an older one used any more.
    known = version;
    own = undefined;
    if (!file) throw new Error('its weights are gone');
    const found = readOwn(file, engineOf());
    if (found.version !== version) throw new Error('its weights are not what they were');
    own = found;
    log.info({ version, used: [...found.used] }, 'complaints are read by what was learnt from own cases');
  }

  return async (input) => {
    if (clock() - lookedAt >= LOOK_MS) {
      // Whoever comes meanwhile reads by what is known.
      lookedAt = clock();
      await look().catch((error: unknown) =>
        log.warn(
          { err: error instanceof Error ? error.message : 'Error' },
          'what was learnt from own cases cannot be read by; the rules read on',
        ),
      );
    }
    return suggestWith(own, input);
  };
}
