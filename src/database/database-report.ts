import { Injectable } from '@nestjs/common';
import { Conditions } from '../health/conditions.js';
import { Gauges } from '../metrics/gauges.js';
import { ChangeWatch } from './change-watch.js';

/** Reports to health and metrics whether Postgres answers, and the age of the configuration in memory (DESIGN 5.11). */
@Injectable()
export class DatabaseReport {
  constructor(
    private readonly changes: ChangeWatch,
    conditions: Conditions,
    gauges: Gauges,
  ) {
    conditions.add(() => this.sentence());
    gauges.add({
      name: 'tributary_postgres_up',
      help: 'Whether Postgres answered the last poll, which runs once a second: 1 or 0.',
      together: 'min',
      read: () => (changes.isAway ? 0 : 1),
    });
    gauges.add({
      name: 'tributary_configuration_age_seconds',
      help: 'Time since the configuration in memory was last known to equal Postgres.',
      together: 'max',
      read: () => changes.freshAt && Math.max(Date.now() - changes.freshAt.getTime(), 0) / 1_000,
    });
  }

  private sentence(): string | undefined {
    const { isAway, freshAt } = this.changes;
    if (!isAway) return undefined;
    const asOf = freshAt
      ? `the configuration is as of ${freshAt.toISOString()}`
      : 'there is no configuration yet';
    return `${asOf}: Postgres is away`;
  }
}
