import { condition, sleep } from '@temporalio/workflow';
import { CLOCK_EVENTS } from '../../../src/domain/case/events';
import { DECISIONS } from '../../../src/domain/decisions/catalogue';
import { PROMISE_WORDS } from '../../../src/domain/promises/names';

/**
 * Tries to change data that all workflows of a worker share, as faulty code might.
 * @returns what it could change; empty: all of it is frozen
 */
export async function tampers(): Promise<string[]> {
  const done: string[] = [];
  const attempt = (what: string, change: () => void) => {
    try {
      change();
      done.push(what);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  };
  attempt('list', () => (DECISIONS.grade.stages as unknown as string[]).push('tampered'));
  attempt('decision', () => Object.assign(DECISIONS.grade, { about: 'tampered' }));
  attempt('words', () => Object.assign(PROMISE_WORDS.resolution, { en: 'tampered' }));
  attempt('set', () => (CLOCK_EVENTS as Set<string>).add('tampered'));
  await sleep(1);
  return done;
}

/** Reads the same shared data in another workflow. @returns what was changed; empty: nothing */
export async function reads(): Promise<string[]> {
  await sleep(1);
  const seen = [DECISIONS.grade.stages, DECISIONS.grade.about, PROMISE_WORDS.resolution];
  return [JSON.stringify([...seen, [...CLOCK_EVENTS]])].filter((text) => text.includes('tampered'));
}

/** Waits for ever, so that a test can ask for its stack trace. */
export async function standsSomewhere(): Promise<void> {
  await condition(() => false);
}
