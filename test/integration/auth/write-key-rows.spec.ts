import { type DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadMark, readWriteKeys } from '../../../src/auth/keys/write-key-rows.js';
import { bootstrap } from '../../../src/database/bootstrap.js';
import { connect } from '../../../src/database/connection/connect.js';
import { hashOf } from '../../../src/database/credential.js';
import { SourceRow } from '../../../src/database/entities/source.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { runMigrations } from '../../../src/database/connection/run-migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let postgres: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  await runMigrations(database);
  postgres = await connect(database);
  await bootstrap(postgres, {});
  const { id: sourceId } = await postgres.manager.findOneByOrFail(SourceRow, {});
  for (const name of ['second', 'third'])
    await postgres.manager.insert(WriteKey, { id: name, sourceId, name, hash: hashOf(name), prefix: '' });
});
afterAll(async () => {
  await postgres.destroy();
  await database.drop();
});

const change = (id: string) => postgres.manager.update(WriteKey, id, { rateLimit: 5 });
const idsSince = async (mark: ReadMark) => {
  const { rows, isWhole } = await readWriteKeys(postgres, mark);
  return isWhole ? 'whole' : rows.map(({ id }) => id);
};

describe('reading the write keys', () => {
  it('gives all of them without a mark, and how many there are', async () => {
    expect(await readWriteKeys(postgres)).toMatchObject({ isWhole: true, total: 3, rows: { length: 3 } });
  });

  it('gives what has changed since a mark', async () => {
    const { mark } = await readWriteKeys(postgres);
    await change('second');
    expect(await idsSince(mark)).toEqual(['second']);
    await change('third');
    expect((await idsSince(mark)).length).toBe(2);
    const { mark: later } = await readWriteKeys(postgres, mark);
    expect(await idsSince(later)).toEqual([]);
  });

  it('gives every key of a source or workspace that has changed', async () => {
    const { mark } = await readWriteKeys(postgres);
    await postgres.query('UPDATE sources SET enabled = false');
    expect((await idsSince(mark)).length).toBe(3);
    const { mark: later } = await readWriteKeys(postgres);
    await postgres.query('UPDATE workspaces SET rate_limit = 3');
    expect((await idsSince(later)).length).toBe(3);
  });

  it('gives all of them when the server counts transactions anew', async () => {
    const { mark } = await readWriteKeys(postgres);
    expect(await idsSince({ ...mark, server: 'another' })).toBe('whole');
    expect(await idsSince({ ...mark, xid: String(Number(mark.xid) + 1_000_000) })).toBe('whole');
  });
});
