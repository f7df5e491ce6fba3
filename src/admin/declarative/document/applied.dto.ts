import { PickType } from '@nestjs/swagger';
import { AuditEntryDto, AuditResourceDto } from '../../audit-log/audit-log.dto.js';

export class AppliedResourceDto extends AuditResourceDto {
  /**
   * Name of the resource. Of a connection, the names of its source and its destination.
   * @example Website
   */
  name!: string;
}

export class AppliedChangeDto extends PickType(AuditEntryDto, ['action', 'before', 'after'] as const) {
  /** The resource that the change creates, updates or deletes. */
  resource!: AppliedResourceDto;
}

export class AppliedDto {
  /**
   * Whether this was a dry run, so that nothing was changed.
   * @example false
   */
  dryRun!: boolean;

  /** Each change, in the order in which it was made. Empty when the workspace was equal to the document. */
  changes!: AppliedChangeDto[];
}
