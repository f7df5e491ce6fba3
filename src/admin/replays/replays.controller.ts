import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { type RequestContext, Context } from '../access/request-context.js';
import { Repeatable } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { StateChange } from '../access/state-change.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { ApiPage, type Page, pageOf } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { CreateReplayDto } from './create-replay.dto.js';
import { ReplayDryRunDto, ReplayDto } from './replay.dto.js';
import { REPLAY_CREATE_EXAMPLES } from './replay-examples.js';
import { ReplayPlanning } from './replay-planning.js';
import { ReplayQuery } from './replay.query.dto.js';
import { REPLAY, Replays } from './replays.js';

/** Events of the past, once more, for one destination. */
@AdminController('workspaces/:workspaceId/replays', 'Replays')
export class ReplaysController {
  constructor(
    private readonly changes: Changes,
    private readonly replays: Replays,
    private readonly planning: ReplayPlanning,
    private readonly database: DataSource,
  ) {}

  /**
   * Start a replay
   * @remarks What there is to read is fixed now: the range of the event log, as far as it still has the events. The destination
   * gets what its connections, their filters and the events' `integrations` let pass at the moment it is sent; no other
   * destination gets anything. A replayed event is a delivery of its own, with retries and dead letters, and is marked: webhooks
   * get the header `tributary-replay`. It is sent at least once: after a crash some may come twice. While the destination is
   * paused, disabled or failing, or the event log or Postgres is away, the replay waits and then goes on. Where the destination
   * type keeps the events of a user in order, a replay keeps them in an order of its own; new events of the user, and other
   * replays, may come in between. Several replays of one destination run side by side. At most twenty of a workspace at a time.
   */
  @Post()
  @Needs('workspace-admin')
  @Repeatable()
  @ApiBody({ type: CreateReplayDto, examples: REPLAY_CREATE_EXAMPLES })
  @Fails('not_found', 'conflict', 'unavailable')
  async create(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Body() body: CreateReplayDto,
  ): Promise<ReplayDto> {
    const criteria = await this.replays.criteria(this.database.manager, workspaceId, body);
    const plan = await this.planning.plan({ id: body.destinationId, workspaceId }, criteria);
    return this.changes.run(context, (change) =>
      this.replays.create(change, workspaceId, body, criteria, plan),
    );
  }

  /**
   * See what a replay would deliver
   * @remarks Takes what starting one takes, reads all of it, for twenty seconds at most, and sends nothing. The replay delivers
   * as many, unless connections or filters change meanwhile. At most two at a time.
   */
  @Post('dry-run')
  @HttpCode(200)
  @Needs('workspace-admin')
  @ApiBody({ type: CreateReplayDto, examples: REPLAY_CREATE_EXAMPLES })
  @Fails('not_found', 'too_many_requests', 'unavailable')
  async dryRun(
    @Param('workspaceId') workspaceId: string,
    @Body() body: CreateReplayDto,
  ): Promise<ReplayDryRunDto> {
    const criteria = await this.replays.criteria(this.database.manager, workspaceId, body);
    return this.planning.dryRun({ id: body.destinationId, workspaceId }, criteria);
  }

  /**
   * List replays
   * @remarks The newest first.
   */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(ReplayDto)
  @Fails('not_found', 'invalid_request')
  list(@Param('workspaceId') workspaceId: string, @Query() query: ReplayQuery): Promise<Page<ReplayDto>> {
    const { destinationId, state } = query;
    const where = {
      workspaceId,
      ...(destinationId !== undefined && { destinationId }),
      ...(state && { state }),
    };
    return pageOf(this.database.manager, REPLAY, where, query, 'DESC');
  }

  /** Read a replay and its progress */
  @Get(':replayId')
  @Needs('workspace-viewer')
  @Fails('not_found')
  async read(@Param('workspaceId') workspaceId: string, @Param('replayId') id: string): Promise<ReplayDto> {
    return REPLAY.view(await this.replays.find(this.database.manager, workspaceId, id));
  }

  /**
   * Pause a replay
   * @remarks It stands still within two seconds. What is under way has one second to end; an attempt that is cut off is made
   * again when the replay goes on, and may have arrived. Retries go on. Pausing what is paused is fine.
   */
  @StateChange(':replayId/pause')
  @Fails('not_found', 'conflict')
  pause(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('replayId') id: string,
  ): Promise<ReplayDto> {
    return this.changes.run(context, (change) => this.replays.pause(change, workspaceId, id));
  }

  /**
   * Resume a replay
   * @remarks It goes on where it stood. What the event log has removed meanwhile is missed. Resuming what runs is fine.
   */
  @StateChange(':replayId/resume')
  @Fails('not_found', 'conflict')
  resume(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('replayId') id: string,
  ): Promise<ReplayDto> {
    return this.changes.run(context, (change) => this.replays.resume(change, workspaceId, id));
  }

  /**
   * Cancel a replay
   * @remarks Ends it for good within two seconds. What is under way has one second to end; an attempt that is cut off is not
   * counted, and may have arrived. What it has left to the retries is still tried.
   */
  @StateChange(':replayId/cancel')
  @Fails('not_found', 'conflict')
  cancel(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('replayId') id: string,
  ): Promise<ReplayDto> {
    return this.changes.run(context, (change) => this.replays.cancel(change, workspaceId, id));
  }
}
