import { type DataSource, QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { changeTransaction } from './change-transaction.js';

const failed = (code: string) => new QueryFailedError('COMMIT', [], Object.assign(new Error(code), { code }));

/** A database whose transactions fail with these errors, one each, and then commit. */
function aDatabase(errors: readonly Error[]) {
  const failures = [...errors];
  const transaction = async (work: (manager: object) => Promise<unknown>) => {
    const result = await work({});
    const failure = failures.shift();
    if (failure) throw failure;
    return result;
  };
  return { transaction } as unknown as DataSource;
}

describe('changeTransaction', () => {
  it('runs the victim of a deadlock again, at most twice', async () => {
    const runs = (count: number) => {
      let run = 0;
      const database = aDatabase(Array.from({ length: count }, () => failed('40P01')));
      return changeTransaction(database, () => Promise.resolve((run += 1)));
    };
    expect(await runs(0)).toBe(1);
    expect(await runs(2)).toBe(3);
    await expect(runs(3)).rejects.toThrow('40P01');
  });

  it('fails at once for every other reason', async () => {
    const database = aDatabase([failed('23505')]);
    await expect(changeTransaction(database, () => Promise.resolve())).rejects.toThrow('23505');
  });
});
