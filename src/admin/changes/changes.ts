import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ChangeWatch } from '../../database/change-watch.js';
import { type RequestContext } from '../access/request-context.js';
import { Change } from './change.js';
import { keepAnswer, storedAnswer } from './repetition.js';

/** Rolls a transaction back and carries its result. */
class RolledBack extends Error {
  constructor(readonly result: unknown) {
    super();
  }
}

/** Runs changes of the configuration. Each is one transaction, which includes its audit rows. */
@Injectable()
export class Changes {
  constructor(
    private readonly database: DataSource,
    private readonly watch: ChangeWatch,
  ) {}

  /**
   * Runs one change. Resolves to its answer after the commit, when this instance has loaded the new configuration. A
   * request that repeats an `Idempotency-Key` gets the first answer and changes nothing.
   */
  async run<T>(context: RequestContext, work: (change: Change) => Promise<T>): Promise<T> {
    let afterwards: readonly (() => void)[] = [];
    const answer = await this.transaction(async (manager) => {
      const stored = await storedAnswer(manager, context);
      if (stored !== undefined) return stored as T;
      const change = new Change(manager, context);
      const result = await work(change);
      await keepAnswer(manager, context, result);
      ({ afterwards } = change);
      return result;
    });
    for (const effect of afterwards) effect();
    await this.watch.refresh();
    return answer;
  }

  /** Runs one change like `run` and rolls it back. Resolves to what the answer would be. */
  async rehearse<T>(context: RequestContext, work: (change: Change) => Promise<T>): Promise<T> {
    try {
      return await this.transaction(async (manager): Promise<T> => {
        throw new RolledBack(await work(new Change(manager, context)));
      });
    } catch (error) {
      if (error instanceof RolledBack) return error.result as T;
      throw error;
    }
  }

  /**
   * Serialises changes: each first locks the row of the configuration's version, which its first write would lock anyway.
   * Without this, one change could hold a row and wait for the version while another holds the version and waits for the row.
   */
  private transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT version FROM config_version FOR UPDATE');
      return work(manager);
    });
  }
}
