import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';

export const REPLAY_STATES = ['running', 'paused', 'completed', 'cancelled', 'failed'] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

/** Events of the past that one destination is to get again. */
@Entity('replays')
export class Replay {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'workspace_id', type: 'text', collation: 'C' })
  workspaceId!: string;

  /** Also of one that is gone. */
  @Column({ name: 'destination_id', type: 'text', collation: 'C' })
  destinationId!: string;

  /** Which events, as `ReplayCriteria` describes it. */
  @Column({ type: 'jsonb' })
  criteria!: object;

  /** What there is to read, fixed at the beginning, as `ReplayPlan` describes it. */
  @Column({ type: 'jsonb' })
  plan!: object;

  @Column({ type: 'text' })
  state!: ReplayState;

  /** Why it stands still or has failed. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** Events per second; null for as fast as it goes. */
  @Column({ name: 'rate_limit', type: 'int', nullable: true })
  rateLimit!: number | null;

  /** How far it is, as `ReplayProgress` describes it; written by whoever has claimed it. */
  @Column({ type: 'jsonb', default: {} })
  progress!: object;

  /** Of the events that its own attempt left to the retries, those that have ended, by how they did. */
  @Column({ name: 'retried_delivered', type: 'int', default: 0 })
  retriedDelivered!: number;

  @Column({ name: 'retried_filtered', type: 'int', default: 0 })
  retriedFiltered!: number;

  @Column({ name: 'retried_dead', type: 'int', default: 0 })
  retriedDead!: number;

  /** The process that runs it, and until when nobody else may. */
  @Column({ name: 'claimed_by', type: 'text', nullable: true })
  claimedBy!: string | null;

  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  /** Entity tag: grows with each change of the state, and not with the progress. */
  @VersionColumn({ type: 'int', default: 1 })
  version!: number;
}
