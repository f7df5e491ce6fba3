import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { code } from './rules.js';
import { AliasDto } from './alias.dto.js';
import { ContextDto } from './context.dto.js';
import { GroupDto } from './group.dto.js';
import { IdentifyDto } from './identify.dto.js';
import { PageDto, ScreenDto } from './view.dto.js';
import { TrackDto } from './track.dto.js';

/** Most messages in one batch by default (WIRE 1.4, 8.6). */
export const MAX_ITEMS = 2500;

/** A batch that can be sent as it is. */
export const BATCH_EXAMPLE = {
  batch: [
    { type: 'identify', userId: 'user-1', traits: { plan: 'pro' } },
    { type: 'track', userId: 'user-1', event: 'Order Completed', properties: { revenue: 29.99 } },
  ],
};

const MESSAGES = [IdentifyDto, TrackDto, PageDto, ScreenDto, GroupDto, AliasDto];

/** Several messages in one call. Each inherits the fields of the batch; its own fields win. */
@ApiExtraModels(...MESSAGES)
export class BatchDto {
  /** The messages, each with its `type`. An invalid message is rejected; the others are accepted. */
  @ApiProperty({
    type: 'array',
    minItems: 1,
    maxItems: MAX_ITEMS,
    items: { anyOf: MESSAGES.map((message) => ({ $ref: getSchemaPath(message) })) },
  })
  @IsArray(code('empty_batch'))
  @ArrayNotEmpty(code('empty_batch'))
  batch!: unknown[];

  /** Merged into the context of each message. */
  context?: ContextDto;

  /** Merged into the integrations of each message. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { All: true } })
  integrations?: JsonObject;

  /** When the batch was sent by the sender's clock, ISO 8601; for messages without a `sentAt` of their own. */
  @ApiPropertyOptional({ format: 'date-time' })
  sentAt?: string;

  /** The write key, for senders that cannot set headers. Never stored. */
  writeKey?: string;
}
