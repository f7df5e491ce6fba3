import { Body, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { type RequestContext, Context } from '../access/request-context.js';
import { Repeatable } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { ApiPage, type Page } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import {
  DeadLetterDto,
  DeadLetterWithEventDto,
  DiscardedDto,
  RedeliverDto,
  RedeliveredDto,
} from './dead-letter.dto.js';
import { DeadLetterQuery } from './dead-letter.query.dto.js';
import { DeadLetters } from './dead-letters.js';

/** Example bodies. The first is the simplest, because Swagger UI fills it in. */
const REDELIVER_EXAMPLES = {
  all: { summary: 'All that were not redelivered yet', value: { all: true } },
  reason: { summary: 'All that failed for one reason', value: { all: true, reason: 'http_400' } },
  some: { summary: 'A selection', value: { ids: ['dl_0Uq3b2VtZ8kQ1x7mYd4HpR'] } },
};

/** Events that a destination could not be given. */
@AdminController('workspaces/:workspaceId/destinations/:destinationId/dead-letters', 'Dead letters')
export class DeadLettersController {
  constructor(
    private readonly changes: Changes,
    private readonly deadLetters: DeadLetters,
    private readonly database: DataSource,
  ) {}

  /**
   * List dead letters
   * @remarks The newest first, without their events. Per destination, at most `DEAD_LETTERS_MAX` are kept here, for
   * `DEAD_LETTERS_DAYS`. The topic `tributary.dead-letters` has all of them.
   */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(DeadLetterDto)
  @Fails('not_found', 'invalid_request')
  list(
    @Context() { actor }: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') destinationId: string,
    @Query() query: DeadLetterQuery,
  ): Promise<Page<DeadLetterDto>> {
    return this.deadLetters.list(this.database.manager, { workspaceId, destinationId }, query, actor);
  }

  /** Read a dead letter with its event */
  @Get(':deadLetterId')
  @Needs('workspace-viewer')
  @Fails('not_found')
  read(
    @Context() { actor }: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') destinationId: string,
    @Param('deadLetterId') id: string,
  ): Promise<DeadLetterWithEventDto> {
    return this.deadLetters.read(this.database.manager, { workspaceId, destinationId }, id, actor);
  }

  /**
   * Redeliver a selection of dead letters, or all
   * @remarks Each becomes a separate delivery. It is attempted within some seconds, with the destination's current settings, and
   * retried like any other. It waits while the destination is paused or disabled. If all attempts fail, a new dead letter is
   * created. An event may arrive after later events of its user. Refused while `WAITING_DELIVERIES_MAX` deliveries of the destination
   * wait.
   */
  @Post('redeliver')
  @HttpCode(200)
  @Needs('workspace-admin')
  @Repeatable()
  @ApiBody({ type: RedeliverDto, examples: REDELIVER_EXAMPLES })
  @Fails('not_found', 'conflict')
  async redeliverMany(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') destinationId: string,
    @Body() body: RedeliverDto,
  ): Promise<RedeliveredDto> {
    const place = { workspaceId, destinationId };
    return this.changes.run(context, async (change) => ({
      redelivered: await this.deadLetters.redeliverMany(change, place, body),
    }));
  }

  /**
   * Redeliver a dead letter
   * @remarks Works like the redelivery of a selection. The dead letter stays in the list, with the time of the redelivery. It
   * can be redelivered again.
   */
  @Post(':deadLetterId/redeliver')
  @HttpCode(200)
  @Needs('workspace-admin')
  @Repeatable()
  @Fails('not_found', 'conflict')
  redeliver(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') destinationId: string,
    @Param('deadLetterId') id: string,
  ): Promise<RedeliveredDto> {
    const place = { workspaceId, destinationId };
    return this.changes.run(context, async (change) => ({
      redelivered: await this.deadLetters.redeliverOne(change, place, id),
    }));
  }

  /**
   * Discard all dead letters of a destination
   * @remarks They are deleted here and stay on the topic. Redeliveries in progress continue.
   */
  @Delete()
  @HttpCode(200)
  @Needs('workspace-admin')
  @Fails('not_found')
  discardAll(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') destinationId: string,
  ): Promise<DiscardedDto> {
    const place = { workspaceId, destinationId };
    return this.changes.run(context, async (change) => ({
      discarded: await this.deadLetters.discard(change, place, {}),
    }));
  }

  /**
   * Discard a dead letter
   * @remarks It is deleted here and stays on the topic.
   */
  @Delete(':deadLetterId')
  @HttpCode(204)
  @Needs('workspace-admin')
  @Fails('not_found')
  discard(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') destinationId: string,
    @Param('deadLetterId') id: string,
  ): Promise<void> {
    const place = { workspaceId, destinationId };
    return this.changes.run(context, (change) => this.deadLetters.discardOne(change, place, id));
  }
}
