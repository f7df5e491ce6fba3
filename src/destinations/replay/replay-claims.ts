import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ReplayState } from '../../database/entities/replay.entity.js';
import { type ReplayCriteria } from './history/criteria.js';
import { type ReplayPlan } from './history/history.js';
import { type ReplayProgress } from './progress.js';

/** How long a claim lasts that is not renewed: what a worker had that died is taken over after that. */
export const LEASE_MS = 10_000;

/** A replay that this worker has now, and nobody else. */
export interface ClaimedReplay {
  readonly id: string;
  readonly workspaceId: string;
  readonly destinationId: string;
  readonly criteria: ReplayCriteria;
  readonly plan: ReplayPlan;
  readonly rateLimit: number | null;
  readonly progress: Partial<ReplayProgress>;
  /** Why it stood still the last time, as far as nothing else is known. */
  readonly reason: string | null;
}

/** Somebody else has the replay; rolls a transaction back. */
class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

const inMs = (ms: string): string => `now() + make_interval(secs => (${ms})::float8 / 1000)`;

// A replay outlives its destination, so that it can say why it ended.
const END_ORPHANS = `
  UPDATE replays r
  SET state = 'failed', reason = 'destination_deleted', ended_at = now(), updated_at = now(), version = version + 1
  WHERE state IN ('running', 'paused') AND NOT EXISTS (SELECT FROM destinations d WHERE d.id = r.destination_id)`;

// Those that nobody has, and of these first those that have waited the longest.
const TAKE = `
  WITH taken AS (
    UPDATE replays SET claimed_by = $1, claimed_until = ${inMs('$2')}
    WHERE id IN (
      SELECT id FROM replays
      WHERE state = 'running' AND (claimed_until IS NULL OR claimed_until < now())
      ORDER BY claimed_until NULLS FIRST, id LIMIT $3
      FOR UPDATE SKIP LOCKED
    )
    RETURNING *
  )
  SELECT id, workspace_id AS "workspaceId", destination_id AS "destinationId", criteria, plan, rate_limit AS "rateLimit",
    progress, reason FROM taken`;

const HELD = 'id = $1 AND claimed_by = $2';

// One that has ended meanwhile keeps what it says of that.
const REASON = "CASE WHEN state = 'running' THEN $4 ELSE reason END";

const SAVE = `
  WITH saved AS (
    UPDATE replays SET progress = $3, reason = ${REASON}, claimed_until = ${inMs('$5')} WHERE ${HELD} RETURNING state
  )
  SELECT state FROM saved`;

const RELEASE = `
  UPDATE replays
  SET progress = $3, claimed_by = NULL, reason = ${REASON}, claimed_until = CASE WHEN $5::int > 0 THEN ${inMs('$5::int')} END
  WHERE ${HELD}`;

const COMPLETE = `
  WITH completed AS (
    UPDATE replays
    SET progress = $3, state = 'completed', reason = NULL, claimed_by = NULL, claimed_until = NULL, ended_at = now(),
      updated_at = now(), version = version + 1
    WHERE ${HELD} AND state = 'running' RETURNING id
  )
  SELECT id FROM completed`;

/**
 * The rows of replays as workers see them. Whoever has claimed one may write its progress, also after it was paused or
 * cancelled: what had been sent by then is to count. All times are the database's.
 */
@Injectable()
export class ReplayClaims {
  constructor(private readonly database: DataSource) {}

  /** Takes so many replays that run and that nobody has. */
  async take(claimant: string, most: number): Promise<ClaimedReplay[]> {
    await this.database.query(END_ORPHANS);
    if (most <= 0) return [];
    return this.database.query<ClaimedReplay[]>(TAKE, [claimant, LEASE_MS, most]);
  }

  /** Renews the claim; the state that the replay is in, or undefined when the claim is lost. */
  async save(
    id: string,
    claimant: string,
    progress: ReplayProgress,
    reason: string | null,
    on: Pick<EntityManager, 'query'> = this.database,
  ): Promise<ReplayState | undefined> {
    const values = [id, claimant, JSON.stringify(progress), reason, LEASE_MS];
    const rows = await on.query<{ state: ReplayState }[]>(SAVE, values);
    return rows[0]?.state;
  }

  /**
   * As `save`, in one transaction with what belongs to the progress. Undefined, and nothing done, when the claim is lost. What
   * belongs to it comes first: the replay's row is locked last, as it is when a retry ends.
   */
  async saveWith<T>(
    id: string,
    claimant: string,
    progress: ReplayProgress,
    work: (on: EntityManager) => Promise<T>,
  ): Promise<{ readonly state: ReplayState; readonly result: T } | undefined> {
    try {
      return await this.database.transaction(async (on) => {
        const result = await work(on);
        const state = await this.save(id, claimant, progress, null, on);
        if (state === undefined) throw new ClaimLost();
        return { state, result };
      });
    } catch (error) {
      if (error instanceof ClaimLost) return undefined;
      throw error;
    }
  }

  /** Gives the claim back; nobody takes the replay for so many ms. */
  async release(
    id: string,
    claimant: string,
    progress: ReplayProgress,
    reason: string | null,
    restMs: number,
  ): Promise<void> {
    await this.database.query(RELEASE, [id, claimant, JSON.stringify(progress), reason, restMs]);
  }

  /** False when it was not running any more. */
  async complete(id: string, claimant: string, progress: ReplayProgress): Promise<boolean> {
    const values = [id, claimant, JSON.stringify(progress)];
    return (await this.database.query<unknown[]>(COMPLETE, values)).length > 0;
  }
}
