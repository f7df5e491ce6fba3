import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../config/config.js';
import { auditEntriesDeleted } from '../../metrics/counters.js';
import { Outage } from '../../resilience/outage.js';
import { sleepUnlessAborted } from '../../resilience/pauses.js';

const EVERY_MS = 10 * 60_000;
/** A batch keeps a statement to a few ms; the pause between statements leaves Postgres to others. */
const BATCH = 1_000;
const PAUSE_MS = 20;

/** Workspaces with their quota; $1 is the default. */
const WORKSPACES = `
  SELECT w.id, coalesce(q.audit_entries, $1::int) AS quota FROM workspaces w LEFT JOIN workspace_quotas q ON q.id = w.id
  ORDER BY w.id`;

/** The newest entry that a workspace ($1) has beyond its quota ($2). */
const SURPLUS = 'SELECT id FROM audit_log WHERE workspace_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1';

/**
 * Up to an id that was found once: entries that arrive meanwhile are newer, and another instance deletes the same ones. Changes
 * of quotas stay, so that a lowered quota does not delete its own trace.
 */
const DELETE_OLDEST = `
  DELETE FROM audit_log WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM audit_log WHERE workspace_id = $1 AND id <= $2 AND resource_type <> 'quotas' ORDER BY id LIMIT ${BATCH}))`;

/**
 * Deletes the oldest audit entries of workspaces that have more than their quota: every ten minutes, in small batches. A change
 * is never refused for its entry. Entries of the instance, and of deleted workspaces, are kept.
 */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AuditRetention.name);
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private cleaning: Promise<void> = Promise.resolve();
  private readonly outage = new Outage(this.logger, { lost: 'audit_retention.postponed' });

  constructor(
    private readonly database: DataSource,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.cleaning = this.cleaning.then(() => this.clean());
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.cleaning;
  }

  /** Where Postgres is unavailable the next run tries again, and the outage is logged once. */
  async clean(): Promise<void> {
    const { signal } = this.stopping;
    try {
      const found = await this.database.query<{ id: string; quota: number }[]>(WORKSPACES, [
        this.config.QUOTAS.auditEntries,
      ]);
      for (const { id, quota } of found) {
        if (signal.aborted) return;
        await this.cleanWorkspace(id, quota);
      }
      this.outage.recovered();
    } catch (error) {
      this.outage.failed(error);
    }
  }

  private async cleanWorkspace(workspaceId: string, quota: number): Promise<void> {
    const { signal } = this.stopping;
    const [surplus] = await this.database.query<{ id: string }[]>(SURPLUS, [workspaceId, quota]);
    if (surplus === undefined) return;
    let count = 0;
    let deleted = BATCH;
    while (deleted === BATCH && !signal.aborted) {
      [, deleted] = await this.database.query<[unknown, number]>(DELETE_OLDEST, [workspaceId, surplus.id]);
      auditEntriesDeleted.inc(deleted);
      count += deleted;
      await sleepUnlessAborted(PAUSE_MS, signal);
    }
    if (count > 0) this.logger.warn({ event: 'audit_log.entries_deleted', workspaceId, count, quota });
  }
}
