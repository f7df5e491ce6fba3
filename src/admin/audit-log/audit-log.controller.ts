import { Get, Param, Query } from '@nestjs/common';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { ApiPage, type Page } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { AuditEntryDto, InstanceAuditLogQuery } from './audit-log.dto.js';
import { AuditLog } from './audit-log.js';

/** Changes in all workspaces and of the instance. */
@AdminController('audit-log', 'Audit log')
export class AuditLogController {
  constructor(private readonly auditLog: AuditLog) {}

  /**
   * List the audit log of the instance
   * @remarks The newest first: changes in every workspace, deleted ones too, and changes that belong to no workspace, such as
   * those of instance admin tokens.
   */
  @Get()
  @Needs('instance-admin')
  @ApiPage(AuditEntryDto)
  @Fails('invalid_request')
  list(@Query() query: InstanceAuditLogQuery): Promise<Page<AuditEntryDto>> {
    return this.auditLog.list(query, query.workspaceId);
  }

  /** Read an entry of the instance's audit log */
  @Get(':auditId')
  @Needs('instance-admin')
  @Fails('not_found')
  read(@Param('auditId') auditId: string): Promise<AuditEntryDto> {
    return this.auditLog.find(auditId);
  }
}
