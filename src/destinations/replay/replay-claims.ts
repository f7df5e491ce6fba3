import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ReplayState } from '../../database/entities/replay.entity.js';
import { RetryLedger } from '../delivery/ledger/retry-ledger.js';
import { type ReplayCriteria } from './history/criteria.js';
import { type ReplayPlan } from './history/history.js';
import { type ReplayProgress } from './progress.js';

/** Lease of a claim without renewal. When a worker dies, another takes over its replays after this time. */
export const LEASE_MS = 10_000;

/** A replay that only this worker runs. */
export interface ClaimedReplay {
  readonly id: string;
  readonly workspaceId: string;
  readonly destinationId: string;
  readonly criteria: ReplayCriteria;
  readonly plan: ReplayPlan;
  readonly rateLimit: number | null;
  readonly progress: Partial<ReplayProgress>;
  /** Why it made no progress the last time it was claimed; null where it did. */
  readonly reason: string | null;
}

/** Another worker has the replay; rolls a transaction back. */
class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

const inMs = (ms: string): string => `now() + make_interval(secs => (${ms})::float8 / 1000)`;

// A replay outlives its destination, so that the API can show why it ended.
const END_ORPHANS = `
  UPDATE replays r
  SET state = 'failed', reason = 'destination_deleted', ended_at = now(), updated_at = now(), version = version + 1
  WHERE state IN ('running', 'paused') AND NOT EXISTS (SELECT FROM destinations d WHERE d.id = r.destination_id)`;

// Unclaimed replays, longest unclaimed first.
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

// A replay that has ended meanwhile keeps the reason of its end.
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

const ended = (kind: string): string =>
  `retried_${kind} = retried_${kind} + (SELECT count(*) FROM removed WHERE replay_id = r.id AND kind = '${kind}')`;

/** Part of the ledger's removal: counts the ended retries of replays. */
const COUNT_ENDED = `
  UPDATE replays r SET ${ended('delivered')}, ${ended('filtered')}, ${ended('dead')}
  WHERE id IN (SELECT replay_id FROM removed) AND destination_id = $1`;

/**
 * The rows of replays as workers see them. The worker that has claimed a replay writes its progress even after a pause or a
 * cancellation, so that sent events are counted. All times are the database's.
 */
@Injectable()
export class ReplayClaims implements OnModuleInit {
  constructor(
    private readonly database: DataSource,
    private readonly ledger: RetryLedger,
  ) {}

  onModuleInit(): void {
    this.ledger.countRemovedBy(COUNT_ENDED);
  }

  /** Claims up to `max` running replays that no worker has. */
  async take(claimant: string, max: number): Promise<ClaimedReplay[]> {
    await this.database.query(END_ORPHANS);
    if (max <= 0) return [];
    return this.database.query<ClaimedReplay[]>(TAKE, [claimant, LEASE_MS, max]);
  }

  /** Renews the claim; resolves to the state of the replay, or undefined when the claim is lost. */
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
   * Like `save`, in one transaction with `work`; undefined, and nothing written, when the claim is lost. `work` runs first:
   * the replay's row is locked last, as it is by the end of a retry, which prevents a deadlock.
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

  /** Releases the claim; no worker takes the replay for `restMs`. */
  async release(
    id: string,
    claimant: string,
    progress: ReplayProgress,
    reason: string | null,
    restMs: number,
  ): Promise<void> {
    await this.database.query(RELEASE, [id, claimant, JSON.stringify(progress), reason, restMs]);
  }

  /** False when the replay was not running any more. */
  async complete(id: string, claimant: string, progress: ReplayProgress): Promise<boolean> {
    const values = [id, claimant, JSON.stringify(progress)];
    return (await this.database.query<unknown[]>(COMPLETE, values)).length > 0;
  }
}
