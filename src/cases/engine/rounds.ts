import { LRUCache } from 'lru-cache';
import { MINUTE } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import { OVERDUE_MS } from './inspection';

/** Of 10,000 open cases each is looked at within the hour, at some three calls a second. */
const SUSPECTS = 50;
export const ROUND = 50;
const ACTIONS = 20;
const AGAIN_MS = MINUTE;

interface Needs {
  watch: Pick<Stores['watch'], 'suspects' | 'openIncidents' | 'openAfter' | 'openActionsAfter'>;
  clock: () => number;
}

/** Whom to look at next: what is overdue or known to be stuck at once, all others in turn, nobody twice within a minute. */
export class Rounds {
  private readonly lookedAt = new LRUCache<string, number>({ max: 50_000 });
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
