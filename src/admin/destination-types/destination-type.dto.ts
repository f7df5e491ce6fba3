import { ApiProperty } from '@nestjs/swagger';
import { type HandlerLimits } from '../../destinations/contract/handler.js';
import { type SettingsSchema } from '../../destinations/settings/settings-schema.js';
import { type JsonObject } from '../../events/event.js';

/** Limits of a destination with default settings. */
export class DestinationLimitsDto implements HandlerLimits {
  /**
   * Most events of one attempt.
   * @example 1
   */
  maxItems!: number;

  /**
   * Most bytes of one attempt.
   * @example 1000000
   */
  maxBytes!: number;

  /**
   * How long an event may wait for others in its batch, in ms.
   * @example 0
   */
  maxWaitMs!: number;

  /**
   * Most attempts in flight at once.
   * @example 16
   */
  concurrency!: number;

  /** `per-user`: the events of one user are delivered in their order. */
  @ApiProperty({ enum: ['none', 'per-user'], example: 'none' })
  ordering!: 'none' | 'per-user';

  /**
   * Time limit of one attempt, in ms.
   * @example 10000
   */
  timeoutMs!: number;
}

/** A kind of destination that this build can deliver to. */
export class DestinationTypeDto {
  /**
   * Name of the type, for `type` of a destination. It is never renamed.
   * @example webhook
   */
  type!: string;

  /**
   * Title for people, and the name of the type in an event's `integrations`.
   * @example Webhook
   */
  title!: string;

  /**
   * How it delivers events.
   * @example 'Posts each event as JSON to an address of yours, signed if you like.'
   */
  description!: string;

  /** JSON Schema of the settings. Secret settings are marked `writeOnly`. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { type: 'object', properties: { url: { type: 'string', format: 'uri' } }, required: ['url'] },
  })
  settingsSchema!: SettingsSchema;

  /**
   * Names of the secret settings, which are stored encrypted and never shown again.
   * @example ["secret", "headers"]
   */
  secrets!: string[];

  limits!: DestinationLimitsDto;

  /** Example settings. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { url: 'https://example.com/events', batch: false },
  })
  settingsExample!: JsonObject;
}
