/** Counts how often something happens a second. */
export class RateMeter {
  private second = 0;
  private current = 0;
  private previous = 0;

  constructor(private readonly clock: () => number = Date.now) {}

  /** It has happened once more. */
  count(): void {
    this.turn();
    this.current += 1;
  }

  /** The count of the present second or of the one before, whichever is higher: the present one has only begun. */
  get perSecond(): number {
    this.turn();
    return Math.max(this.current, this.previous);
  }

  private turn(): void {
    const now = Math.floor(this.clock() / 1_000);
    if (now === this.second) return;
    this.previous = now === this.second + 1 ? this.current : 0;
    this.current = 0;
    this.second = now;
  }
}
