import { LRUCache } from 'lru-cache';
import { MINUTE } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import { OVERDUE_MS } from './inspection';

/** Overdue or stuck subjects a look. */
const SUSPECTS = 50;
/**
 * Other open cases a look. At one look every 15 seconds, each of 10,000 open cases has its turn within the hour, for some
 * three calls to Temporal a second.
 */
export const ROUND = 50;
/** Corrective actions a look. */
const ACTIONS = 20;
/** Nobody is looked at again sooner than this. */
const AGAIN_MS = MINUTE;

interface Needs {
  watch: Pick<Stores['watch'], 'suspects' | 'openIncidents' | 'openAfter' | 'openActionsAfter'>;
  clock: () => number;
}

/**
 * Chooses which subjects the watch looks at next: those that are overdue or known to be stuck, then all open cases and
 * actions in turn, none twice within a minute. Remembers in memory how far it is.
 */
export class Rounds {
  /** By subject, when it was looked at, in milliseconds since 1970. */
  private readonly lookedAt = new LRUCache<string, number>({ max: 50_000 });
  /** The last case, and the last action, of the round so far; empty at the beginning of a round. */
  private afterCase = '';
  private afterAction = '';

  constructor(private readonly needs: Needs) {}

  /** @returns the subjects, and which of them the lists call overdue */
  async next(): Promise<{ subjects: string[]; suspects: ReadonlySet<string> }> {
    const { watch, clock } = this.needs;
    const [late, known, round, actions] = await Promise.all([
      watch.suspects(toInstant(clock() - OVERDUE_MS), SUSPECTS * 4),
      watch.openIncidents(SUSPECTS),
      this.nextCases(),
      this.nextActions(),
    ]);
    const suspects = new Set(late);
    const isDue = (subject: string): boolean => this.isDue(subject);
    const pressing = [...known.map(({ subject }) => subject), ...suspects].filter(isDue).slice(0, SUSPECTS);
    return { subjects: [...new Set([...pressing, ...round, ...actions])], suspects };
  }

  /** Notes that a subject is being looked at now. */
  looked(subject: string): void {
    this.lookedAt.set(subject, this.needs.clock());
  }

  private isDue(subject: string): boolean {
    return this.needs.clock() - (this.lookedAt.get(subject) ?? Number.NEGATIVE_INFINITY) >= AGAIN_MS;
  }

  private async nextCases(): Promise<string[]> {
    const round = await this.needs.watch.openAfter(this.afterCase, ROUND);
    this.afterCase = round.length < ROUND ? '' : (round.at(-1) ?? '');
    return round.filter((subject) => this.isDue(subject));
  }

  private async nextActions(): Promise<string[]> {
    const round = await this.needs.watch.openActionsAfter(this.afterAction, ACTIONS);
    this.afterAction = round.length < ACTIONS ? '' : (round.at(-1) ?? '');
    return round.filter((subject) => this.isDue(subject));
  }
}
