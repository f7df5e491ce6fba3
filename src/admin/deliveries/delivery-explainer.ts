import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DeliveryConfig } from '../../config/delivery.config.js';
import { storable } from '../../destinations/delivery/model/storable.js';
import { type CanonicalEvent } from '../../events/event.js';
import {
  type DeliveryExplanationDto,
  type DeliveryWindowDto,
  type DestinationDeliveryDto,
} from './deliveries.dto.js';
import { type Candidate, candidatesOf, type DeliveryFacts, factsOf } from './delivery-facts.js';
import {
  type KnownMessage,
  inferredOutcome,
  type OutcomeAndReason,
  recordedOutcome,
} from './delivery-outcome.js';

/** Explains what happened to a message, from the records of the workspace's destinations. */
@Injectable()
export class DeliveryExplainer {
  constructor(
    private readonly database: DataSource,
    private readonly config: DeliveryConfig,
  ) {}

  async explain(workspaceId: string, messageId: string): Promise<DeliveryExplanationDto> {
    const { manager } = this.database;
    const candidates = await candidatesOf(manager, workspaceId);
    const facts = await factsOf(manager, { workspaceId, messageId: storable(messageId) }, candidates);
    const window = this.window();
    const message = messageOf(facts, window);
    const destinations = candidates.flatMap((candidate) => {
      const own = factsAt(candidate.id, facts);
      const outcome = recordedOutcome(own) ?? inferredOutcome(candidate, message);
      return outcome ? [viewOf(candidate, own, outcome)] : [];
    });
    return { messageId, window, destinations };
  }

  private window(): DeliveryWindowDto {
    const { DELIVERY_LOG: log, DELIVERY_LOG_HOURS: hours } = this.config;
    return { log, hours, from: new Date(Date.now() - hours * 3_600_000) };
  }
}

function messageOf(
  { attempts, waiting, dead }: DeliveryFacts,
  { log, from }: DeliveryWindowDto,
): KnownMessage {
  const events = waiting.map(({ event }) => JSON.parse(event) as CanonicalEvent);
  const sourceIds = [
    ...[...attempts, ...dead].map(({ sourceId }) => sourceId),
    ...events.map(({ projectId }) => projectId),
  ];
  const times = [
    ...attempts.map(({ receivedAt }) => receivedAt?.getTime() ?? NaN),
    ...events.map(({ receivedAt }) => Date.parse(receivedAt)),
    // The time of receipt is unknown here, but earlier than the first failure.
    ...dead.map(({ failedAt }) => failedAt.getTime()),
  ].filter((time) => !Number.isNaN(time));
  const receivedAt = times.length > 0 ? Math.min(...times) : undefined;
  return { sourceIds: new Set(sourceIds), receivedAt, isComplete: log === 'all', from: from.getTime() };
}

function factsAt(destination: string, { attempts, waiting, dead }: DeliveryFacts): DeliveryFacts {
  return {
    attempts: attempts.filter(({ destinationId }) => destinationId === destination),
    waiting: waiting.filter(({ destinationId }) => destinationId === destination),
    dead: dead.filter(({ destinationId }) => destinationId === destination),
  };
}

function viewOf(
  candidate: Candidate,
  { attempts, waiting, dead }: DeliveryFacts,
  outcome: OutcomeAndReason,
): DestinationDeliveryDto {
  const { id, name, type, enabled, pausedAt } = candidate;
  return {
    destinationId: id,
    name,
    type,
    state: pausedAt ? 'paused' : enabled ? 'active' : 'disabled',
    ...outcome,
    nextAttemptAt: waiting[0]?.dueAt ?? null,
    deadLetterId: dead[0]?.id ?? null,
    attempts: attempts.map(({ at, attempt, outcome, status, reason, replay }) => ({
      at,
      attempt,
      outcome,
      status,
      reason,
      replay,
    })),
  };
}
