import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { EVENT_TYPES, type EventType, type JsonObject } from '../../events/event.js';
import { code, FitsId, ifGiven } from './rules.js';
import { ContextDto } from './context.dto.js';

/** What all six kinds of message have. Fields that are not listed pass through as they came. */
export abstract class MessageDto {
  /** Kind of the message: required in a batch; elsewhere the path says it. */
  @ApiPropertyOptional({ enum: EVENT_TYPES })
  type?: EventType;

  /**
   * Identifies the message: the same id twice is the same message. Made here when missing.
   * @example '8f1f0a2c-6d3e-4f6b-9a3e-2f6f5c1c7b1a'
   */
  @IsOptional()
  @MaxLength(100, code('message_id_too_long'))
  messageId?: string;

  /**
   * Stands for a user nobody knows yet. Each message needs this or a userId.
   * @example 'anon-7f3a'
   */
  @IsString(ifGiven('id_not_string'))
  @FitsId(ifGiven('id_too_long'))
  anonymousId?: string;

  /** Where and how it came about. */
  context?: ContextDto;

  /** Destinations to switch on or off by name; `All` speaks for those not named. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { All: true } })
  integrations?: JsonObject;

  /** When it happened, ISO 8601; the time of arrival when missing. */
  @ApiPropertyOptional({ format: 'date-time', example: '2026-01-02T03:04:05.678Z' })
  timestamp?: string;

  /** When the sender's clock says it was sent, ISO 8601; corrects `timestamp` for a wrong clock. */
  @ApiPropertyOptional({ format: 'date-time' })
  sentAt?: string;

  /** The write key, for senders that cannot set headers. Never stored. */
  writeKey?: string;
}
