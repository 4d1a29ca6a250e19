import { isUtf8 } from 'node:buffer';
import { callEvent, invalid, type Cases } from '../../cases';
import type { Stores } from '../../db';
import { faultsOf } from '../../domain/basics/faults';
import { toInstant } from '../../domain/time/duration';
import { faultName, type Log } from '../log';
import { createAdmission } from './admission';
import type { Post } from './signature';

interface Needs {
  hooks: Pick<Stores['inboundHooks'], 'get' | 'seen'>;
  calls: Pick<Cases['calls'], 'hear'>;
  /** The secret of a hook in this generation. */
  secretOf: (hookId: string, generation: number) => string;
  log: Log;
  clock?: () => number;
}

/** The telephone system of the house, as it tells of calls. */
export interface CallEvents {
  /**
   * Takes what it tells: written down once it resolves. The same once more, or late, changes nothing.
   * @returns whether the extension is somebody's, who sees the call on the desk
   * @throws Refused `unauthenticated` as `WebhookIn.take`; `invalid` with what is wrong, and nothing is written down
   */
  hear(post: Post): Promise<{ toAgent: boolean }>;
}

/** Builds `CallEvents`. */
export function createCallEvents({ hooks, calls, secretOf, log, clock = Date.now }: Needs): CallEvents {
  const admitted = createAdmission({ hooks, secretOf, clock });
  return {
    async hear(post) {
      const hook = await admitted(post);
      const read = callEvent.safeParse(parsed(post.raw), { reportInput: true });
      if (!read.success) throw invalid(faultsOf(read.error));
      const heard = await calls.hear(hook.id, read.data);
      await hooks.seen(hook, toInstant(clock())).catch((error: unknown) => {
        log.warn({ hook: hook.id, code: faultName(error) }, 'when a hook was last used could not be noted');
      });
      return heard;
    },
  };
}

/** The body as JSON: numbers are read as text, an empty text and null as nothing. @throws Refused `invalid` */
function parsed(raw: Buffer): unknown {
  let given: unknown;
  try {
    if (isUtf8(raw)) given = JSON.parse(raw.toString('utf8'));
  } catch {
    // Told below.
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid([{ path: '', words: { zh: '不是 UTF-8 的 JSON 对象', en: 'is no JSON object in UTF-8' } }]);
  }
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]: [string, unknown]) => [name, typeof value === 'number' ? String(value) : value]),
  );
}
