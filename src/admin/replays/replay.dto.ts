import { ApiProperty } from '@nestjs/swagger';
import { REPLAY_STATES, type ReplayState } from '../../database/entities/replay.entity.js';

/** What a replay would deliver if it were started now. */
export class ReplayDryRunDto {
  /**
   * Number of events that the destination would receive.
   * @example 18250
   */
  count!: number;

  /** When the first of them was stored; null if there are none. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T08:00:00.120Z' })
  from!: Date | null;

  /** When the last of them was stored; null if there are none. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T09:59:59.871Z' })
  to!: Date | null;

  /**
   * Number of records that were read.
   * @example 40312
   */
  scanned!: number;

  /**
   * Whether the whole range was read. False if twenty seconds were not enough: `count` is then too small.
   * @example true
   */
  complete!: boolean;
}

/**
 * Progress of a replay, stored twice a second and with each batch. The results of retries are added, even after the replay
 * has ended. At any time, `counted` is the sum of `delivered`, `filtered`, `retrying` and `dead`.
 */
export class ReplayProgressDto {
  /**
   * Percentage of `total` that has been read.
   * @example 45
   */
  percent!: number;

  /**
   * Records in the range, matching or not.
   * @example 40312
   */
  total!: number;

  /**
   * Records read so far.
   * @example 18140
   */
  scanned!: number;

  /**
   * Records that the event log removed before the replay read them. Known when the replay is completed.
   * @example 0
   */
  missed!: number;

  /**
   * Matching events so far. Each is in one of the next four, by its current outcome.
   * @example 8200
   */
  counted!: number;

  /**
   * Events that were delivered, at any attempt.
   * @example 8190
   */
  delivered!: number;

  /**
   * Events that the destination type filtered.
   * @example 0
   */
  filtered!: number;

  /**
   * Failed events that wait for a retry. Retries continue after the replay has ended, until this is 0. It stays above 0 only if
   * the destination was deleted, together with its waiting deliveries.
   * @example 10
   */
  retrying!: number;

  /**
   * Events that became dead letters, after any attempt.
   * @example 0
   */
  dead!: number;

  /** When the latest record that was read had been stored; null at the beginning. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T08:52:03.004Z' })
  at!: Date | null;
}

export class ReplayDto {
  /** @example rpl_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR */
  destinationId!: string;

  /**
   * Only a `running` or `paused` replay can be changed; the others have ended. `completed`: all events were attempted. None
   * waits for a retry once `progress.retrying` is 0.
   */
  @ApiProperty({ enum: REPLAY_STATES, example: 'running' })
  state!: ReplayState;

  /**
   * Why a running replay waits, or why a replay has failed: `destination_paused`, `destination_disabled`,
   * `destination_unusable`, `destination_failing`, `waiting_limit`, `destination_deleted`, `log_unavailable` or `internal_error`. It also waits
   * while Postgres is unavailable, which cannot be shown here.
   */
  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;

  /** Sources of the events; null for all that are connected. */
  @ApiProperty({ type: [String], nullable: true, example: null })
  sourceIds!: readonly string[] | null;

  /** @example 2026-11-21T08:00:00.000Z */
  from!: Date;

  /** @example 2026-11-21T10:00:00.000Z */
  to!: Date;

  /** Types of the events; null for all. */
  @ApiProperty({ type: [String], nullable: true, example: ['track'] })
  types!: readonly string[] | null;

  /** Names of the events, with `*` as a wildcard; null for all. */
  @ApiProperty({ type: [String], nullable: true, example: null })
  events!: readonly string[] | null;

  /** @example false */
  onlyFailed!: boolean;

  /** Most events per second; null for as many as the destination accepts. */
  @ApiProperty({ type: Number, nullable: true, example: 500 })
  rateLimit!: number | null;

  progress!: ReplayProgressDto;

  createdAt!: Date;

  updatedAt!: Date;

  /** When the replay completed, failed or was cancelled; null before that. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  endedAt!: Date | null;

  /**
   * Increases with each change of the state, not with the progress. In quotes, it is the entity tag for `If-Match`.
   * @example 1
   */
  version!: number;
}
