import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../config/config.js';
import { ChangeWatch } from '../../database/change-watch.js';
import { AdminTokens } from '../access/admin-tokens.js';
import { type RequestContext } from '../access/request-context.js';
import { growthOf, refuseGrowth } from '../quota-rules/quota-check.js';
import { Change, type AuditStep } from './change.js';
import { changeTransaction, lockWorkspace } from './change-transaction.js';
import { keepAnswer, storedAnswer } from './repetition.js';
import { Turns } from './turns.js';

/** Rolls a transaction back and carries its result. */
class RolledBack extends Error {
  constructor(readonly result: unknown) {
    super();
  }
}

/** Runs changes of the configuration. Each is one transaction, which includes its audit rows. */
@Injectable()
export class Changes {
  private readonly turns = new Turns();
  private readonly rehearsalTurns = new Turns();

  constructor(
    private readonly database: DataSource,
    private readonly watch: ChangeWatch,
    private readonly config: Config,
    private readonly tokens: AdminTokens,
  ) {}

  /**
   * Runs one change, after the earlier ones of its workspace. Resolves to its answer after the commit, when this instance has
   * loaded the new configuration. Throws `quota_exceeded` where its workspace would have too much afterwards. A request that
   * repeats an `Idempotency-Key` gets the first answer and changes nothing. `work` runs again where its transaction was the
   * victim of a deadlock.
   */
  async run<T>(context: RequestContext, work: (change: Change) => Promise<T>): Promise<T> {
    let afterwards: readonly (() => void)[] = [];
    const transaction = () =>
      changeTransaction(this.database, async (manager) => {
        await lockWorkspace(manager, context);
        const stored = await storedAnswer(manager, context);
        if (stored !== undefined) return stored as T;
        const change = new Change(manager, context);
        const result = await this.carriedOut(change, context, work);
        await keepAnswer(manager, context, result);
        const types = change.audited.map(({ resourceType }) => resourceType);
        afterwards = [...change.afterwards, await this.tokens.afterChange(manager, types)];
        return result;
      });
    const answer = await this.turns.take(context.workspaceId ?? '', transaction);
    for (const effect of afterwards) effect();
    await this.watch.refresh();
    return answer;
  }

  /** Writes the audit row of an action that changes nothing. It waits for no change. */
  async record(
    context: RequestContext,
    resourceType: string,
    step: Omit<AuditStep, 'before'>,
  ): Promise<void> {
    await changeTransaction(this.database, async (manager) => {
      const change = new Change(manager, context);
      change.note(resourceType, step);
      await change.writeAudit();
    });
  }

  /**
   * Runs one change like `run` and rolls it back. Resolves to what the answer would be. It keeps no change of another workspace
   * waiting: it takes neither the lock of its workspace nor that of the configuration's version, which only a commit takes.
   */
  async rehearse<T>(context: RequestContext, work: (change: Change) => Promise<T>): Promise<T> {
    const transaction = () =>
      changeTransaction(this.database, async (manager): Promise<T> => {
        const change = new Change(manager, context);
        const result = await this.carriedOut(change, context, work);
        throw new RolledBack(result);
      });
    try {
      return await this.rehearsalTurns.take(context.workspaceId ?? '', transaction);
    } catch (error) {
      if (error instanceof RolledBack) return error.result as T;
      throw error;
    }
  }

  /** Every way to create something leads through here, and so do its quota and its audit row. */
  private async carriedOut<T>(
    change: Change,
    { workspaceId }: RequestContext,
    work: (change: Change) => Promise<T>,
  ): Promise<T> {
    const result = await work(change);
    const { manager, audited } = change;
    if (workspaceId !== null)
      await refuseGrowth({ manager, config: this.config, workspaceId }, growthOf(audited));
    await change.writeAudit();
    return result;
  }
}
