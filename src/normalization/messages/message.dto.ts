import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { EVENT_TYPES, type EventType, type JsonObject } from '../../events/event.js';
import { code, FitsId, ifGiven, IsGivenOrAnonymous } from './rules.js';
import { ContextDto } from './context.dto.js';

/** The fields that all six kinds of messages share. Fields that are not listed pass through unchanged. */
export abstract class MessageDto {
  /** Kind of the message. Required in a batch; elsewhere the path decides it. */
  @ApiPropertyOptional({ enum: EVENT_TYPES })
  type?: EventType;

  /**
   * Identifies the message: two messages with the same id are one message. Generated if missing.
   * @example '8f1f0a2c-6d3e-4f6b-9a3e-2f6f5c1c7b1a'
   */
  @IsOptional()
  @MaxLength(100, code('message_id_too_long'))
  messageId?: string;

  /**
   * Id of a user who is not known yet. Each message needs this or a userId.
   * @example 'anon-7f3a'
   */
  @IsString(ifGiven('id_not_string'))
  @FitsId(ifGiven('id_too_long'))
  anonymousId?: string;

  /** Circumstances of the message, such as its page, device and library. */
  context?: ContextDto;

  /** Destinations to turn on or off, by name; `All` stands for those that are not named. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { All: true } })
  integrations?: JsonObject;

  /** When it happened, ISO 8601. The time of arrival if missing. */
  @ApiPropertyOptional({ format: 'date-time', example: '2026-01-02T03:04:05.678Z' })
  timestamp?: string;

  /** When it was sent by the sender's clock, ISO 8601. Used to correct `timestamp` if that clock is wrong. */
  @ApiPropertyOptional({ format: 'date-time' })
  sentAt?: string;

  /** The write key, for senders that cannot set headers. Never stored. */
  writeKey?: string;
}

/** A message about a user, known or anonymous. */
export abstract class UserMessageDto extends MessageDto {
  /**
   * The user's id in your database. Each message needs this or an anonymousId.
   * @example 'user-1'
   */
  @IsString(ifGiven('id_not_string'))
  @FitsId(ifGiven('id_too_long'))
  @IsGivenOrAnonymous(code('no_user_anon_id'))
  userId?: string;
}
