import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A delivery that failed and waits for its next attempt (DESIGN 5.5). */
@Entity('deliveries')
export class PendingDelivery {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ name: 'destination_id', type: 'text' })
  destinationId!: string;

  /** Where the event lies in the log, as `topic/partition/offset`, or what a replay or a redelivery puts there; unique for a destination. */
  @Column({ type: 'text' })
  origin!: string;

  @Column({ name: 'message_id', type: 'text' })
  messageId!: string;

  /** The event's JSON text, byte for byte. */
  @Column({ type: 'text' })
  event!: string;

  /** Number of attempts so far. */
  @Column({ type: 'int' })
  attempt!: number;

  @Column({ name: 'due_at', type: 'timestamptz' })
  dueAt!: Date;

  @Column({ name: 'first_failed_at', type: 'timestamptz' })
  firstFailedAt!: Date;

  /** Status of the last answer, when there was one. */
  @Column({ name: 'last_status', type: 'int', nullable: true })
  lastStatus!: number | null;

  @Column({ name: 'last_reason', type: 'text' })
  lastReason!: string;

  /** The worker that attempts it has a lease until then. */
  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil!: Date | null;

  /** Order of arrival; a later delivery of an `orderKey` waits for earlier ones. A bigint, which the driver returns as text. */
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  sequence!: string;

  /** The user, where the destination keeps the order per user; null otherwise. */
  @Column({ name: 'order_key', type: 'text', nullable: true })
  orderKey!: string | null;

  /** Headers of the event's record that are passed on: `traceparent`, `replay`. */
  @Column({ type: 'jsonb', default: {} })
  headers!: Record<string, string>;

  /** The replay that counts its end; null for new events and for redelivered dead letters. */
  @Column({ name: 'replay_id', type: 'text', nullable: true })
  replayId!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
