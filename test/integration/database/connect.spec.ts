import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/database/connection/connect.js';
import { DatabaseAway, isCancelled } from '../../../src/database/connection/unavailable.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { lineToDatabase } from '../../support/line-to-server.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});

afterAll(() => database.drop());

describe('connect', () => {
  it('waits for a server that is away', async () => {
    const { line, url } = await lineToDatabase(database.url);
    await line.cut();
    const connecting = connect({ url });
    await line.mend();
    const dataSource = await connecting;
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
    await line.cut();
  });

  it('gives up with one sentence that names the server and not the password', async () => {
    const { line, url } = await lineToDatabase(database.url);
    await line.cut();
    const secret = new URL(url);
    secret.password = 'secret';
    const failure = connect({ url: secret.href }, { giveUpAfterMs: 600 });
    await expect(failure).rejects.toThrow(DatabaseAway);
    await expect(failure).rejects.toThrow(new RegExp(`Postgres at 127.0.0.1:${line.port} .*does not answer`));
    await expect(failure).rejects.not.toThrow('secret');
  });

  it('does not wait for a server that refuses', async () => {
    const url = new URL(database.url);
    url.pathname = '/no_such_database';
    await expect(connect({ url: url.href })).rejects.toThrow(
      /refuses: database "no_such_database" does not exist/,
    );
  });

  it('survives the loss of its connections', async () => {
    const { line, url } = await lineToDatabase(database.url);
    const dataSource = await connect({ url });
    const asleep = dataSource.query('SELECT pg_sleep(60)');
    await expect(Promise.all([asleep, line.cut()])).rejects.toThrow();
    await expect(dataSource.query('SELECT 1')).rejects.toThrow();
    await line.mend();
    await eventually(() => dataSource.query('SELECT 1'));
    await dataSource.destroy();
    await line.cut();
  });

  it('limits the statements of every connection, of which migrations have none', async () => {
    const limits = { statementMs: 100, idleInTransactionMs: 60_000 };
    const dataSource = await connect({ url: database.url }, { limits });
    const failures = await Promise.all(
      [1, 2, 3].map(() => dataSource.query('SELECT pg_sleep(60)').catch((error: unknown) => error)),
    );
    expect(failures.map(isCancelled)).toEqual([true, true, true]);
    await dataSource.destroy();
    const unlimited = await connect({ url: database.url });
    expect(await unlimited.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '0' }]);
    await unlimited.destroy();
  });

  it('ends a transaction that waits for this process, and its locks with it', async () => {
    const limits = { statementMs: 60_000, idleInTransactionMs: 100 };
    const [dataSource, other] = await Promise.all([
      connect({ url: database.url }, { limits }),
      connect({ url: database.url }),
    ]);
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT pg_advisory_xact_lock(7)');
    await other.query('SELECT pg_advisory_lock(7)');
    await expect(runner.query('SELECT 1')).rejects.toThrow();
    await runner.release();
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await Promise.all([dataSource.destroy(), other.destroy()]);
  });

  it('drops a connection on which the server has vanished', async () => {
    const { line, url } = await lineToDatabase(database.url);
    const dataSource = await connect({ url }, { silenceMs: 300 });
    line.freeze();
    await expect(dataSource.query('SELECT 1')).rejects.toThrow('did not answer');
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
    await line.cut();
  });
});
