import { Injectable } from '@nestjs/common';
import { Conditions } from '../../health/conditions.js';
import { Gauges } from '../../metrics/gauges.js';
import { WriteKeySnapshot } from './write-key-snapshot.js';

/** Reports to readiness and metrics where the write keys come from. */
@Injectable()
export class WriteKeyReport {
  constructor(
    private readonly snapshot: WriteKeySnapshot,
    conditions: Conditions,
    gauges: Gauges,
  ) {
    conditions.add(() => this.condition());
    gauges.addLabelled({
      name: 'tributary_write_keys',
      help: 'Write keys in memory, also revoked and expired ones, by where they were loaded from.',
      label: 'from',
      together: 'max',
      read: () => {
        const { from, keys } = snapshot.state();
        return { postgres: 0, disk: 0, [from]: keys };
      },
    });
  }

  private condition(): string | undefined {
    const { from, asOf } = this.snapshot.state();
    if (from === 'postgres') return undefined;
    return `write keys come from the snapshot on disk of ${asOf.toISOString()}: Postgres is away`;
  }
}
