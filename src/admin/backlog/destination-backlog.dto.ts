import { ApiProperty } from '@nestjs/swagger';

/** What a destination has not received yet, and what it did not receive in time. */
export class DestinationBacklogDto {
  /**
   * How much of its limit the backlog in the event log has reached, in percent. Past 100, the oldest events of the destination
   * become dead letters with the reason `backlog_limit`. Events of all workspaces count. Null while the event log is
   * unavailable.
   */
  @ApiProperty({ type: 'integer', minimum: 0, nullable: true, example: 3 })
  usedPercent!: number | null;

  /**
   * Deliveries that wait for an attempt, counted up to `waitingLimit`.
   * @example 12
   */
  @ApiProperty({ type: 'integer' })
  waiting!: number;

  /**
   * Most deliveries that may wait (`WAITING_DELIVERIES_MAX`). At the limit, new events stay in the event log.
   * @example 100000
   */
  @ApiProperty({ type: 'integer' })
  waitingLimit!: number;

  /**
   * Number of events that became dead letters with the reason `backlog_limit` since the destination was created. Those of them
   * that are past `DEAD_LETTERS_MAX` are on the dead letters topic only.
   * @example 0
   */
  @ApiProperty({ type: 'integer' })
  shed!: number;

  /** When that happened last; null if it did not. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  lastShedAt!: Date | null;
}
