import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';
import { type JsonObject } from '../../../events/event.js';
import { MayBeLeftOut } from '../../body-rules.js';
import { CreateDestinationDto } from '../../destinations/destination.dto.js';
import { AreSecretReferences, IsId } from './document-rules.js';

export class SecretReferenceDto {
  /**
   * Name of the secret in `secrets`, which has its value when it is to be stored.
   * @example Warehouse/secret
   */
  @ApiProperty({ name: '$secret' })
  $secret!: string;
}

export class DestinationEntryDto extends PickType(CreateDestinationDto, [
  'type',
  'name',
  'enabled',
  'retryDelaysSeconds',
] as const) {
  /**
   * Id of the destination. An entry with the id of a destination of the workspace stands for that one, even under another
   * name. A new destination gets this id.
   * @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @MayBeLeftOut()
  @IsId('dst')
  id?: string;

  /** All settings that are not secret. A setting that is left out gets its default or is removed. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { url: 'https://example.com/events', batch: false },
  })
  @IsObject()
  settings!: JsonObject;

  /**
   * All secret settings, each as a reference. A referenced secret keeps its stored value, unless the destination would call
   * another address. A secret that is not listed is removed.
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
   * Id of the connection. A new connection gets this id.
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

  /** Which events pass. Null or left out: all. */
  @ApiProperty({
    required: false,
    oneOf: [{ $ref: '#/components/schemas/ConnectionFilter' }, { type: 'null' }],
    example: { types: ['track'] },
  })
  @IsOptional()
  @IsObject()
  filter?: object | null;
}
