import { Get, Param, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Fails } from '../problems/problem-docs.js';
import { usageOf } from './usage.js';
import { UsageDto, UsageQuery } from './usage.dto.js';
import { WriteKeys } from '../write-keys/write-keys.js';

/** Usage counts of write keys. */
@AdminController('workspaces/:workspaceId/sources/:sourceId/write-keys/:writeKeyId/usage', 'Write keys')
export class WriteKeyUsageController {
  constructor(
    private readonly keys: WriteKeys,
    private readonly database: DataSource,
  ) {}

  /**
   * Read the usage of a write key
   * @remarks Counts of each outcome on each day, over all instances and up to some seconds late. They show whether a key is still
   * used, and why calls with it are refused.
   */
  @Get()
  @Needs('workspace-viewer')
  @Fails('not_found', 'invalid_request')
  async read(
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') sourceId: string,
    @Param('writeKeyId') id: string,
    @Query() query: UsageQuery,
  ): Promise<UsageDto> {
    const { manager } = this.database;
    await this.keys.find(manager, { workspaceId, sourceId }, id);
    return usageOf(manager, id, query);
  }
}
