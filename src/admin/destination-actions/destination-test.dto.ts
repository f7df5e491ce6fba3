import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { TEST_OUTCOMES, type TestOutcome } from '../../destinations/test-delivery/test-delivery.js';
import { type JsonObject } from '../../events/event.js';
import { MayBeLeftOut } from '../body-rules.js';

export class TestDestinationDto {
  /** A message as a source would send it. Its `type` is `track` when left out. Without a message, a sample is sent. */
  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: true,
    example: { type: 'track', userId: 'user-1', event: 'Order Completed', properties: { total: 12.5 } },
  })
  @MayBeLeftOut()
  @IsObject()
  event?: JsonObject;
}

export class TestResponseDto {
  /**
   * Status of the receiver's answer.
   * @example 200
   */
  status!: number;

  /**
   * Body of the receiver's answer, at most 2,048 characters, with the destination's own secrets masked.
   * @example ok
   */
  body!: string;
}

/** Result of the attempt. */
export class TestResultDto {
  /** What a delivery with this answer would lead to: `retry` is retried later, `unauthorized` pauses the destination. */
  @ApiProperty({ enum: TEST_OUTCOMES, example: 'delivered' })
  outcome!: TestOutcome;

  /** Code of the failure, such as `http_400`, `timeout` or `address_blocked`. */
  reason?: string;

  /** Status that decided the outcome, when the event was not delivered. */
  status?: number;

  /**
   * Duration of the attempt, in ms.
   * @example 38
   */
  durationMs!: number;

  /** The receiver's answer, if there was one. */
  response?: TestResponseDto;

  /** Lines that the destination printed, for types that print. */
  @ApiProperty({ type: [String], example: [] })
  printed!: readonly string[];

  /** The event that was sent. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { type: 'track', messageId: 'test-1', userId: 'test-user', event: 'Test Event' },
  })
  event!: JsonObject;
}
