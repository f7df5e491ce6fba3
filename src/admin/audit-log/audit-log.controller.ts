import { Get, Param, Query } from '@nestjs/common';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { ApiPage, type Page } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { AuditEntryDto, InstanceAuditLogQuery } from './audit-log.dto.js';
import { AuditLog } from './audit-log.js';

/** What was done in all workspaces and to the instance. */
@AdminController('audit-log', 'Audit log')
export class AuditLogController {
  constructor(private readonly auditLog: AuditLog) {}

  /**
   * List what was done on the whole instance
   * @remarks The newest first: in every workspace, also in those that are gone, and what concerns none, such as the tokens
   * of instance admins.
   */
  @Get()
  @Needs('instance-admin')
  @ApiPage(AuditEntryDto)
  @Fails('invalid_request')
  list(@Query() query: InstanceAuditLogQuery): Promise<Page<AuditEntryDto>> {
    return this.auditLog.list(query, query.workspaceId);
  }

  /** Read one entry of the instance's audit log */
  @Get(':auditId')
  @Needs('instance-admin')
  @Fails('not_found')
  read(@Param('auditId') auditId: string): Promise<AuditEntryDto> {
    return this.auditLog.find(auditId);
  }
}
