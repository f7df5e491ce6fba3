import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { Equals, IsArray, IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { type JsonObject } from '../../../events/event.js';
import { MayBeLeftOut } from '../../body-rules.js';
import { UpdateWorkspaceDto } from '../../workspaces/workspace.dto.js';
import { ConnectionEntryDto, DestinationEntryDto } from './destination-entry.dto.js';
import { SourceEntryDto } from './source-entry.dto.js';

/** A workspace as a document that lives in git: no times, no versions, no secrets, and sorted by name. */
export class WorkspaceDocumentDto {
  /** Version of this form. */
  @ApiProperty({ enum: [1], example: 1 })
  @Equals(1)
  version!: 1;

  /** Name and rate limit of the workspace itself; what is left out stays. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => UpdateWorkspaceDto)
  workspace?: UpdateWorkspaceDto;

  /** All sources; when the list is left out, they stay as they are. */
  @MayBeLeftOut()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SourceEntryDto)
  sources?: SourceEntryDto[];

  /** All destinations; when the list is left out, they stay as they are. */
  @MayBeLeftOut()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => DestinationEntryDto)
  destinations?: DestinationEntryDto[];

  /** All connections; when the list is left out, they stay as they are. */
  @MayBeLeftOut()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ConnectionEntryDto)
  connections?: ConnectionEntryDto[];
}

/** What a workspace has to be, and the secrets that it needs and git must not have. */
export class ApplyDocumentDto extends WorkspaceDocumentDto {
  /** Values of secret settings, by the names under which the document refers to them. Stored encrypted, never shown. */
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
  /** Whether only to say what would change; false when left out. */
  @ApiProperty({ required: false, enum: ['true', 'false'], default: 'false' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';

  /**
   * Whether deliveries that wait for another attempt at a destination that is deleted may be discarded; false when left out, and
   * then such a destination keeps all of the document from being applied.
   */
  @ApiProperty({ required: false, enum: ['true', 'false'], default: 'false' })
  @IsOptional()
  @IsIn(['true', 'false'])
  discard?: 'true' | 'false';
}
