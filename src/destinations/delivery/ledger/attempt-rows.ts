import { type DataSource } from 'typeorm';
import { type CanonicalEvent } from '../../../events/event.js';
import { type Delivery } from '../model/delivery.js';
import { type Excluded } from '../model/eligible.js';
import { type Outcome } from '../model/outcome.js';
import { storable, storableField, storableStatus, storableTime } from '../model/storable.js';

/** What became of one attempt, or of an event that needed none. */
export interface AttemptRow {
  readonly destinationId: string;
  readonly sourceId: string;
  readonly messageId: string;
  /** When the event came; null where it does not say. */
  readonly receivedAt: string | null;
  /** Counted from 1; 0 for what was excluded without one. */
  readonly attempt: number;
  /** When it ended, by `performance.now()`. */
  readonly at: number;
  readonly outcome: Outcome['kind'];
  readonly status: number | null;
  readonly reason: string | null;
  /** Part of a replay, or of a redelivery of a dead letter. */
  readonly replay: boolean;
}

/** Times are the database's, as with everything else that deliveries store: rows say how long ago it was. */
const INSERT = `
  INSERT INTO delivery_attempts (destination_id, source_id, message_id, attempt, at, outcome, status, reason, replay, received_at)
  SELECT destination_id, source_id, message_id, attempt, now() - make_interval(secs => age / 1000), outcome, status, reason, replay,
    received_at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::float8[], $6::text[], $7::int[], $8::text[], $9::boolean[],
    $10::timestamptz[]) AS r (destination_id, source_id, message_id, attempt, age, outcome, status, reason, replay, received_at)`;

export function attemptRow(
  destinationId: string,
  delivery: Delivery,
  outcome: Outcome,
  at: number,
): AttemptRow {
  const { event, attempt } = delivery.item;
  return {
    ...ofMessage(destinationId, event),
    attempt,
    at,
    outcome: outcome.kind,
    status: 'status' in outcome ? storableStatus(outcome.status) : null,
    reason: 'reason' in outcome ? storable(outcome.reason) : null,
    replay: delivery.headers?.['replay'] !== undefined,
  };
}

/** An event that needed no attempt. */
export function excludedRow(
  destinationId: string,
  { event, reason }: Omit<Excluded, 'offset'>,
  at: number,
): AttemptRow {
  const filtered = { outcome: 'filtered', status: null, reason } as const;
  return { ...ofMessage(destinationId, event), attempt: 0, at, ...filtered, replay: false };
}

function ofMessage(
  destinationId: string,
  { projectId, messageId, receivedAt }: CanonicalEvent,
): Pick<AttemptRow, 'destinationId' | 'sourceId' | 'messageId' | 'receivedAt'> {
  return {
    destinationId,
    sourceId: storableField(projectId),
    messageId: storable(messageId),
    receivedAt: storableTime(receivedAt),
  };
}

/** All of them in one statement. */
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
  ]);
}
