import { Injectable } from '@nestjs/common';
import { DataSource, type FindOptionsWhere } from 'typeorm';
import { AuditRecord } from '../../database/entities/audit-record.entity.js';
import { type Page, pageOf } from '../paging/page.js';
import { inTimeRange } from '../paging/time-range.js';
import { notFound } from '../problems/problem.js';
import { type AuditEntryDto, type AuditLogQuery } from './audit-log.dto.js';

const ENTRY = { entity: AuditRecord, view: viewOf };

/** Reads the audit log. Only `Change` writes to it, no row is ever changed, and only `AuditRetention` deletes any. */
@Injectable()
export class AuditLog {
  constructor(private readonly database: DataSource) {}

  /** The newest first. Without a workspace id: entries of all workspaces, deleted ones too, and of the instance. */
  list(query: AuditLogQuery, workspaceId?: string): Promise<Page<AuditEntryDto>> {
    const { resourceType, resourceId, action, tokenId, from, to } = query;
    const given = { workspaceId, resourceType, resourceId, action, tokenId, at: inTimeRange(from, to) };
    const conditions = Object.entries(given).filter(([, value]) => value !== undefined);
    const where: FindOptionsWhere<AuditRecord> = Object.fromEntries(conditions);
    return pageOf(this.database.manager, ENTRY, where, query, 'DESC');
  }

  async find(id: string, workspaceId?: string): Promise<AuditEntryDto> {
    const where = { id, ...(workspaceId !== undefined && { workspaceId }) };
    const row = await this.database.manager.findOneBy(AuditRecord, where);
    if (row === null) throw notFound('audit entry', id);
    return viewOf(row);
  }
}

function viewOf(row: AuditRecord): AuditEntryDto {
  const { id, at, tokenId, tokenName, address, userAgent, action, workspaceId, before, after } = row;
  return {
    id,
    at,
    actor: { tokenId, name: tokenName, address, userAgent },
    action,
    resource: { type: row.resourceType, id: row.resourceId },
    workspaceId,
    before,
    after,
  };
}
