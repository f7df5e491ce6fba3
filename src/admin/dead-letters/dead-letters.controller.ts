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

/** Bodies for the document, the plainest first: Swagger UI fills that in. */
const REDELIVER_EXAMPLES = {
  all: { summary: 'All that were not redelivered yet', value: { all: true } },
  reason: { summary: 'All that were given up for one reason', value: { all: true, reason: 'http_400' } },
  some: { summary: 'Some of them', value: { ids: ['dl_0Uq3b2VtZ8kQ1x7mYd4HpR'] } },
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
   * @remarks The newest first, without their events. A destination has at most `DEAD_LETTERS_MAX` here, for
   * `DEAD_LETTERS_DAYS`; the topic `tributary.dead-letters` has all of them.
   */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(DeadLetterDto)
  @Fails('not_found', 'invalid_request')
  list(
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') destinationId: string,
    @Query() query: DeadLetterQuery,
  ): Promise<Page<DeadLetterDto>> {
    return this.deadLetters.list(this.database.manager, { workspaceId, destinationId }, query);
  }

  /** Read a dead letter with its event */
  @Get(':deadLetterId')
  @Needs('workspace-viewer')
  @Fails('not_found')
  read(
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') destinationId: string,
    @Param('deadLetterId') id: string,
  ): Promise<DeadLetterWithEventDto> {
    return this.deadLetters.read(this.database.manager, { workspaceId, destinationId }, id);
  }

  /**
   * Redeliver a selection of dead letters, or all
   * @remarks Each becomes a delivery of its own that is attempted within some seconds, with the destination's settings of that
   * moment, and tried again like any other; while the destination is paused or disabled it waits. What fails for good is a dead
   * letter again, a new one. Events of a user may arrive after later ones.
   */
  @Post('redeliver')
  @HttpCode(200)
  @Needs('workspace-admin')
  @Repeatable()
  @ApiBody({ type: RedeliverDto, examples: REDELIVER_EXAMPLES })
  @Fails('not_found')
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
   * @remarks As with a selection of them. It stays in the list, with the time; redelivering it once more is fine.
   */
  @Post(':deadLetterId/redeliver')
  @HttpCode(200)
  @Needs('workspace-admin')
  @Repeatable()
  @Fails('not_found')
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
   * @remarks They are gone from here and stay on the topic. Redeliveries that are under way go on.
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
   * @remarks It is gone from here and stays on the topic.
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
