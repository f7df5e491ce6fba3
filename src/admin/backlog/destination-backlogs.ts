import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../config/config.js';
import { backlogLimits, backlogShare } from '../../destinations/delivery/backlog/shed-plan.js';
import { waitingUpTo } from '../../destinations/delivery/ledger/redelivery.js';
import { groupOf } from '../../destinations/delivery/model/prepared-destination.js';
import { LogUnavailable } from '../../event-log/append-errors.js';
import { Appender } from '../../event-log/appender.js';
import { Reader } from '../../event-log/reader.js';
import { withDeadline } from '../../resilience/time-limit.js';
import { type DestinationBacklogDto } from './destination-backlog.dto.js';

/** How long an answer waits for the event log, in ms. */
const DEADLINE_MS = 2_000;

const SHED =
  'SELECT events::float8 AS events, last_at AS "lastAt" FROM shed_backlogs WHERE destination_id = $1';

/** Reads what destinations are behind. */
@Injectable()
export class DestinationBacklogs {
  constructor(
    private readonly database: DataSource,
    private readonly config: Config,
    private readonly reader: Reader,
    private readonly appender: Appender,
  ) {}

  async read(destinationId: string): Promise<DestinationBacklogDto> {
    const { WAITING_DELIVERIES_MAX: waitingLimit } = this.config;
    const waiting = await waitingUpTo(this.database, destinationId, waitingLimit);
    const [shed] = await this.database.query<{ events: number; lastAt: Date }[]>(SHED, [destinationId]);
    return {
      usedPercent: await this.usedPercent(destinationId),
      waiting,
      waitingLimit,
      shed: shed?.events ?? 0,
      lastShedAt: shed?.lastAt ?? null,
    };
  }

  /**
   * Not the number of events: those of other workspaces count too, and a tenant must not be able to measure a neighbour. Null
   * while the event log is unavailable.
   */
  private async usedPercent(destinationId: string): Promise<number | null> {
    try {
      const reading = this.reader.positions(groupOf(destinationId), [this.config.EVENTS_TOPIC]);
      const positions = await withDeadline(reading, DEADLINE_MS);
      if (positions === undefined) return null;
      const limits = backlogLimits(this.config.BACKLOG_MAX_EVENTS, this.appender.room());
      return Math.floor(backlogShare(positions, limits) * 100);
    } catch (error) {
      if (error instanceof LogUnavailable) return null;
      throw error;
    }
  }
}
