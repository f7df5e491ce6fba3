import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A delivery that failed and waits for its next attempt (DESIGN 5.5). */
@Entity('deliveries')
export class Delivery {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ name: 'destination_id', type: 'text' })
  destinationId!: string;

  /** Where the event lies in the log, as `topic/partition/offset`; unique for a destination. */
  @Column({ type: 'text' })
  origin!: string;

  @Column({ name: 'message_id', type: 'text' })
  messageId!: string;

  /** The event's JSON text, byte for byte. */
  @Column({ type: 'text' })
  event!: string;

  /** Attempts made. */
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

  /** Whoever attempts it has it until then. */
  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
