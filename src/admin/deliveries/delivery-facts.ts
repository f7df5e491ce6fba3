import { type EntityManager } from 'typeorm';
import { type DeliveryAttemptDto } from './deliveries.dto.js';

/** One attempt as it is written down. */
export interface RecordedAttempt extends DeliveryAttemptDto {
  readonly destinationId: string;
  readonly sourceId: string;
  /** When the message came; null where it is not known. */
  readonly receivedAt: Date | null;
}

/** A delivery that waits for its next attempt. */
export interface Waiting {
  readonly destinationId: string;
  /** The event's JSON text. */
  readonly event: string;
  readonly dueAt: Date;
  readonly reason: string;
}

export interface Dead {
  readonly id: string;
  readonly destinationId: string;
  readonly sourceId: string;
  /** When its first attempt failed. */
  readonly failedAt: Date;
  readonly deadAt: Date;
  readonly redeliveredAt: Date | null;
  readonly reason: string;
}

/** All that is written down about one message at some destinations. */
export interface DeliveryFacts {
  readonly attempts: readonly RecordedAttempt[];
  readonly waiting: readonly Waiting[];
  readonly dead: readonly Dead[];
}

/** A destination that could have been given a message, by its connections. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
  readonly pausedAt: Date | null;
  readonly createdAt: Date;
  readonly connections: readonly {
    readonly sourceId: string;
    readonly since: string;
  }[];
}

/** Most rows that are read, of attempts and dead letters the newest. */
const MOST = 1_000;
/** These hold the event, which is the only place where they tell its source. */
const MOST_WAITING = 200;

const CANDIDATES = `
  SELECT d.id, d.name, d.type, d.enabled, d.paused_at AS "pausedAt", d.created_at AS "createdAt",
    coalesce(jsonb_agg(jsonb_build_object('sourceId', c.source_id, 'since', c.created_at)) FILTER (WHERE c.id IS NOT NULL), '[]')
      AS connections
  FROM destinations d LEFT JOIN connections c ON c.destination_id = d.id
  WHERE d.workspace_id = $1 GROUP BY d.id ORDER BY d.id`;

const ATTEMPTS = `
  SELECT destination_id AS "destinationId", source_id AS "sourceId", attempt, at, outcome, status, reason, replay,
    received_at AS "receivedAt"
  FROM delivery_attempts WHERE message_id = $1 AND destination_id = ANY ($2) ORDER BY at DESC LIMIT ${MOST}`;

const WAITING = `
  SELECT destination_id AS "destinationId", event, due_at AS "dueAt", last_reason AS reason
  FROM deliveries WHERE message_id = $1 AND destination_id = ANY ($2) ORDER BY due_at LIMIT ${MOST_WAITING}`;

const DEAD = `
  SELECT id, destination_id AS "destinationId", source_id AS "sourceId", first_failed_at AS "failedAt", dead_at AS "deadAt",
    redelivered_at AS "redeliveredAt", reason
  FROM dead_letters WHERE message_id = $1 AND destination_id = ANY ($2) ORDER BY id DESC LIMIT ${MOST}`;

/** Destinations of a workspace: what is read of messages below is read for these only. */
export const candidatesOf = (manager: EntityManager, workspaceId: string): Promise<Candidate[]> =>
  manager.query<Candidate[]>(CANDIDATES, [workspaceId]);

export async function factsOf(
  manager: EntityManager,
  messageId: string,
  candidates: readonly Candidate[],
): Promise<DeliveryFacts> {
  const parameters = [messageId, candidates.map(({ id }) => id)];
  const attempts = await manager.query<RecordedAttempt[]>(ATTEMPTS, parameters);
  const waiting = await manager.query<Waiting[]>(WAITING, parameters);
  const dead = await manager.query<Dead[]>(DEAD, parameters);
  return { attempts: attempts.reverse(), waiting, dead };
}
