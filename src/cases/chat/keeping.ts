import type { Stores } from '../../db';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { ROLES } from '../../domain/basics/types';
import { atLeast } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import { createRepeating, type Repeating } from '../repeating';
import type { ChatFiles } from './contract';
import { machineLines } from './parts';
import * as words from './words';

interface Needs {
  chats: Pick<Stores['chats'], 'call' | 'unattended' | 'say' | 'tidy'>;
  files: Pick<ChatFiles, 'pass' | 'remove'>;
  log: { warn(fields: object, message: string): void };
  clock: () => number;
}

/** Who may take a chat. */
const MAY_TAKE = ROLES.filter((role) => atLeast({ kind: 'staff', id: '', team: '', role }, 'agent'));
/** How often chats are looked after. */
const EVERY_MS = 30 * SECOND;
/** After so long staff who are not at the desk are called. */
const CALL_MS = MINUTE;
/** After so long a customer hears that nobody has come yet. */
const NOBODY_MS = 5 * MINUTE;
/** A chat ends in which nothing has been said for so long… */
const IDLE_MS = 2 * HOUR;
/** …where its customer waits for a person, so that a colleague of the next working day sees it… */
const WAITING_MS = 3 * DAY;
/** …and where it has a case, whose letters it shows. */
const WITH_CASE_MS = 7 * DAY;
/** So long after its end a chat without a case is kept. */
const KEPT_MS = 30 * DAY;

/** One round of looking after chats: staff are called, whom nobody has come to is told so, idle ones end, and old ones are removed. */
export async function keepChats({ chats, files, clock }: Omit<Needs, 'log'>): Promise<void> {
  const now = clock();
  const ago = (ms: number) => toInstant(now - ms);
  await chats.call(ago(CALL_MS), toInstant(now), MAY_TAKE);
  for (const chat of await chats.unattended(ago(NOBODY_MS))) {
    await chats.say(chat.id, {
      messages: machineLines([words.nobodyYet(chat)], `nobody-${chat.waitingSince ?? ''}`, toInstant(now)),
      change: { remindedAt: toInstant(now) },
    });
  }
  await chats.tidy({
    now: toInstant(now),
    idle: ago(IDLE_MS),
    waiting: ago(WAITING_MS),
    withCase: ago(WITH_CASE_MS),
    forget: ago(KEPT_MS),
    remove: (sha256) => files.remove(sha256),
  });
  await files.pass();
}

/** Looks after chats for as long as the program serves. Several servers may. */
export const createChatKeeping = ({ chats, files, log, clock }: Needs): Repeating =>
  createRepeating({
    round: async () => {
      await keepChats({ chats, files, clock });
      return false;
    },
    failed: (error) =>
      log.warn({ err: error instanceof Error ? error.name : 'Error' }, 'chats could not be looked after'),
    pauseMs: () => EVERY_MS,
    ended: new AbortController(),
  });
