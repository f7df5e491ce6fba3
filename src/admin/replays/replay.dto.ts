import { ApiProperty } from '@nestjs/swagger';
import { REPLAY_STATES, type ReplayState } from '../../database/entities/replay.entity.js';

/** What a replay would deliver if it were made now. */
export class ReplayDryRunDto {
  /**
   * Events that the destination would get.
   * @example 18250
   */
  count!: number;

  /** When the first of them was stored; null when there are none. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T08:00:00.120Z' })
  from!: Date | null;

  /** When the last of them was stored; null when there are none. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T09:59:59.871Z' })
  to!: Date | null;

  /**
   * Records that were read for this.
   * @example 40312
   */
  scanned!: number;

  /**
   * Whether all were read; false when twenty seconds were not enough, and there is more than it says.
   * @example true
   */
  complete!: boolean;
}

/**
 * How far a replay is; written twice a second and with each batch. What a retry comes to is counted with it, also after the
 * replay has ended: at any time `counted` is the sum of `delivered`, `filtered`, `retrying` and `dead`.
 */
export class ReplayProgressDto {
  /**
   * How much of what there is to read has been read.
   * @example 45
   */
  percent!: number;

  /**
   * Records to read, whether they match or not.
   * @example 40312
   */
  total!: number;

  /**
   * Records read so far.
   * @example 18140
   */
  scanned!: number;

  /**
   * Records that were gone before it came to them, known when it is completed: the event log does not wait for a replay.
   * @example 0
   */
  missed!: number;

  /**
   * Events that matched so far, each in one of the following four by what has become of it until now.
   * @example 8200
   */
  counted!: number;

  /**
   * Those that have arrived, at whichever attempt.
   * @example 8190
   */
  delivered!: number;

  /**
   * The destination has no use for them.
   * @example 0
   */
  filtered!: number;

  /**
   * Failed and left to the retries, which go on by themselves, also after the replay has ended: it goes down to 0. Only where
   * the destination was deleted it does not, for they went with it.
   * @example 10
   */
  retrying!: number;

  /**
   * Given up, at whichever attempt: see Dead letters.
   * @example 0
   */
  dead!: number;

  /** When the record at which it stands was stored; null at the beginning. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T08:52:03.004Z' })
  at!: Date | null;
}

export class ReplayDto {
  /** @example rpl_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR */
  destinationId!: string;

  /**
   * Only a running or a paused one can be changed; the others have ended. `completed`: everything was sent, and is done where
   * `progress.retrying` is 0.
   */
  @ApiProperty({ enum: REPLAY_STATES, example: 'running' })
  state!: ReplayState;

  /**
   * Why a running one stands still, or why one has failed: `destination_paused`, `destination_disabled`,
   * `destination_unusable`, `destination_failing`, `destination_deleted`, `log_unavailable` or `internal_error`. While Postgres
   * is away it stands still as well, and nothing can be told.
   */
  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;

  /** As it was asked for; null for all that are connected. */
  @ApiProperty({ type: [String], nullable: true, example: null })
  sourceIds!: readonly string[] | null;

  /** @example 2026-11-21T08:00:00.000Z */
  from!: Date;

  /** @example 2026-11-21T10:00:00.000Z */
  to!: Date;

  /** Null for all. */
  @ApiProperty({ type: [String], nullable: true, example: ['track'] })
  types!: readonly string[] | null;

  /** Null for all. */
  @ApiProperty({ type: [String], nullable: true, example: null })
  events!: readonly string[] | null;

  /** @example false */
  onlyFailed!: boolean;

  /** Events per second; null for as many as the destination takes. */
  @ApiProperty({ type: Number, nullable: true, example: 500 })
  rateLimit!: number | null;

  progress!: ReplayProgressDto;

  createdAt!: Date;

  updatedAt!: Date;

  /** When it had sent everything, or was ended; null while it has not ended. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  endedAt!: Date | null;

  /**
   * Grows with each change of the state, not with the progress; the entity tag for `If-Match`, in quotes there.
   * @example 1
   */
  version!: number;
}
