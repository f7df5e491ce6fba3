import { Get, Param, Query } from '@nestjs/common';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { ApiPage, type Page } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { AuditEntryDto, AuditLogQuery } from './audit-log.dto.js';
import { AuditLog } from './audit-log.js';

/** Changes in one workspace. Not for viewers, because entries contain token names and IP addresses. */
@AdminController('workspaces/:workspaceId/audit-log', 'Audit log')
export class WorkspaceAuditLogController {
  constructor(private readonly auditLog: AuditLog) {}

  /**
   * List the audit log of a workspace
   * @remarks The newest first. Each change of the configuration has one entry, written in the same transaction: the caller, the
   * time, and the resource before and after, without secrets. A request that changes nothing has no entry. Of a
   * workspace that has more entries than its quota `auditEntries`, the oldest are deleted.
   */
  @Get()
  @Needs('workspace-admin')
  @ApiPage(AuditEntryDto)
  @Fails('not_found', 'invalid_request')
  list(
    @Param('workspaceId') workspaceId: string,
    @Query() query: AuditLogQuery,
  ): Promise<Page<AuditEntryDto>> {
    return this.auditLog.list(query, workspaceId);
  }

  /** Read an entry of a workspace's audit log */
  @Get(':auditId')
  @Needs('workspace-admin')
  @Fails('not_found')
  read(@Param('workspaceId') workspaceId: string, @Param('auditId') auditId: string): Promise<AuditEntryDto> {
    return this.auditLog.find(auditId, workspaceId);
  }
}
