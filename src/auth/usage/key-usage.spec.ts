import { describe, expect, it } from 'vitest';
import { KeyUsage } from './key-usage.js';

/** A Postgres that keeps the statements' parameters, and can be away. */
function aDatabase() {
  const stored: unknown[][] = [];
  const database = {
    stored,
    away: false,
    query: (_: string, [ids, , outcomes, counts]: unknown[][] = []) => {
      if (database.away) return Promise.reject(new Error('Postgres is away'));
      stored.push([ids, outcomes, counts]);
      return Promise.resolve();
    },
  };
  return database;
}

describe('KeyUsage', () => {
  it('stores what was counted in one statement, and asks for nothing when nothing was', async () => {
    const database = aDatabase();
    const usage = new KeyUsage(database as never);
    await usage.flush();
    usage.count('a', 'accepted', 3);
    usage.count('a', 'duplicate', 0);
    usage.count('b', 'rate_limited');
    await usage.flush();
    await usage.flush();
    expect(database.stored).toEqual([
      [
        ['a', 'b'],
        ['accepted', 'rate_limited'],
        [3, 1],
      ],
    ]);
  });

  it('keeps the counts while Postgres is away, and stores them with the later ones', async () => {
    const database = aDatabase();
    const usage = new KeyUsage(database as never);
    database.away = true;
    usage.count('a', 'accepted', 3);
    await usage.flush();
    usage.count('a', 'accepted', 4);
    await usage.flush();
    database.away = false;
    await usage.flush();
    expect(database.stored).toEqual([[['a'], ['accepted'], [7]]]);
  });

  it('stores the rest at its end', async () => {
    const database = aDatabase();
    const usage = new KeyUsage(database as never);
    usage.onModuleInit();
    usage.count('a', 'accepted');
    const first = usage.flush();
    usage.count('a', 'accepted');
    await usage.onApplicationShutdown();
    await first;
    expect(database.stored).toEqual([
      [['a'], ['accepted'], [1]],
      [['a'], ['accepted'], [1]],
    ]);
  });
});
