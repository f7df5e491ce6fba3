import { setTimeout as sleep } from 'node:timers/promises';

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

/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
