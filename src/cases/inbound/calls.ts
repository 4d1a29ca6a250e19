import { z } from 'zod';
import type { Call, Stores } from '../../db';
import { said } from '../../domain/basics/faults';
import { shortText } from '../../domain/basics/free-text';
import { given } from '../../domain/basics/given';
import { isUuid } from '../../domain/basics/ids';
import { DAY, HOUR, MINUTE } from '../../domain/basics/milliseconds';
import type { Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import { phoneKey, readPhone } from '../../contact';
import { instant, person } from '../answer-parts';
import type { VisibleCases } from '../case/visible';
import type { StaffDirectory } from '../access/staff';
import { notFound } from '../refused';

/** So long a call is shown that goes on: one of which we never hear that it ended goes by then. */
const GOES_ON_MS = 2 * HOUR;
/** So long a call is shown that was answered and has ended: what was said is written down meanwhile. */
const JUST_OVER_MS = 15 * MINUTE;
/** So long calls are kept that belong to no case. */
const KEPT_MS = 7 * DAY;
/** Calls that are shown to somebody at once. */
const MOST = 3;

/** `http` or `https`, without a name and a password: those would be shown to everybody who may see the case. */
const isLink = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
};

/**
 * Who calls, as complaints have it: telephone systems put a country, or the 0 of a trunk, before a mobile number. Undefined
 * for a word in place of a number, as for one that is withheld.
 */
function callerNumber(from: string): string | undefined {
  const key = phoneKey(from) ?? '';
  if (/^0?1\d{10}$/.test(key)) return key.replace(/^0/, '');
  return readPhone(from) ?? (/\d{3}/.test(from) ? from : undefined);
}

/** What a telephone system tells. Further fields are ignored. */
export const callEvent = z.object({
  event: z.enum(['ringing', 'answered', 'ended']).describe('`ended` may come again, when the recording is there'),
  callId: shortText(200).describe("the telephone system's own id of the call, the same in all its events"),
  extension: shortText(40).describe('where it rings or is answered'),
  from: shortText(60).optional().describe('who calls; left out: withheld'),
  to: shortText(60).optional().describe('the number that was called'),
  recordingUrl: z
    .string()
    .max(2_000)
    .refine(isLink, {
      error: said({
        zh: '须为 http 或 https 地址，不带用户名和密码',
        en: 'must be an http or https address without a name and a password',
      }),
    })
    .optional()
    .describe('opened by the browser of whoever may see the case; we never fetch it'),
});

export const caseCall = z.object({
  id: z.uuid(),
  line: z.string().optional().describe('the number that was called'),
  rangAt: instant,
  answeredAt: instant.optional(),
  endedAt: instant.optional(),
  agent: person.optional(),
  recordingUrl: z.string().optional(),
});
export type CaseCall = z.output<typeof caseCall>;

/** A call at the extension of whoever asks. */
export interface OwnCall {
  id: string;
  /** As it is stored with complaints, where it can be read; absent: withheld. */
  number?: string;
  line?: string;
  is: 'ringing' | 'answered' | 'ended';
  /** When it rang. */
  rangAt: string;
}

/** Calls, as the house's telephone system tells of them. */
export interface Calls {
  /** Writes down what was told. @returns whether the extension is somebody's, who sees it on the desk */
  hear(hookId: string, event: z.output<typeof callEvent>): Promise<{ toAgent: boolean }>;
  /** Those at the extension of this person that they may still have to write down, the newest first. */
  own(actor: Staff): Promise<OwnCall[]>;
  /** Puts a call of theirs into a case: its recording is found there. What is no call of theirs is passed over. */
  tie(id: string, caseNo: string, actor: Staff): Promise<void>;
  /** It is not shown to them any more. */
  putAway(id: string, actor: Staff): Promise<void>;
  /** Those of a case. @throws Refused `notFound` for a case that they may not see */
  ofCase(caseNo: string, actor: Staff): Promise<CaseCall[]>;
}

interface Needs {
  calls: Stores['calls'];
  visible: Pick<VisibleCases, 'see'>;
  staff: Pick<StaffDirectory, 'names'>;
  clock: () => number;
}

/** Builds `Calls`. */
export function createCalls({ calls, visible, staff, clock }: Needs): Calls {
  const ago = (ms: number) => toInstant(clock() - ms);
  return {
    async hear(hookId, { event, callId, extension, from, to, recordingUrl }) {
      const userId = await calls.hear({
        hookId,
        callId,
        extension,
        is: event,
        number: from === undefined ? undefined : callerNumber(from),
        line: to,
        recording: recordingUrl,
        at: toInstant(clock()),
      });
      if (event === 'ended') await calls.forget(ago(KEPT_MS));
      return { toAgent: userId !== undefined };
    },

    async own({ id }) {
      const found = await calls.of(id, {
        rangAfter: ago(GOES_ON_MS),
        endedAfter: ago(JUST_OVER_MS),
        most: MOST,
      });
      return found.map(({ id: callId, number, line, rangAt, answeredAt, endedAt }) => ({
        id: callId,
        ...given({ number, line }),
        is: endedAt !== undefined ? 'ended' : answeredAt !== undefined ? 'answered' : 'ringing',
        rangAt,
      }));
    },

    async tie(id, caseNo, actor) {
      if (isUuid(id)) await calls.tie(id, actor.id, caseNo);
    },

    async putAway(id, actor) {
      if (!isUuid(id)) throw notFound({ zh: '来电', en: 'call' });
      await calls.putAway(id, actor.id, toInstant(clock()));
    },

    async ofCase(caseNo, actor) {
      await visible.see(caseNo, actor);
      return told(await calls.ofCase(caseNo));
    },
  };

  async function told(found: readonly Call[]): Promise<CaseCall[]> {
    const names = await staff.names(found.flatMap(({ userId }) => userId ?? []));
    return found.map(({ id, line, rangAt, answeredAt, endedAt, recording, userId }) => ({
      id,
      rangAt,
      ...given({ line, answeredAt, endedAt, recordingUrl: recording }),
      ...(userId !== undefined && { agent: { id: userId, name: names.get(userId) ?? userId } }),
    }));
  }
}
