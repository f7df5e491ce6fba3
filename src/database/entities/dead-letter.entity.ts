import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A delivery that was given up, kept for reading and redelivery. The dead letters topic has all of them, also those not kept here. */
@Entity('dead_letters')
export class DeadLetter {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'destination_id', type: 'text', collation: 'C' })
  destinationId!: string;

  @Column({ name: 'source_id', type: 'text' })
  sourceId!: string;

  /** As in `deliveries`; unique per destination. */
  @Column({ type: 'text' })
  origin!: string;

  @Column({ name: 'message_id', type: 'text' })
  messageId!: string;

  @Column({ name: 'event_type', type: 'text' })
  eventType!: string;

  /** `event` of a track call, `name` of a page or screen call. */
  @Column({ name: 'event_name', type: 'text', nullable: true })
  eventName!: string | null;

  /** The event's JSON text, byte for byte; only queries that name it read it. */
  @Column({ type: 'text', select: false })
  event!: string;

  /** Headers of the event's record that are passed on to the destination. */
  @Column({ type: 'jsonb', default: {} })
  headers!: Record<string, string>;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'int' })
  attempts!: number;

  @Column({ name: 'last_status', type: 'int', nullable: true })
  lastStatus!: number | null;

  /** Code of the receiver's last answer; null where it named none. */
  @Column({ name: 'answer_code', type: 'text', nullable: true })
  answerCode!: string | null;

  /** The receiver's last answer, cut and masked; null where it said nothing, and for rows of versions that did not keep it. */
  @Column({ name: 'answer_message', type: 'text', nullable: true })
  answerMessage!: string | null;

  @Column({ name: 'first_failed_at', type: 'timestamptz' })
  firstFailedAt!: Date;

  @Column({ name: 'dead_at', type: 'timestamptz', default: () => 'now()' })
  deadAt!: Date;

  /** When it was last redelivered. */
  @Column({ name: 'redelivered_at', type: 'timestamptz', nullable: true })
  redeliveredAt!: Date | null;

  @Column({ type: 'int', default: 0 })
  redeliveries!: number;
}
