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
   * Id of the message, as the SDK sent it or as the event has it.
   * @example 6a1b5c1e-3f0e-4c4b-9c77-0a4f6f3a1c55
   */
  @IsString()
  @Length(1, 500)
  messageId!: string;
}

/** How far back attempts are known. */
export class DeliveryWindowDto {
  /** Which attempts are written down: `all`, only those of `failures`, or none (`DELIVERY_LOG`). */
  @ApiProperty({ enum: LOG_MODES, example: 'all' })
  log!: (typeof LOG_MODES)[number];

  /**
   * For how many hours attempts are kept (`DELIVERY_LOG_HOURS`).
   * @example 72
   */
  hours!: number;

  /** Attempts before that are forgotten; deliveries that wait and dead letters are known longer. */
  from!: Date;
}

export class DeliveryAttemptDto {
  /** When it ended. */
  at!: Date;

  /**
   * Counted from 1, and from 1 again in a redelivery or a replay; 0 where the event was filtered without an attempt.
   * @example 1
   */
  attempt!: number;

  /** What became of it; after `retry` another one follows. */
  @ApiProperty({ enum: ATTEMPT_OUTCOMES, example: 'retry' })
  outcome!: (typeof ATTEMPT_OUTCOMES)[number];

  /**
   * Status of the receiver's answer, when it was not delivered; null without one.
   * @example 503
   */
  status!: number | null;

  /**
   * Why it was not delivered, such as `http_503`; null when it was. What was filtered without an attempt says `integrations`
   * (the event's own), `connection_filter` or `disabled` (the destination).
   * @example http_503
   */
  reason!: string | null;

  /**
   * Whether it was part of a replay or of the redelivery of a dead letter.
   * @example false
   */
  replay!: boolean;
}

/** What became of a message at one destination. */
export class DestinationDeliveryDto {
  /** @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR */
  destinationId!: string;

  /** @example Warehouse */
  name!: string;

  /** @example webhook */
  type!: string;

  /** State of the destination now; one that is paused keeps its events. */
  @ApiProperty({ enum: DESTINATION_STATES, example: 'active' })
  state!: (typeof DESTINATION_STATES)[number];

  /**
   * `retrying` waits for its next attempt or is just being attempted, `dead` was given up, `filtered` was not wanted.
   * `pending`: it is to come or under way, for nothing is known of it here yet; a destination that is paused or fails has it
   * still before it. `not_sent`: the message came before the destination was made. `unknown`: nothing is written down that
   * would tell.
   */
  @ApiProperty({ enum: DELIVERY_OUTCOMES, example: 'retrying' })
  outcome!: DeliveryOutcome;

  /**
   * Why, where there is a reason to tell. Of a failure its code. Of `filtered`: `integrations` (the event's own),
   * `connection_filter`, `disabled`, or what the handler says. Of `not_sent`: `created_later`. Of `unknown`: `out_of_window`
   * (the message is older than what is kept), `not_written_down` (`DELIVERY_LOG` is not `all`) or `connected_later` (it may have
   * passed before the connection was made).
   * @example http_503
   */
  reason!: string | null;

  /**
   * When the next attempt is due; null unless it is retrying. It is past while that is under way, and while the destination is
   * not active or fails.
   */
  nextAttemptAt!: Date | null;

  /** The newest dead letter of the message at this destination; null without one. */
  @ApiProperty({ example: null })
  deadLetterId!: string | null;

  /** The attempts that are written down, in order; of very many the newest. */
  attempts!: DeliveryAttemptDto[];
}

/** Where a message went. */
export class DeliveryExplanationDto {
  /** @example 6a1b5c1e-3f0e-4c4b-9c77-0a4f6f3a1c55 */
  messageId!: string;

  window!: DeliveryWindowDto;

  /** Every destination of the workspace that the message concerns. */
  destinations!: DestinationDeliveryDto[];
}
