import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditLog } from './audit-log.js';
import { AuditRetention } from './audit-retention.js';
import { AuditLogController } from './audit-log.controller.js';
import { WorkspaceAuditLogController } from './workspace-audit-log.controller.js';

@Module({
  imports: [AccessModule],
  controllers: [AuditLogController, WorkspaceAuditLogController],
  providers: [AuditLog, AuditRetention],
})
export class AuditLogModule {}
