import { performance } from 'node:perf_hooks';
import { toInstant } from '../../src/domain/time/duration';

/**
 * The one clock of a test, given to everything that asks for the time. It begins at an invented moment and goes on from
 * there, so that what a test says does not depend on the day it is run, nor on a change of the machine's clock.
 */
export class TestClock {
  private from: number;
  private began = performance.now();

  constructor(at: string) {
    this.from = Date.parse(at);
  }

  readonly now = (): number => this.from + Math.floor(performance.now() - this.began);

  /** As SQL takes it. */
  instant(aheadMs = 0): string {
    return toInstant(this.now() + aheadMs);
  }

  set(at: string | number): void {
    this.from = typeof at === 'string' ? Date.parse(at) : at;
    this.began = performance.now();
  }
}
