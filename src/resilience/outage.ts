import { type Logger } from '@nestjs/common';
import { reasonOf } from './reason-of.js';

/** The `event` of the two log lines; without `back` the end is not logged. */
export interface OutageEvents {
  readonly lost: string;
  readonly back?: string;
}

/**
 * Logs an outage once, however many operations fail in it: a warning with `reason` at the first failure, and a line with
 * its length in ms (`forMs`) at the first success. `facts` are further keys of the line.
 */
export class Outage {
  private since: number | undefined;

  constructor(
    private readonly logger: Pick<Logger, 'warn' | 'log'>,
    private readonly events: OutageEvents,
  ) {}

  /** Whether the last report was a failure. */
  get isLasting(): boolean {
    return this.since !== undefined;
  }

  failed(error: unknown, facts: object = {}): void {
    if (this.since !== undefined) return;
    this.since = performance.now();
    this.logger.warn({ event: this.events.lost, reason: reasonOf(error), ...facts });
  }

  recovered(facts: object = {}): void {
    if (this.since === undefined) return;
    const forMs = Math.round(performance.now() - this.since);
    this.since = undefined;
    if (this.events.back !== undefined) this.logger.log({ event: this.events.back, forMs, ...facts });
  }
}
