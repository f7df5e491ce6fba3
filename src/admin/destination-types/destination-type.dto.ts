import { ApiProperty } from '@nestjs/swagger';
import { type HandlerLimits } from '../../destinations/contract/handler.js';
import { type SettingsSchema } from '../../destinations/settings/settings-schema.js';
import { type JsonObject } from '../../events/event.js';

/** How much a destination takes at a time, and how; with settings left at their defaults. */
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
   * How long an event may wait for others to be sent with, in ms.
   * @example 0
   */
  maxWaitMs!: number;

  /**
   * Attempts that may be under way at once.
   * @example 16
   */
  concurrency!: number;

  /** Whether the events of one user are delivered in their order. */
  @ApiProperty({ enum: ['none', 'per-user'], example: 'none' })
  ordering!: 'none' | 'per-user';

  /**
   * How long one attempt may take, in ms.
   * @example 10000
   */
  timeoutMs!: number;
}

/** A kind of destination that this build can deliver to. */
export class DestinationTypeDto {
  /**
   * What a destination names as its `type`; never renamed.
   * @example webhook
   */
  type!: string;

  /**
   * For people, and the name that an event's `integrations` uses.
   * @example Webhook
   */
  title!: string;

  /**
   * What it does with events.
   * @example 'Posts each event as JSON to an address of yours, signed if you like.'
   */
  description!: string;

  /** JSON Schema of its settings; the secret ones are marked `writeOnly`. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { type: 'object', properties: { url: { type: 'string', format: 'uri' } }, required: ['url'] },
  })
  settingsSchema!: SettingsSchema;

  /**
   * Names of the settings that are stored encrypted and never shown again.
   * @example ["secret", "headers"]
   */
  secrets!: string[];

  limits!: DestinationLimitsDto;

  /** Settings to begin with. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { url: 'https://example.com/events', batch: false },
  })
  settingsExample!: JsonObject;
}
