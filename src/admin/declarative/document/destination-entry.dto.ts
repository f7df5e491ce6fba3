import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { destinationTypes } from '../../../destinations/settings/destination-types.js';
import { type JsonObject } from '../../../events/event.js';
import { MayBeLeftOut, NoBlankEnds } from '../../body-rules.js';
import { AreRetryDelays, RETRY_DELAYS } from '../../destinations/retry-delays.js';
import { AreSecretReferences, IsId } from './document-rules.js';

const TYPES = destinationTypes.map(({ type }) => type);

export class SecretReferenceDto {
  /**
   * Under which name `secrets` beside the document has the value, when it has to be stored anew.
   * @example Warehouse/secret
   */
  @ApiProperty({ name: '$secret' })
  $secret!: string;
}

export class DestinationEntryDto {
  /**
   * Id to have when it is made; a destination of the workspace that has it is this one, whatever its name.
   * @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @MayBeLeftOut()
  @IsId('dst')
  id?: string;

  /**
   * Name; no two destinations of a workspace share one.
   * @example Warehouse
   */
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /** Type of the destination; it never changes. */
  @ApiProperty({ enum: TYPES, example: 'webhook' })
  @IsIn(TYPES)
  type!: string;

  /**
   * Whether it receives events; true when left out.
   * @example true
   */
  @MayBeLeftOut()
  @IsBoolean()
  enabled?: boolean;

  /**
   * Waits before the second, third, … attempt of an event, in seconds; null or left out for the schedule of the instance, and
   * left out of an export then.
   */
  @ApiProperty({ required: false, ...RETRY_DELAYS })
  @IsOptional()
  @AreRetryDelays()
  retryDelaysSeconds?: number[] | null;

  /** All settings that are not secret; one that is left out gets its default or is taken away. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { url: 'https://example.com/events', batch: false },
  })
  @IsObject()
  settings!: JsonObject;

  /**
   * All secret settings, each as a reference: a stored one stays, unless the destination comes to call another address, and one
   * that is not in the list is taken away.
   */
  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/SecretReferenceDto' },
    example: { secret: { $secret: 'Warehouse/secret' } },
  })
  @MayBeLeftOut()
  @IsObject()
  @AreSecretReferences()
  secrets?: Record<string, SecretReferenceDto>;
}

export class ConnectionEntryDto {
  /**
   * Id to have when it is made.
   * @example con_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @MayBeLeftOut()
  @IsId('con')
  id?: string;

  /**
   * Name of the source.
   * @example Website
   */
  @IsString()
  source!: string;

  /**
   * Name of the destination.
   * @example Warehouse
   */
  @IsString()
  destination!: string;

  /** Which events pass; null or left out for all. */
  @ApiProperty({
    required: false,
    oneOf: [{ $ref: '#/components/schemas/ConnectionFilter' }, { type: 'null' }],
    example: { types: ['track'] },
  })
  @IsOptional()
  @IsObject()
  filter?: object | null;
}
