import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsString, Length } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { MayBeLeftOut } from '../body-rules.js';

/** A delivery whose attempts all failed. */
export class DeadLetterDto {
  /** @example dl_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR */
  destinationId!: string;

  /**
   * Source of the event.
   * @example src_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  sourceId!: string;

  /** @example 6a1b5c1e-3f0e-4c4b-9c77-0a4f6f3a1c55 */
  messageId!: string;

  /**
   * Type of the event.
   * @example track
   */
  eventType!: string;

  /**
   * `event` of a track, `name` of a page or screen; null without one.
   * @example Order Completed
   */
  eventName!: string | null;

  /**
   * Why the last attempt failed: a code such as `http_400`, `timeout` or `connection_refused`. `backlog_limit`: no attempt was
   * made, because the backlog of the destination had reached its limit.
   * @example http_400
   */
  reason!: string;

  /**
   * Number of attempts; 0 for `backlog_limit`.
   * @example 1
   */
  attempts!: number;

  /**
   * Status of the receiver's last answer; null without an answer.
   * @example 400
   */
  lastStatus!: number | null;

  /**
   * Code that the receiver named in its last answer, at most 64 characters of `a-z0-9_.-`; null without one.
   * @example event_too_large
   */
  answerCode!: string | null;

  /**
   * The receiver's last answer, in words: code and message, at most 300 characters, without the secrets of the destination. For
   * instance admins only; null without an answer.
   * @example event_too_large: The event is too large
   */
  answerMessage?: string | null;

  /** When the first attempt failed. */
  firstFailedAt!: Date;

  /** When the last attempt failed. */
  deadAt!: Date;

  /** When it was last redelivered; null if it was not. */
  @ApiProperty({ example: null })
  redeliveredAt!: Date | null;

  /**
   * Number of redeliveries.
   * @example 0
   */
  redeliveries!: number;
}

/** A dead letter with its event. */
export class DeadLetterWithEventDto extends DeadLetterDto {
  /** The event as it would be delivered; null if it is larger than 32 kB. Integers beyond 2^53 are exact on the topic only. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { type: 'track', messageId: '6a1b5c1e-3f0e-4c4b-9c77-0a4f6f3a1c55', event: 'Order Completed' },
  })
  event!: JsonObject | null;

  /** The first 32 kB of the event's JSON text, if `event` is null; null otherwise. */
  @ApiProperty({ example: null })
  eventText!: string | null;
}

/** Which dead letters to redeliver: those in `ids`, or `all`. */
export class RedeliverDto {
  /** Ids of at most 1,000 dead letters, which may have been redelivered before. Ids that do not exist are ignored. */
  @ApiProperty({ required: false, type: [String], example: ['dl_0Uq3b2VtZ8kQ1x7mYd4HpR'] })
  @MayBeLeftOut()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  ids?: string[];

  /** `true`: all that were not redelivered yet. */
  @ApiProperty({ required: false, type: 'boolean', enum: [true], example: true })
  @MayBeLeftOut()
  @Equals(true)
  all?: true;

  /** With `all`: only those that failed for this reason. */
  @ApiProperty({ required: false, example: 'http_400' })
  @MayBeLeftOut()
  @IsString()
  @Length(1, 500)
  reason?: string;
}

export class RedeliveredDto {
  /**
   * Number of dead letters that were redelivered.
   * @example 1
   */
  redelivered!: number;
}

export class DiscardedDto {
  /**
   * Number of dead letters that were discarded.
   * @example 1
   */
  discarded!: number;
}
