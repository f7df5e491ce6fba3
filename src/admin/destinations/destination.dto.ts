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
  /** Type of the destination (see Destination types). It cannot be changed later. */
  @ApiProperty({ enum: TYPES, example: 'webhook' })
  @IsIn(TYPES)
  type!: string;

  /**
   * Name of the destination, unique in the workspace.
   * @example Warehouse
   */
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /**
   * Whether it receives events. True when left out. While it is disabled, its events are skipped and counted. To keep them,
   * pause the destination instead.
   * @example true
   */
  @MayBeLeftOut()
  @IsBoolean()
  enabled?: boolean;

  /**
   * Waits before the second, third, … attempt of an event, in seconds. Up to a tenth of jitter is added to each wait. A
   * `Retry-After` of the receiver makes a wait longer, up to an hour. When the attempt after the last wait fails, the event
   * becomes a dead letter; with an empty list, after the first attempt. A change also applies to waiting events, from their
   * next attempt on. Null or left out: the schedule of the instance (`RETRY_BASE_MS`, `RETRY_WINDOW_MINUTES`).
   */
  @ApiProperty({ required: false, ...RETRY_DELAYS })
  @IsOptional()
  @AreRetryDelays()
  retryDelaysSeconds?: number[] | null;

  /** Settings of the type (see Destination types). Secret settings are stored encrypted and never shown again. */
  @ApiProperty({
    anyOf: destinationTypes.map(({ handler }) => settingsSchema(handler)),
    example: { url: 'https://example.com/events', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  })
  @IsObject()
  settings!: JsonObject;
}

/** A field that is left out keeps its value. */
export class UpdateDestinationDto extends PartialType(
  OmitType(CreateDestinationDto, ['type', 'settings'] as const),
  { skipNullProperties: false },
) {
  /**
   * The settings to change, each replaced as a whole. A setting that is left out keeps its value; null removes it. This holds
   * for secrets too, unless the destination would call another address: then send every stored secret again, or null.
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

/** Since when and why a destination keeps its events instead of delivering them. */
export class PauseDto {
  at!: Date;

  /**
   * `paused by an administrator`, the reason for which delivery stopped, such as `http_401` for refused credentials, or
   * `type_not_allowed` while the operator does not allow the type.
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

  /** A paused destination keeps its events, a disabled one skips them. A destination that is both is shown as paused. */
  @ApiProperty({ enum: DESTINATION_STATES, example: 'active' })
  state!: (typeof DESTINATION_STATES)[number];

  /** Set while the destination is paused; null otherwise. */
  @ApiProperty({ example: null })
  paused!: PauseDto | null;

  /** Waits before the second, third, … attempt of an event, in seconds. Null for the schedule of the instance. */
  @ApiProperty(RETRY_DELAYS)
  retryDelaysSeconds!: number[] | null;

  /** Settings without the secret ones. */
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

  /** Why the stored secrets cannot be decrypted. Until that is repaired, nothing is delivered and `secretsSet` is incomplete. */
  @ApiProperty({ required: false, enum: ['secret_key_unknown', 'secret_damaged'] })
  secretsProblem?: 'secret_key_unknown' | 'secret_damaged';

  createdAt!: Date;

  updatedAt!: Date;

  /**
   * Increases with each change. In quotes, it is the entity tag for `If-Match`.
   * @example 1
   */
  version!: number;
}
