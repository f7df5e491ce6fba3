import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { Equals, IsArray, IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { type JsonObject } from '../../../events/event.js';
import { MayBeLeftOut } from '../../body-rules.js';
import { UpdateWorkspaceDto } from '../../workspaces/workspace.dto.js';
import { ConnectionEntryDto, DestinationEntryDto } from './destination-entry.dto.js';
import { SourceEntryDto } from './source-entry.dto.js';

/** A workspace as a document to keep in git: sorted by name, without times, versions and secrets. */
export class WorkspaceDocumentDto {
  /** Version of the document's format. */
  @ApiProperty({ enum: [1], example: 1 })
  @Equals(1)
  version!: 1;

  /** Name and rate limit of the workspace. A field that is left out keeps its value. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => UpdateWorkspaceDto)
  workspace?: UpdateWorkspaceDto;

  /** All sources. When the list is left out, sources are not touched. */
  @MayBeLeftOut()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SourceEntryDto)
  sources?: SourceEntryDto[];

  /** All destinations. When the list is left out, destinations are not touched. */
  @MayBeLeftOut()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => DestinationEntryDto)
  destinations?: DestinationEntryDto[];

  /** All connections. When the list is left out, connections are not touched. */
  @MayBeLeftOut()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ConnectionEntryDto)
  connections?: ConnectionEntryDto[];
}

/** A workspace document, and the values of secrets, which must not be in git. */
export class ApplyDocumentDto extends WorkspaceDocumentDto {
  /** Values of secret settings, by the names in the document's references. Stored encrypted, never shown. */
  @ApiProperty({
    selfRequired: false,
    writeOnly: true,
    type: 'object',
    additionalProperties: true,
    example: { 'Warehouse/secret': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  })
  @MayBeLeftOut()
  @IsObject()
  secrets?: JsonObject;
}

export class ApplyQuery {
  /** Whether only to list the changes. False when left out. */
  @ApiProperty({ required: false, enum: ['true', 'false'], default: 'false' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';

  /**
   * Whether deliveries that wait for a retry may be discarded when their destination is deleted. False when left out: then such
   * a destination prevents the whole document from being applied.
   */
  @ApiProperty({ required: false, enum: ['true', 'false'], default: 'false' })
  @IsOptional()
  @IsIn(['true', 'false'])
  discard?: 'true' | 'false';
}
