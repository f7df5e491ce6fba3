import { Get, Param, Query } from '@nestjs/common';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Fails } from '../problems/problem-docs.js';
import { DeliveryExplanationDto, DeliveryQuery } from './deliveries.dto.js';
import { DeliveryExplainer } from './delivery-explainer.js';

/** What happened to a message at each destination. */
@AdminController('workspaces/:workspaceId/deliveries', 'Deliveries')
export class DeliveriesController {
  constructor(private readonly explainer: DeliveryExplainer) {}

  /**
   * Explain where a message went
   * @remarks One entry for each destination that is connected to the message's source: the outcome, the attempts and the time
   * of the next one. Attempts, and events that were filtered without one, are recorded within two seconds. `window` says which
   * are recorded and for how long. A destination without a record is `pending` if another one has a record, all outcomes are
   * recorded, and the message was received within the window. Otherwise it is `unknown`, with the reason. Records that were
   * lost in a crash or a long outage of Postgres also appear as `pending`. If no destination has a record, all connected ones
   * are `unknown`: the message was not attempted yet, is older than the window, or was never received.
   */
  @Get()
  @Needs('workspace-viewer')
  @Fails('not_found', 'invalid_request')
  explain(
    @Param('workspaceId') workspaceId: string,
    @Query() { messageId }: DeliveryQuery,
  ): Promise<DeliveryExplanationDto> {
    return this.explainer.explain(workspaceId, messageId);
  }
}
