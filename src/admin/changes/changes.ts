import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ChangeWatch } from '../../database/change-watch.js';
import { type RequestContext } from '../access/request-context.js';
import { Change } from './change.js';
import { givenAnswer, keepAnswer } from './repetition.js';

/** Ends a transaction without keeping what it did. */
class RolledBack extends Error {
  constructor(readonly result: unknown) {
    super();
  }
}

/** Runs changes of the configuration: each is one transaction together with its audit rows. */
@Injectable()
export class Changes {
  constructor(
    private readonly database: DataSource,
    private readonly watch: ChangeWatch,
  ) {}

  /**
   * Runs one change and resolves to its answer once it is durable and this instance knows it. A POST that comes again with
   * the same `Idempotency-Key` is given the first answer and does nothing.
   */
  async run<T>(context: RequestContext, work: (change: Change) => Promise<T>): Promise<T> {
    let afterwards: readonly (() => void)[] = [];
    const answer = await this.transaction(async (manager) => {
      const given = await givenAnswer(manager, context);
      if (given !== undefined) return given as T;
      const change = new Change(manager, context);
      const result = await work(change);
      await keepAnswer(manager, context, result);
      ({ afterwards } = change);
      return result;
    });
    for (const act of afterwards) act();
    await this.watch.refresh();
    return answer;
  }

  /** Runs one change as `run` does, and takes everything back: what it says is what would happen. */
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
   * Changes come one after the other: each takes the lock of the configuration's version first, which its first write would
   * take anyway, so that none waits for a row while another holding that row waits for the version.
   */
  private transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT version FROM config_version FOR UPDATE');
      return work(manager);
    });
  }
}
