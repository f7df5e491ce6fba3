import { pause } from '../../resilience/backoff.js';

/** Keeps to a number of events per second: each has its share of time, and what is late is not made up for. */
export class Pace {
  private free = 0;

  /** @param perSecond null for as fast as it goes */
  constructor(private readonly perSecond: number | null) {}

  /** Most events that may go together: those of one second. */
  atOnce(most: number): number {
    return this.perSecond === null ? most : Math.min(most, this.perSecond);
  }

  /** How long so many events have to wait at a time, in ms; the time behind them is theirs from now on. */
  waitFor(events: number, now: number): number {
    if (this.perSecond === null) return 0;
    const start = Math.max(now, this.free);
    this.free = start + (events * 1_000) / this.perSecond;
    return start - now;
  }

  /** Resolves when it is their turn, or at once when the signal aborts. */
  async turn(events: number, signal: AbortSignal): Promise<void> {
    const ms = this.waitFor(events, Date.now());
    if (ms > 0) await pause(ms, signal);
  }
}
