import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { destinationTypes } from '../../destinations/settings/destination-types.js';
import { settingsSchema } from '../../destinations/settings/settings-schema.js';
import { type JsonObject } from '../../events/event.js';
import { MayBeLeftOut, NoBlankEnds } from '../body-rules.js';
import { AreRetryDelays, RETRY_DELAYS } from './retry-delays.js';

const TYPES = destinationTypes.map(({ type }) => type);
export const DESTINATION_STATES = ['active', 'paused', 'disabled'] as const;

export class CreateDestinationDto {
  /** Type of the destination (see Destination types); it never changes. */
  @ApiProperty({ enum: TYPES, example: 'webhook' })
  @IsIn(TYPES)
  type!: string;

  /**
   * Name; no two destinations of a workspace share one.
   * @example Warehouse
   */
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /**
   * Whether it receives events. Those that come while it is disabled are skipped and counted: to keep them, pause it.
   * @example true
   */
  @MayBeLeftOut()
  @IsBoolean()
  enabled?: boolean;

  /**
   * Waits before the second, third, … attempt of an event that it failed to take, in seconds. Each is at most a tenth longer, so
   * that what fails together does not return in one moment, and as long as the receiver asks for by `Retry-After`, up to an hour.
   * When the attempt after the last one fails, the event is a dead letter; with an empty list that is the first one. A change
   * counts for the events that wait, too, from their next attempt on. Null is the schedule of the instance, `RETRY_BASE_MS` and
   * `RETRY_WINDOW_MINUTES`, which a destination has until another one is given.
   */
  @ApiProperty({ required: false, ...RETRY_DELAYS })
  @IsOptional()
  @AreRetryDelays()
  retryDelaysSeconds?: number[] | null;

  /** As the type describes them. Secret ones are stored encrypted and never shown again. */
  @ApiProperty({
    anyOf: destinationTypes.map(({ handler }) => settingsSchema(handler)),
    example: { url: 'https://example.com/events', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  })
  @IsObject()
  settings!: JsonObject;
}

/** Fields that are left out stay as they are. */
export class UpdateDestinationDto extends PartialType(
  OmitType(CreateDestinationDto, ['type', 'settings'] as const),
  { skipNullProperties: false },
) {
  /**
   * The settings to change, each replaced as a whole. What is left out stays; null takes one away. Secrets that are left out stay
   * too, unless the destination would call another address: then all that are stored must be given again, or null.
   */
  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: true,
    example: { batch: true },
  })
  @MayBeLeftOut()
  @IsObject()
  settings?: JsonObject;
}

/** Why and since when a destination keeps its events instead of delivering them. */
export class PauseDto {
  at!: Date;

  /**
   * `paused by an administrator`, or why the receiver refused the credentials, such as `http_401`.
   * @example http_401
   */
  reason!: string;
}

export class DestinationDto {
  /** @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example webhook */
  type!: string;

  /** @example Warehouse */
  name!: string;

  /** @example true */
  enabled!: boolean;

  /** A paused destination keeps its backlog, a disabled one skips its events. A pause hides that it is disabled. */
  @ApiProperty({ enum: DESTINATION_STATES, example: 'active' })
  state!: (typeof DESTINATION_STATES)[number];

  /** Set while it is paused. */
  @ApiProperty({ example: null })
  paused!: PauseDto | null;

  /** Waits before the second, third, … attempt of an event, in seconds; null for the schedule of the instance. */
  @ApiProperty(RETRY_DELAYS)
  retryDelaysSeconds!: number[] | null;

  /** Without the secret ones. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { url: 'https://example.com/events', batch: false },
  })
  settings!: JsonObject;

  /**
   * Names of the secret settings that are stored.
   * @example ["secret"]
   */
  secretsSet!: string[];

  /** Why the stored secrets cannot be opened, when they cannot; nothing is delivered then, and `secretsSet` is not complete. */
  @ApiProperty({ required: false, enum: ['secret_key_unknown', 'secret_damaged'] })
  secretsProblem?: 'secret_key_unknown' | 'secret_damaged';

  createdAt!: Date;

  updatedAt!: Date;

  /**
   * Grows with each change; the entity tag for `If-Match`, in quotes there.
   * @example 1
   */
  version!: number;
}
