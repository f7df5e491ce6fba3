import { Injectable } from '@nestjs/common';
import { Appender } from '../event-log/appender.js';
import { Conditions } from './conditions.js';

export interface Health {
  /** Whether this instance can make an event durable now. */
  readonly ready: boolean;
  /** What stands in the way, one sentence each. */
  readonly problems: readonly string[];
  /** What does not stand in the way and an operator should know, one sentence each. */
  readonly details: readonly string[];
}

/** Answers one question: may the balancer send calls here (DESIGN 5.11)? */
@Injectable()
export class Readiness {
  private draining = false;

  constructor(
    private readonly appender: Appender,
    private readonly conditions: Conditions,
  ) {}

  /** From now on not ready: the process is about to stop. */
  drain(): void {
    this.draining = true;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  now(): Health {
    const log = this.appender.health();
    const problems = [
      ...(this.draining ? ['this instance is shutting down'] : []),
      ...(log.ready ? [] : [log.detail ?? 'the event log is not ready']),
    ];
    return { ready: problems.length === 0, problems, details: this.conditions.now() };
  }
}
