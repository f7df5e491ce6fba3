/** Waits that double from the first to the longest, until something has worked again. All in ms. */
export class Backoff {
  private upcoming: number;

  constructor(
    private readonly first: number,
    private readonly longest: number,
  ) {
    this.upcoming = first;
  }

  next(): number {
    const ms = this.upcoming;
    this.upcoming = Math.min(ms * 2, this.longest);
    return ms;
  }

  reset(): void {
    this.upcoming = this.first;
  }
}
