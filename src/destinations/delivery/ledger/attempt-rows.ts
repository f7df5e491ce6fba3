import { type DataSource } from 'typeorm';
import { type Delivery } from '../model/delivery.js';
import { type FilteredEvent } from '../model/eligible.js';
import { type Outcome } from '../model/outcome.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { storable, storableField, storableStatus, storableTime } from '../model/storable.js';

/** The outcome of one attempt, or of an event that was filtered without one. */
export interface AttemptRow {
  readonly workspaceId: string;
  readonly destinationId: string;
  readonly sourceId: string;
  readonly messageId: string;
  /** When the collector received the event; null where the event has no valid time. */
  readonly receivedAt: string | null;
  /** Counted from 1; 0 for an event that was filtered without an attempt. */
  readonly attempt: number;
  /** When the attempt ended, by `performance.now()`. */
  readonly at: number;
  readonly outcome: Outcome['kind'];
  readonly status: number | null;
  readonly reason: string | null;
  /** Whether a replay or the redelivery of a dead letter made the attempt. */
  readonly replay: boolean;
}

/** Rows carry an age instead of a time, so that all stored times are by the database's clock. */
const INSERT = `
  INSERT INTO delivery_attempts (destination_id, source_id, message_id, attempt, at, outcome, status, reason, replay, received_at, workspace_id)
  SELECT destination_id, source_id, message_id, attempt, now() - make_interval(secs => age / 1000), outcome, status, reason, replay,
    received_at, workspace_id
  FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::float8[], $6::text[], $7::int[], $8::text[], $9::boolean[],
    $10::timestamptz[], $11::text[])
    AS r (destination_id, source_id, message_id, attempt, age, outcome, status, reason, replay, received_at, workspace_id)`;

/** The destination of an attempt. */
type Receiver = Pick<PreparedDestination, 'id' | 'workspaceId'>;

export function attemptRow(
  { id: destinationId, workspaceId }: Receiver,
  { item: { event, attempt }, headers }: Delivery,
  outcome: Outcome,
  at: number,
): AttemptRow {
  // Both kinds of row are literals with their properties in one order: every attempt makes one, and a spread costs a copy.
  return {
    workspaceId,
    destinationId,
    sourceId: storableField(event.projectId),
    messageId: storable(event.messageId),
    receivedAt: storableTime(event.receivedAt),
    attempt,
    at,
    outcome: outcome.kind,
    status: 'status' in outcome ? storableStatus(outcome.status) : null,
    reason: 'reason' in outcome ? storable(outcome.reason) : null,
    replay: headers?.['replay'] !== undefined,
  };
}

/** The row of an event that was filtered without an attempt. */
export function filteredRow(
  { id: destinationId, workspaceId }: Receiver,
  { event, reason }: Omit<FilteredEvent, 'offset'>,
  at: number,
): AttemptRow {
  return {
    workspaceId,
    destinationId,
    sourceId: storableField(event.projectId),
    messageId: storable(event.messageId),
    receivedAt: storableTime(event.receivedAt),
    attempt: 0,
    at,
    outcome: 'filtered',
    status: null,
    reason,
    replay: false,
  };
}

/** Inserts all rows in one statement. */
export async function insertAttempts(
  database: Pick<DataSource, 'query'>,
  rows: readonly AttemptRow[],
): Promise<void> {
  const now = performance.now();
  await database.query(INSERT, [
    rows.map(({ destinationId }) => destinationId),
    rows.map(({ sourceId }) => sourceId),
    rows.map(({ messageId }) => messageId),
    rows.map(({ attempt }) => attempt),
    rows.map(({ at }) => now - at),
    rows.map(({ outcome }) => outcome),
    rows.map(({ status }) => status),
    rows.map(({ reason }) => reason),
    rows.map(({ replay }) => replay),
    rows.map(({ receivedAt }) => receivedAt),
    rows.map(({ workspaceId }) => workspaceId),
  ]);
}
