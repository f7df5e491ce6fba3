import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../../config/config.js';
import { newId } from '../../../database/new-id.js';
import { type CanonicalEvent } from '../../../events/event.js';
import { deadLettersOverflow } from '../../../metrics/counters.js';
import { type ReceiverAnswer } from '../../contract/delivery-item.js';
import { type Delivery } from '../model/delivery.js';
import { type BacklogOwner } from '../model/prepared-destination.js';
import { storable, storableField, storableStatus } from '../model/storable.js';
import { WorkspaceRoom } from '../quotas/workspace-room.js';

/** A delivery that is given up. */
export interface DeadDelivery extends ReceiverAnswer {
  readonly delivery: Delivery;
  readonly reason: string;
  readonly status?: number;
}

/** How many rows were inserted, and for how many there was no room. */
interface Inserted {
  readonly added: number;
  readonly overflow: number;
}

/**
 * Inserts rows up to the destination's limit and up to $15, in one statement. Rows that exist already, because a crash led to a
 * redelivery, do not count as new. Nothing is written for a destination that was deleted meanwhile.
 */
const ADD = `
  WITH given AS (
    SELECT g.* FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::text[], $12::int[], $13::int[], $14::timestamptz[], $16::text[], $17::text[]) WITH ORDINALITY
      AS g (id, origin, source_id, message_id, event_type, event_name, event, headers, reason, attempts, status, failed_at,
        answer_code, answer, place)
    WHERE EXISTS (SELECT FROM destinations WHERE id = $1)
      AND NOT EXISTS (SELECT FROM dead_letters d WHERE d.destination_id = $1 AND d.origin = g.origin)
  ), held AS (
    SELECT count(*) AS rows FROM (SELECT FROM dead_letters WHERE destination_id = $1 LIMIT $2) held
  ), judged AS (
    SELECT given.*, held.rows + row_number() OVER (ORDER BY place) <= least($2, held.rows + $15) AS fits
    FROM given, held
  ), added AS (
    INSERT INTO dead_letters (id, destination_id, origin, source_id, message_id, event_type, event_name, event, headers, reason,
      attempts, last_status, first_failed_at, answer_code, answer_message)
    SELECT id, $1, origin, source_id, message_id, event_type, event_name, event, headers::jsonb, reason, attempts, status,
      coalesce(failed_at, now()), answer_code, answer
    FROM judged WHERE fits ORDER BY place
    ON CONFLICT (destination_id, origin) DO NOTHING
  )
  SELECT count(*) FILTER (WHERE NOT fits)::int AS overflow, count(*) FILTER (WHERE fits)::int AS added FROM judged`;

/**
 * The dead letters that administrators can list and redeliver, at most DEAD_LETTERS_MAX per destination, and in all as many as
 * the quota of the workspace. Beyond that a dead letter is on the topic only, and counted. Batches recorded at the same moment
 * may exceed the limit by their own size.
 */
@Injectable()
export class DeadLetterIndex {
  constructor(
    private readonly database: DataSource,
    private readonly config: Config,
    private readonly room: WorkspaceRoom,
  ) {}

  async add({ id, workspaceId, handler }: BacklogOwner, dead: readonly DeadDelivery[]): Promise<void> {
    const room = await this.room.take(workspaceId, 'deadLetters', dead.length);
    let added = 0;
    try {
      const result = await this.insert(id, dead, room);
      added = result.added;
      deadLettersOverflow.inc({ type: handler.type }, result.overflow);
    } finally {
      this.room.giveBack(workspaceId, 'deadLetters', room - added);
    }
  }

  private async insert(id: string, dead: readonly DeadDelivery[], room: number): Promise<Inserted> {
    const events = dead.map(({ delivery }) => delivery.item.event);
    const [inserted] = await this.database.query<[Inserted]>(ADD, [
      id,
      this.config.DEAD_LETTERS_MAX,
      idsOf(dead),
      dead.map(({ delivery }) => delivery.origin),
      events.map(({ projectId }) => storableField(projectId)),
      events.map(({ messageId }) => storable(messageId)),
      events.map(({ type }) => storable(type)),
      events.map(nameOf),
      dead.map(({ delivery }) => delivery.item.json),
      dead.map(({ delivery }) => JSON.stringify(delivery.headers ?? {})),
      dead.map(({ reason }) => storable(reason)),
      dead.map(({ delivery }) => delivery.item.attempt),
      dead.map(({ status }) => storableStatus(status)),
      dead.map(({ delivery }) => delivery.firstFailedAt ?? null),
      room,
      dead.map(({ answerCode }) => storableField(answerCode) || null),
      dead.map(({ answer }) => storableField(answer) || null),
    ]);
    return inserted;
  }
}

/** Sorted, so that ids of the same ms keep the order of the deliveries: redelivery is ordered by id. */
const idsOf = (dead: readonly DeadDelivery[]): string[] => dead.map(() => newId('dl')).sort();

/** The name that administrators know: `event` of a track, `name` of a page or screen. */
function nameOf({ type, event, name }: CanonicalEvent): string | null {
  return storableField(type === 'track' ? event : name) || null;
}
