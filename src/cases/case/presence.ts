import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { CaseChanges } from '../../db';
import { isCaseNumber } from '../../domain/basics/ids';
import type { Words } from '../../domain/basics/types';
import { isAuditor, type Staff } from '../../domain/case/permissions';
import type { StaffDirectory } from '../access/staff';
import { PresenceBoard, type OpenPage } from './presence-board';

/** Somebody else who has the same case open. */
export interface Present {
  id: string;
  name: Words;
  /** Something is typed into a form of the case that they have open; else they look at it. */
  writes: boolean;
}

/** Where a page is. */
export interface Whereabouts {
  caseNo: string;
  /** The place of the form that is open on it (`FormDrafts`), and whether there is a draft of it. */
  form?: string | undefined;
  writes: boolean;
}

/**
 * Who has which case open, on all servers. Nothing of it is stored: servers tell each other through Postgres, and forget
 * whoever is gone. Whoever calls has checked who may see the case.
 */
export interface Presence {
  /**
   * Somebody has opened a page. Auditors are told who is there, and nobody is told of them: they never take part.
   * @param told is called with the others who are there, at once and whenever that changes
   * @returns ends it. `now`: they are gone from this moment on; else they count for some seconds more
   */
  enter(where: Whereabouts, actor: Staff, told: (others: Present[]) => void): (now?: 'now') => void;
  /** The others who are at a case, those who write first. */
  others(caseNo: string, actor: Staff): Promise<Present[]>;
  /** Something is typed into the form at this place, or nothing any more. */
  wrote(place: string, actor: Staff, writes: boolean): void;
  /** What a server has said. */
  heard(message: string): void;
  /** What the others say is heard from now on. */
  began(): void;
  stop(): void;
}

interface Needs {
  changes: Pick<CaseChanges, 'say'>;
  staff: Pick<StaffDirectory, 'namesInBoth'>;
  /** Milliseconds since 1970. */
  clock: () => number;
  log: { warn(fields: object, message: string): void };
  /** Milliseconds; shorter in tests. */
  pace?: { gatherMs: number; sweepMs: number };
}

/** Changes are gathered for `gatherMs` before they are told; `sweepMs`: how often it is looked who is gone. */
const PACE = { gatherMs: 150, sweepMs: 5_000 };
/** At every so many sweeps a server says that it lives, if anybody is there by its pages. */
const BEAT = 2;
/** People of a case whom one server tells of: a message of Postgres has less than 8,000 bytes. */
const MOST = 100;

/** What servers say to each other. `s`: who says it; alone: it lives, and somebody is there by its pages. */
const messages = z.object({
  s: z.string(),
  /** Who is at a case by its pages: user ids, and whether they write. */
  c: z.string().optional(),
  p: z.array(z.tuple([z.string(), z.boolean()])).optional(),
  /** It has just begun to listen, and wants to hear who is where. */
  hello: z.boolean().optional(),
  /** A draft of this person at this place was kept (`w`) or removed. */
  u: z.string().optional(),
  f: z.string().optional(),
  w: z.boolean().optional(),
});
type Message = z.infer<typeof messages>;

interface Watcher {
  actor: Staff;
  told: (others: Present[]) => void;
  /** What they were told last. */
  last?: string;
}

/** Builds `Presence`. */
export function createPresence({ changes, staff, clock, log, pace = PACE }: Needs): Presence {
  const self = randomUUID();
  const board = new PresenceBoard();
  const watchers = new Map<string, Set<Watcher>>();
  /** Cases that have changed: what has to be said to the other servers, and told to pages. */
  const [toSay, toTell] = [new Set<string>(), new Set<string>()];
  /** Cases of which other servers may think that somebody is there by pages of this one. */
  const spoken = new Set<string>();
  let gathering: NodeJS.Timeout | undefined;
  let sweeping: NodeJS.Timeout | undefined;
  let sweeps = 0;
  let hasStopped = false;

  function say(...said: Omit<Message, 's'>[]): void {
    if (said.length === 0) return;
    for (const { c } of said) if (c !== undefined) spoken.add(c);
    changes
      .say(said.map((one) => JSON.stringify({ s: self, ...one })))
      .then(() => {
        for (const { c, p } of said)
          if (c !== undefined && p?.length === 0 && board.own(c).size === 0) spoken.delete(c);
      })
      // When the connection is back, everything is said anew (`began`).
      .catch((error: unknown) =>
        log.warn({ err: error instanceof Error ? error.name : 'Error' }, 'who is at a case could not be said'),
      );
  }
  const stateOf = (caseNo: string): Omit<Message, 's'> => ({ c: caseNo, p: [...board.own(caseNo)].slice(0, MOST) });
  /** Who is at all cases, and that nobody is at those that somebody has left: that may not have been heard. */
  const allStates = (): Omit<Message, 's'>[] => [...new Set([...board.ownCases, ...spoken])].map(stateOf);

  async function others(caseNo: string, actor: Staff): Promise<Present[]> {
    const people = [...board.at(caseNo)].filter(([id]) => id !== actor.id);
    people.sort(([a, aWrites], [b, bWrites]) => Number(bWrites) - Number(aWrites) || (a < b ? -1 : 1));
    const names = await staff.namesInBoth(people.map(([id]) => id));
    return people.map(([id, writes]) => ({ id, name: names.get(id) ?? { zh: id, en: id }, writes }));
  }

  async function tell(caseNo: string): Promise<void> {
    for (const watcher of watchers.get(caseNo) ?? []) {
      const there = await others(caseNo, watcher.actor);
      const said = JSON.stringify(there);
      if (said === watcher.last || !watchers.get(caseNo)?.has(watcher)) continue;
      watcher.last = said;
      watcher.told(there);
    }
  }

  function flush(): void {
    gathering = undefined;
    const [saying, telling] = [[...toSay], [...toTell]];
    toSay.clear();
    toTell.clear();
    say(...saying.map(stateOf));
    for (const caseNo of telling) {
      tell(caseNo).catch((error: unknown) =>
        log.warn({ caseNo, err: error instanceof Error ? error.name : 'Error' }, 'who is at a case could not be told'),
      );
    }
  }

  /** @param of whose pages have changed: this server's own, or what another one said */
  function changed(caseNo: string, of: 'own' | 'other'): void {
    if (hasStopped) return;
    if (of === 'own') toSay.add(caseNo);
    toTell.add(caseNo);
    gathering ??= setTimeout(flush, pace.gatherMs);
    sweeping ??= setInterval(sweep, pace.sweepMs);
  }

  function sweep(): void {
    const gone = board.sweep(clock());
    for (const caseNo of gone.all) changed(caseNo, gone.own.has(caseNo) ? 'own' : 'other');
    sweeps += 1;
    if (sweeps % BEAT === 0 && board.ownCases.length > 0) say({});
    if (!board.isIdle) return;
    clearInterval(sweeping);
    sweeping = undefined;
  }

  function wrote(place: string, userId: string, writes: boolean): boolean {
    const { isHere, changed: caseNo } = board.wrote(userId, place, writes);
    if (caseNo !== undefined) changed(caseNo, 'own');
    return isHere;
  }

  return {
    enter({ caseNo, form, writes }, actor, told) {
      const watcher: Watcher = { actor, told };
      watchers.set(caseNo, (watchers.get(caseNo) ?? new Set()).add(watcher));
      const page: OpenPage = { caseNo, userId: actor.id, form, writes };
      if (!isAuditor(actor)) board.open(page);
      changed(caseNo, isAuditor(actor) ? 'other' : 'own');
      return (now) => {
        const all = watchers.get(caseNo);
        all?.delete(watcher);
        if (all?.size === 0) watchers.delete(caseNo);
        if (now === 'now') board.drop(page);
        else board.close(page, clock());
        changed(caseNo, 'own');
      };
    },
    others,
    wrote(place, actor, writes) {
      if (!isCaseNumber(place.split('/', 1)[0] ?? '') || isAuditor(actor)) return;
      // The page may be served by another server.
      if (!wrote(place, actor.id, writes)) say({ u: actor.id, f: place, w: writes });
    },
    heard(message) {
      const read = messages.safeParse(parsed(message));
      if (!read.success || read.data.s === self || hasStopped) return;
      const { s, c, p, hello, u, f, w } = read.data;
      if (u !== undefined && f !== undefined) wrote(f, u, w === true);
      if (hello) say(...allStates());
      const isKnown = board.heard(s, clock(), c === undefined ? undefined : { caseNo: c, people: new Map(p) });
      if (c !== undefined) changed(c, 'other');
      // It was taken for dead, since it was held up for a while.
      else if (!isKnown && !hello && u === undefined) say({ hello: true });
    },
    began() {
      // Who has left meanwhile was not heard; those who are there are told anew, before pages are.
      for (const caseNo of board.forgetOthers()) changed(caseNo, 'other');
      say({ hello: true }, ...allStates());
    },
    stop() {
      hasStopped = true;
      clearTimeout(gathering);
      clearInterval(sweeping);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
