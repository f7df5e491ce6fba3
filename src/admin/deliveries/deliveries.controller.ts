import { Get, Param, Query } from '@nestjs/common';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Fails } from '../problems/problem-docs.js';
import { DeliveryExplanationDto, DeliveryQuery } from './deliveries.dto.js';
import { Explanation } from './explanation.js';

/** Where messages went. */
@AdminController('workspaces/:workspaceId/deliveries', 'Deliveries')
export class DeliveriesController {
  constructor(private readonly explanation: Explanation) {}

  /**
   * Explain where a message went
   * @remarks One entry for each destination of the workspace that is connected to the message's source, with its outcome, its
   * attempts and its next try. Attempts, and what was filtered without one, are written down within two seconds and kept for a
   * while: `window` says for how long, and which. A destination that knows nothing of the message is `pending` when another one
   * does, everything is written down, and the message came within the window; else it is `unknown`, with the reason. What a
   * crash or a long outage of Postgres cost the log looks like what is pending. When nothing at all is known, every destination
   * with a connection is `unknown`: the message was not attempted yet, is older than the window, or never came.
   */
  @Get()
  @Needs('workspace-viewer')
  @Fails('not_found', 'invalid_request')
  explain(
    @Param('workspaceId') workspaceId: string,
    @Query() { messageId }: DeliveryQuery,
  ): Promise<DeliveryExplanationDto> {
    return this.explanation.of(workspaceId, messageId);
  }
}
