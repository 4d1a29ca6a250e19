import { performance } from 'node:perf_hooks';
import { toInstant } from '../../src/domain/time/duration';

/**
 * The clock of a test, given to everything that asks for the time. It begins at a given moment and runs on by the
 * monotonic clock, so that a test depends neither on the day on which it runs nor on changes of the machine's clock.
 */
export class TestClock {
  private from: number;
  private began = performance.now();
  private stands = false;

  constructor(at: string) {
    this.from = Date.parse(at);
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => this.from + (this.stands ? 0 : Math.floor(performance.now() - this.began));

  /** The present moment, or one so many milliseconds later, as an ISO instant. */
  instant(aheadMs = 0): string {
    return toInstant(this.now() + aheadMs);
  }

  /** Has the clock show this moment now, and run on from there. */
  set(at: string | number): void {
    this.from = typeof at === 'string' ? Date.parse(at) : at;
    this.began = performance.now();
    this.stands = false;
  }

  /** Has it stand still until it is set, for what a machine must not be too slow for. */
  hold(): void {
    this.from = this.now();
    this.stands = true;
  }
}
