import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../config/config.js';
import { storable } from '../../destinations/delivery/model/storable.js';
import { type CanonicalEvent } from '../../events/event.js';
import {
  type DeliveryExplanationDto,
  type DeliveryWindowDto,
  type DestinationDeliveryDto,
} from './deliveries.dto.js';
import { type Candidate, candidatesOf, type DeliveryFacts, factsOf } from './delivery-facts.js';
import { type Message, silenceOf, type Verdict, verdictOf } from './verdict.js';

/** Says where a message went, by what the workspace's destinations have written down about it. */
@Injectable()
export class Explanation {
  constructor(
    private readonly database: DataSource,
    private readonly config: Config,
  ) {}

  async of(workspaceId: string, messageId: string): Promise<DeliveryExplanationDto> {
    const { manager } = this.database;
    const candidates = await candidatesOf(manager, workspaceId);
    const facts = await factsOf(manager, storable(messageId), candidates);
    const window = this.window();
    const message = messageOf(facts, window);
    const destinations = candidates.flatMap((candidate) => {
      const own = factsAt(candidate.id, facts);
      const verdict = verdictOf(own) ?? silenceOf(candidate, message);
      return verdict ? [told(candidate, own, verdict)] : [];
    });
    return { messageId, window, destinations };
  }

  private window(): DeliveryWindowDto {
    const { DELIVERY_LOG: log, DELIVERY_LOG_HOURS: hours } = this.config;
    return { log, hours, from: new Date(Date.now() - hours * 3_600_000) };
  }
}

function messageOf({ attempts, waiting, dead }: DeliveryFacts, { log, from }: DeliveryWindowDto): Message {
  const events = waiting.map(({ event }) => JSON.parse(event) as CanonicalEvent);
  const sourceIds = [
    ...[...attempts, ...dead].map(({ sourceId }) => sourceId),
    ...events.map(({ projectId }) => projectId),
  ];
  const times = [
    ...attempts.map(({ receivedAt }) => receivedAt?.getTime() ?? NaN),
    ...events.map(({ receivedAt }) => Date.parse(receivedAt)),
    // Not known, but surely before that.
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

function told(
  candidate: Candidate,
  { attempts, waiting, dead }: DeliveryFacts,
  verdict: Verdict,
): DestinationDeliveryDto {
  const { id, name, type, enabled, pausedAt } = candidate;
  return {
    destinationId: id,
    name,
    type,
    state: pausedAt ? 'paused' : enabled ? 'active' : 'disabled',
    ...verdict,
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
