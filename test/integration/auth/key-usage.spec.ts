import { type DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyUsage } from '../../../src/auth/usage/key-usage.js';
import { bootstrap } from '../../../src/database/bootstrap.js';
import { connect } from '../../../src/database/connection/connect.js';
import { WriteKeyUsage } from '../../../src/database/entities/write-key.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { runMigrations } from '../../../src/database/connection/run-migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { lineToDatabase } from '../../support/line-to-server.js';

let database: TestDatabase;
let postgres: DataSource;
let keyId: string;

beforeEach(async () => {
  database = await freshDatabase();
  await runMigrations(database);
  postgres = await connect(database);
  await bootstrap(postgres, {});
  keyId = (await postgres.manager.findOneByOrFail(WriteKey, {})).id;
});
afterEach(async () => {
  await postgres.destroy();
  await database.drop();
});

const counts = async () => {
  const rows = await postgres.manager.find(WriteKeyUsage, { order: { outcome: 'ASC' } });
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]));
};

describe('what is counted on write keys', () => {
  it('adds up over instances that store at the same time', async () => {
    const instances = [new KeyUsage(postgres), new KeyUsage(postgres)];
    for (let round = 0; round < 20; round += 1) {
      for (const usage of instances) {
        usage.count(keyId, 'accepted', 5);
        usage.count(keyId, 'rate_limited');
      }
      await Promise.all(instances.map((usage) => usage.flush()));
    }
    expect(await counts()).toEqual({ accepted: 200, rate_limited: 40 });
  });

  it('has the day, and the last time that any instance saw', async () => {
    const usage = new KeyUsage(postgres);
    const before = Date.now();
    usage.count(keyId, 'accepted');
    await usage.flush();
    const later = new Date(Date.now() + 3_600_000);
    await postgres.query('UPDATE write_key_usage SET last_at = $1', [later]);
    usage.count(keyId, 'accepted');
    await usage.flush();
    const rows = await postgres.manager.find(WriteKeyUsage);
    expect(rows).toEqual([expect.objectContaining({ writeKeyId: keyId, count: '2', lastAt: later })]);
    const days = [before, Date.now()].map((at) => new Date(at).toISOString().slice(0, 10));
    expect(days).toContain(rows[0]?.day);
  });

  it('leaves out a key that was deleted meanwhile, and stores the others', async () => {
    const usage = new KeyUsage(postgres);
    usage.count('wkey_deleted', 'accepted', 3);
    usage.count(keyId, 'accepted', 4);
    await usage.flush();
    expect(await counts()).toEqual({ accepted: 4 });
  });

  it('is no change of the configuration', async () => {
    const version = () => postgres.query<unknown[]>('SELECT version FROM config_version');
    const before = await version();
    const usage = new KeyUsage(postgres);
    usage.count(keyId, 'accepted');
    await usage.flush();
    expect(await version()).toEqual(before);
  });

  it('waits while Postgres is away, and is stored when it is back', async () => {
    const { line, url } = await lineToDatabase(database.url);
    const through = await connect({ url });
    const usage = new KeyUsage(through);
    usage.count(keyId, 'accepted', 2);
    await line.cut();
    await usage.flush();
    expect(await counts()).toEqual({});
    usage.count(keyId, 'accepted', 3);
    await line.mend();
    await usage.flush();
    expect(await counts()).toEqual({ accepted: 5 });
    await through.destroy();
    await line.cut();
  });
});
