import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsString, Length } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { MayBeLeftOut } from '../body-rules.js';

/** A delivery that was given up. */
export class DeadLetterDto {
  /** @example dl_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR */
  destinationId!: string;

  /**
   * Source that the event came from.
   * @example src_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  sourceId!: string;

  /** @example 6a1b5c1e-3f0e-4c4b-9c77-0a4f6f3a1c55 */
  messageId!: string;

  /**
   * Kind of event.
   * @example track
   */
  eventType!: string;

  /**
   * Of a track its `event`, of a page or screen its `name`; null where it has none.
   * @example Order Completed
   */
  eventName!: string | null;

  /**
   * Why the last attempt failed: a code such as `http_400`, `timeout` or `connection_refused`.
   * @example http_400
   */
  reason!: string;

  /**
   * How many attempts there were.
   * @example 1
   */
  attempts!: number;

  /**
   * Status of the receiver's last answer; null when there was none.
   * @example 400
   */
  lastStatus!: number | null;

  /** When the first attempt failed. */
  firstFailedAt!: Date;

  /** When it was given up. */
  deadAt!: Date;

  /** When it was last sent on its way again; null when it was not. */
  @ApiProperty({ example: null })
  redeliveredAt!: Date | null;

  /**
   * How often it was sent on its way again.
   * @example 0
   */
  redeliveries!: number;
}

/** A dead letter with its event. */
export class DeadLetterWithEventDto extends DeadLetterDto {
  /** The event as it would be delivered; null when it is larger than 32 kB. Numbers beyond 2^53 keep their digits only on the topic. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { type: 'track', messageId: '6a1b5c1e-3f0e-4c4b-9c77-0a4f6f3a1c55', event: 'Order Completed' },
  })
  event!: JsonObject | null;

  /** Beginning of the event's JSON text, 32 kB of it, where `event` is null; null otherwise. */
  @ApiProperty({ example: null })
  eventText!: string | null;
}

/** Which dead letters are sent on their way again: those of `ids`, or `all`. */
export class RedeliverDto {
  /** Ids of dead letters, at most 1,000; those that do not exist are passed over. Also what was redelivered before goes again. */
  @ApiProperty({ required: false, type: [String], example: ['dl_0Uq3b2VtZ8kQ1x7mYd4HpR'] })
  @MayBeLeftOut()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  ids?: string[];

  /** `true` for all that were not redelivered yet. */
  @ApiProperty({ required: false, type: 'boolean', enum: [true], example: true })
  @MayBeLeftOut()
  @Equals(true)
  all?: true;

  /** With `all`: only those that were given up for this reason. */
  @ApiProperty({ required: false, example: 'http_400' })
  @MayBeLeftOut()
  @IsString()
  @Length(1, 500)
  reason?: string;
}

export class RedeliveredDto {
  /**
   * How many were sent on their way again.
   * @example 1
   */
  redelivered!: number;
}

export class DiscardedDto {
  /**
   * How many were discarded.
   * @example 1
   */
  discarded!: number;
}
