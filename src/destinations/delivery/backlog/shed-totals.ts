import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { untilRecorded } from '../ledger/recording.js';

/** Nothing is written for a destination that was deleted meanwhile. */
const ADD = `
  INSERT INTO shed_backlogs (destination_id, events, last_at)
  SELECT id, $2, now() FROM destinations WHERE id = $1
  ON CONFLICT (destination_id) DO UPDATE SET events = shed_backlogs.events + excluded.events, last_at = now()`;

/** How many events of each destination became dead letters because of its backlog limit, for administrators. */
@Injectable()
export class ShedTotals {
  constructor(private readonly database: DataSource) {}

  /** Rejects only after the signal has aborted. A crash may count a batch twice. */
  async add(destinationId: string, events: number, signal: AbortSignal): Promise<void> {
    if (events > 0)
      await untilRecorded('shed_total', destinationId, signal, () =>
        this.database.query(ADD, [destinationId, events]),
      );
  }
}
