import { sleepUnlessAborted } from '../../resilience/pauses.js';

/** Limits the events per second: each takes its share of time, and unused time is not saved up. */
export class Pace {
  /** When the next event may be sent, in ms since the epoch. */
  private freeAt = 0;

  /** @param perSecond null for no limit */
  constructor(private readonly perSecond: number | null) {}

  /** Size of the largest group, at most `max`: the events of one second. */
  atOnce(max: number): number {
    return this.perSecond === null ? max : Math.min(max, this.perSecond);
  }

  /** How long a group of events must wait, in ms; reserves the time after that for it. */
  waitFor(events: number, now: number): number {
    if (this.perSecond === null) return 0;
    const start = Math.max(now, this.freeAt);
    this.freeAt = start + (events * 1_000) / this.perSecond;
    return start - now;
  }

  /** Resolves when a group may be sent, or at once when the signal aborts. */
  async turn(events: number, signal: AbortSignal): Promise<void> {
    const ms = this.waitFor(events, Date.now());
    if (ms > 0) await sleepUnlessAborted(ms, signal);
  }
}
