import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { TEST_OUTCOMES, type TestOutcome } from '../../destinations/test-delivery/test-delivery.js';
import { type JsonObject } from '../../events/event.js';
import { MayBeLeftOut } from '../body-rules.js';

export class TestDestinationDto {
  /** A message as a source would send it, `type` left out for track; without it a sample is sent. */
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
   * Body of the receiver's answer: at most 2,048 characters, with the destination's own secrets hidden.
   * @example ok
   */
  body!: string;
}

/** What became of the one attempt. */
export class TestResultDto {
  /** What a delivery with this answer would be: `retry` is tried again later, `unauthorized` pauses the destination. */
  @ApiProperty({ enum: TEST_OUTCOMES, example: 'delivered' })
  outcome!: TestOutcome;

  /** Code of what went wrong, such as `http_400`, `timeout` or `address_blocked`. */
  reason?: string;

  /** Status that decided about the outcome, when it was not delivered. */
  status?: number;

  /**
   * How long the attempt took, in ms.
   * @example 38
   */
  durationMs!: number;

  /** The receiver's own answer, when it gave one. */
  response?: TestResponseDto;

  /** Lines that it printed, for a destination that prints. */
  @ApiProperty({ type: [String], example: [] })
  printed!: readonly string[];

  /** The event as it was sent. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { type: 'track', messageId: 'test-1', userId: 'test-user', event: 'Test Event' },
  })
  event!: JsonObject;
}
