import { Injectable } from '@nestjs/common';
import { Appender } from '../event-log/appender.js';
import { Conditions } from './conditions.js';

/** Answer of the readiness probe. */
export interface Health {
  /** Whether this instance can make an event durable now. */
  readonly ready: boolean;
  /** Why the instance is not ready, one sentence each. */
  readonly problems: readonly string[];
  /** Faults that do not affect readiness, one sentence each. */
  readonly details: readonly string[];
}

/** Decides whether the balancer may send calls to this instance (DESIGN 5.11). */
@Injectable()
export class Readiness {
  private draining = false;

  constructor(
    private readonly appender: Appender,
    private readonly conditions: Conditions,
  ) {}

  /** After this the instance is not ready: the process is about to stop. */
  drain(): void {
    this.draining = true;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  now(): Health {
    const appending = this.appender.health();
    const problems = [
      ...(this.draining ? ['this instance is shutting down'] : []),
      ...(appending.ready ? [] : [appending.detail ?? 'the event log is not ready']),
    ];
    return { ready: problems.length === 0, problems, details: this.conditions.now() };
  }
}
