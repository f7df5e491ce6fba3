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

/** Repeated deliveries of past events to one destination. */
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
   * @remarks The range of the event log is fixed at the start, as far as the log still has the events. Connections, their
   * filters and the events' `integrations` are applied as they are when an event is sent. No other destination receives
   * anything. A replayed event is a separate delivery, with its own retries and dead letters, and it is marked: webhooks get the
   * header `tributary-replay`. Delivery is at least once: after a crash, some events may be sent twice. While the destination
   * is paused, disabled or failing, or the event log or Postgres is unavailable, the replay waits and then continues. Where the
   * destination type keeps the events of a user in order, the events of a replay are in order among themselves; new events and
   * other replays may come in between. Replays to one destination run in parallel. A workspace may have twenty unfinished
   * replays.
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
   * Count what a replay would deliver
   * @remarks Takes the body that starts a replay, reads its range for at most twenty seconds, and sends nothing. The replay
   * delivers the same number, unless connections or filters change in the meantime. At most two dry runs at a time.
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
   * @remarks The replay stops within two seconds. In-flight attempts have one second to end. An attempt that is aborted may have
   * reached the receiver, and is repeated when the replay resumes. Retries continue. Pausing a paused replay changes nothing.
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
   * @remarks The replay continues where it stopped. Events that the event log has removed in the meantime are missed. Resuming
   * a running replay changes nothing.
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
   * @remarks The replay ends for good within two seconds. In-flight attempts have one second to end. An attempt that is aborted
   * may have reached the receiver, and is not counted. Its failed events are still retried.
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
