import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { DESTINATION_STATES } from '../destinations/destination.dto.js';

export const DELIVERY_OUTCOMES = [
  'delivered',
  'filtered',
  'retrying',
  'dead',
  'pending',
  'not_sent',
  'unknown',
] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export const ATTEMPT_OUTCOMES = ['delivered', 'filtered', 'retry', 'dead'] as const;
export const LOG_MODES = ['all', 'failures', 'off'] as const;

export class DeliveryQuery {
  /**
   * `messageId` of the event.
   * @example 6a1b5c1e-3f0e-4c4b-9c77-0a4f6f3a1c55
   */
  @IsString()
  @Length(1, 500)
  messageId!: string;
}

/** Which attempts are recorded, and for how long. */
export class DeliveryWindowDto {
  /** Which attempts are recorded: `all`, only `failures`, or none (`DELIVERY_LOG`). */
  @ApiProperty({ enum: LOG_MODES, example: 'all' })
  log!: (typeof LOG_MODES)[number];

  /**
   * Hours for which attempts are kept (`DELIVERY_LOG_HOURS`).
   * @example 72
   */
  hours!: number;

  /** Start of the window. Waiting deliveries and dead letters from before it are still known. */
  from!: Date;
}

export class DeliveryAttemptDto {
  /** When the attempt ended. */
  at!: Date;

  /**
   * Number of the attempt, from 1. A redelivery or a replay starts again at 1. It is 0 when the event was filtered, or became
   * a dead letter for the reason `backlog_limit`, without an attempt.
   * @example 1
   */
  attempt!: number;

  /** Outcome of the attempt. After `retry` another attempt follows. */
  @ApiProperty({ enum: ATTEMPT_OUTCOMES, example: 'retry' })
  outcome!: (typeof ATTEMPT_OUTCOMES)[number];

  /**
   * Status of the receiver's answer when the event was not delivered; null otherwise or without an answer.
   * @example 503
   */
  status!: number | null;

  /**
   * Why the event was not delivered, such as `http_503`; null when it was. An event that was filtered without an attempt has
   * `integrations` (of the event), `connection_filter` or `disabled` (the destination).
   * @example http_503
   */
  reason!: string | null;

  /**
   * Whether the attempt belongs to a replay or to the redelivery of a dead letter.
   * @example false
   */
  replay!: boolean;
}

/** What happened to the message at one destination. */
export class DestinationDeliveryDto {
  /** @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR */
  destinationId!: string;

  /** @example Warehouse */
  name!: string;

  /** @example webhook */
  type!: string;

  /** Current state of the destination. A paused destination keeps its events. */
  @ApiProperty({ enum: DESTINATION_STATES, example: 'active' })
  state!: (typeof DESTINATION_STATES)[number];

  /**
   * `delivered`: the receiver took the event. `retrying`: it waits for its next attempt, or one is in progress. `dead`: all
   * attempts failed, see Dead letters. `filtered`: it was excluded, for the given reason. `pending`: not attempted yet. A
   * paused or failing destination will attempt it later. `not_sent`: the message was received before the destination was
   * created. `unknown`: no record says.
   */
  @ApiProperty({ enum: DELIVERY_OUTCOMES, example: 'retrying' })
  outcome!: DeliveryOutcome;

  /**
   * Reason of the outcome; null without one. For a failure, its code. For `filtered`: `integrations` (of the event),
   * `connection_filter`, `disabled`, or a reason of the destination type. For `not_sent`: `created_later`. For `unknown`:
   * `out_of_window` (the message is older than the window), `not_written_down` (`DELIVERY_LOG` is not `all`) or
   * `connected_later` (the message may have been received before the connection was created).
   * @example http_503
   */
  reason!: string | null;

  /**
   * When the next attempt is due; null unless the outcome is `retrying`. It is in the past while the attempt is in progress, and
   * while the destination is paused, disabled or failing.
   */
  nextAttemptAt!: Date | null;

  /** Id of the newest dead letter of the message at this destination; null without one. */
  @ApiProperty({ example: null })
  deadLetterId!: string | null;

  /** The recorded attempts, in order. Of more than 1,000 in the workspace, the newest. */
  attempts!: DeliveryAttemptDto[];
}

/** What happened to a message at each destination. */
export class DeliveryExplanationDto {
  /** @example 6a1b5c1e-3f0e-4c4b-9c77-0a4f6f3a1c55 */
  messageId!: string;

  window!: DeliveryWindowDto;

  /** Every destination that is connected to the message's source. */
  destinations!: DestinationDeliveryDto[];
}
