import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';

export const REPLAY_STATES = ['running', 'paused', 'completed', 'cancelled', 'failed'] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

/** Redelivery of past events to one destination. */
@Entity('replays')
export class Replay {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'workspace_id', type: 'text', collation: 'C' })
  workspaceId!: string;

  /** The destination may have been deleted since. */
  @Column({ name: 'destination_id', type: 'text', collation: 'C' })
  destinationId!: string;

  /** Selection of events, as `ReplayCriteria` describes it. */
  @Column({ type: 'jsonb' })
  criteria!: object;

  /** Ranges of the event log to read, fixed at the start, as `ReplayPlan` describes them. */
  @Column({ type: 'jsonb' })
  plan!: object;

  @Column({ type: 'text' })
  state!: ReplayState;

  /** Why it is paused or has failed. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** Events per second; null for no limit. */
  @Column({ name: 'rate_limit', type: 'int', nullable: true })
  rateLimit!: number | null;

  /** Progress, as `ReplayProgress` describes it; written by the worker that holds the lease. */
  @Column({ type: 'jsonb', default: {} })
  progress!: object;

  /** Events that failed in the replay and whose retries have ended, by outcome. */
  @Column({ name: 'retried_delivered', type: 'int', default: 0 })
  retriedDelivered!: number;

  @Column({ name: 'retried_filtered', type: 'int', default: 0 })
  retriedFiltered!: number;

  @Column({ name: 'retried_dead', type: 'int', default: 0 })
  retriedDead!: number;

  /** The worker that holds the lease; `claimedUntil` is the end of the lease. */
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

  /** Entity tag: increases with each change of the state, not with progress. */
  @VersionColumn({ type: 'int', default: 1 })
  version!: number;
}
