import { Body, Get, Param, Patch } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Conditional } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { Context, type RequestContext } from '../access/request-context.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { Fails } from '../problems/problem-docs.js';
import { QuotasDto, UpdateQuotasDto } from './quotas.dto.js';
import { Quotas } from './quotas.js';

const UPDATE_EXAMPLES = {
  lower: { summary: 'A small tenant', value: { sources: 20, destinations: 10, connections: 100 } },
  higher: { summary: 'More write keys', value: { writeKeys: 20_000 } },
  default: { summary: 'The default of the instance', value: { sources: null, destinations: null } },
  none: { summary: 'No new destinations', value: { destinations: 0 } },
};

/** What a workspace may have. */
@AdminController('workspaces/:workspaceId/quotas', 'Quotas')
export class QuotasController {
  constructor(
    private readonly changes: Changes,
    private readonly quotas: Quotas,
    private readonly database: DataSource,
  ) {}

  /**
   * Read the quotas of a workspace
   * @remarks Each limit, whether it is the default of the instance, and the present use. Counting stops at 100,000 rows.
   */
  @Get()
  @Needs('workspace-viewer')
  @Fails('not_found')
  read(@Param('workspaceId') workspaceId: string): Promise<QuotasDto> {
    return this.quotas.read(this.database.manager, workspaceId);
  }

  /**
   * Set quotas of a workspace
   * @remarks For instance admins. A quota that is left out keeps its value; null sets it back to the default of the instance. A
   * quota beneath the present use deletes nothing: the workspace keeps what it has and gets no more. An exception is
   * `auditEntries`, whose oldest entries are deleted.
   */
  @Patch()
  @Needs('instance-admin')
  @Conditional()
  @ApiBody({ type: UpdateQuotasDto, examples: UPDATE_EXAMPLES })
  @Fails('not_found')
  update(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Body() body: UpdateQuotasDto,
  ): Promise<QuotasDto> {
    return this.changes.run(context, (change) => this.quotas.update(change, workspaceId, body));
  }
}
