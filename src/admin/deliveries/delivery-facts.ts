import { type EntityManager } from 'typeorm';
import { type DeliveryAttemptDto } from './deliveries.dto.js';

/** A recorded attempt. */
export interface RecordedAttempt extends DeliveryAttemptDto {
  readonly destinationId: string;
  readonly sourceId: string;
  /** When the message was received; null if it was not recorded. */
  readonly receivedAt: Date | null;
}

/** A delivery that waits for its next attempt. */
export interface WaitingDelivery {
  readonly destinationId: string;
  /** The event's JSON text. */
  readonly event: string;
  readonly dueAt: Date;
  readonly reason: string;
}

export interface KnownDeadLetter {
  readonly id: string;
  readonly destinationId: string;
  readonly sourceId: string;
  /** When the first attempt failed. */
  readonly failedAt: Date;
  readonly deadAt: Date;
  readonly redeliveredAt: Date | null;
  readonly reason: string;
}

/** All records about one message at some destinations. */
export interface DeliveryFacts {
  readonly attempts: readonly RecordedAttempt[];
  readonly waiting: readonly WaitingDelivery[];
  readonly dead: readonly KnownDeadLetter[];
}

/** A destination of the workspace with its connections. */
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

/** Most rows that are read of attempts and of dead letters. The newest come first. */
const MAX_ROWS = 1_000;
/** Most waiting deliveries that are read. Each is a whole event, because only the event names its source. */
const MAX_WAITING = 200;

const CANDIDATES = `
  SELECT d.id, d.name, d.type, d.enabled, d.paused_at AS "pausedAt", d.created_at AS "createdAt",
    coalesce(jsonb_agg(jsonb_build_object('sourceId', c.source_id, 'since', c.created_at)) FILTER (WHERE c.id IS NOT NULL), '[]')
      AS connections
  FROM destinations d LEFT JOIN connections c ON c.destination_id = d.id
  WHERE d.workspace_id = $1 GROUP BY d.id ORDER BY d.id`;

const ATTEMPTS = `
  SELECT destination_id AS "destinationId", source_id AS "sourceId", attempt, at, outcome, status, reason, replay,
    received_at AS "receivedAt"
  FROM delivery_attempts WHERE message_id = $1 AND destination_id = ANY ($2) AND workspace_id = $3 ORDER BY at DESC LIMIT ${MAX_ROWS}`;

const WAITING = `
  SELECT destination_id AS "destinationId", event, due_at AS "dueAt", last_reason AS reason
  FROM deliveries WHERE message_id = $1 AND destination_id = ANY ($2) ORDER BY due_at LIMIT ${MAX_WAITING}`;

const DEAD = `
  SELECT id, destination_id AS "destinationId", source_id AS "sourceId", first_failed_at AS "failedAt", dead_at AS "deadAt",
    redelivered_at AS "redeliveredAt", reason
  FROM dead_letters WHERE message_id = $1 AND destination_id = ANY ($2) ORDER BY id DESC LIMIT ${MAX_ROWS}`;

/** All destinations of a workspace. */
export const candidatesOf = (manager: EntityManager, workspaceId: string): Promise<Candidate[]> =>
  manager.query<Candidate[]>(CANDIDATES, [workspaceId]);

/** Reads no records of other destinations, and no attempts of another workspace, so tenants stay apart. */
export async function factsOf(
  manager: EntityManager,
  { workspaceId, messageId }: { readonly workspaceId: string; readonly messageId: string },
  candidates: readonly Candidate[],
): Promise<DeliveryFacts> {
  const parameters = [messageId, candidates.map(({ id }) => id)];
  const attempts = await manager.query<RecordedAttempt[]>(ATTEMPTS, [...parameters, workspaceId]);
  const waiting = await manager.query<WaitingDelivery[]>(WAITING, parameters);
  const dead = await manager.query<KnownDeadLetter[]>(DEAD, parameters);
  return { attempts: attempts.reverse(), waiting, dead };
}
