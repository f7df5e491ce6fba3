import { Injectable } from '@nestjs/common';
import { type ReplayCriteria } from '../../destinations/replay/history/criteria.js';
import { DryRun } from '../../destinations/replay/dry-run.js';
import { Histories } from '../../destinations/replay/history/histories.js';
import { type ReplayPlan } from '../../destinations/replay/history/history.js';
import { LogUnavailable } from '../../event-log/append-errors.js';
import { WorkspaceSlots } from '../changes/workspace-slots.js';
import { Problem } from '../problems/problem.js';
import { type ReplayDryRunDto } from './replay.dto.js';

const LIMIT_MS = 20_000;
/** Each dry run reads as fast as it can. */
const SLOTS = { what: 'dry runs', perWorkspace: 2, inAll: 6, retryAfterSeconds: 20 };

interface Target {
  readonly id: string;
  readonly workspaceId: string;
}

/** Reads from the event log what a replay would deliver. Throws the problem `unavailable` when the event log is. */
@Injectable()
export class ReplayPlanning {
  private readonly slots = new WorkspaceSlots(SLOTS);

  constructor(
    private readonly histories: Histories,
    private readonly dryRuns: DryRun,
  ) {}

  plan(target: Target, criteria: ReplayCriteria): Promise<ReplayPlan> {
    return this.orUnavailable(() => this.histories.plan(target, criteria));
  }

  /** Throws `too_many_requests` while other dry runs of the workspace, or too many in all, are in progress. */
  dryRun({ id, workspaceId }: Target, criteria: ReplayCriteria): Promise<ReplayDryRunDto> {
    return this.slots.run(workspaceId, async () => {
      const { seen, complete } = await this.orUnavailable(() => this.dryRuns.run(id, criteria, LIMIT_MS));
      const { count, first, last, scanned } = seen;
      const timeOf = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));
      return { count, from: timeOf(first), to: timeOf(last), scanned, complete };
    });
  }

  private async orUnavailable<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      throw new Problem('unavailable', 'The event log is unavailable: try again later', {
        headers: { 'Retry-After': '5' },
      });
    }
  }
}
