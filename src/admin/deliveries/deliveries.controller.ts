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
   * @remarks One entry for each destination of the workspace that the message concerns, with its outcome, its attempts and its
   * next try. Attempts are written down within two seconds and kept for a while: `window` says for how long, and which. A
   * destination that knows nothing of the message is `pending` when another one does and everything is written down, else
   * `unknown`. What a connection's filter or the event's `integrations` exclude is counted, and not written down. When nothing
   * at all is known, every destination with a connection is `unknown`: the message was not attempted yet, is older than the
   * window, or never came.
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
