import { ConsoleLogger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { type DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthModule } from '../../../src/auth/auth.module.js';
import { WriteKeySnapshot } from '../../../src/auth/write-key-snapshot.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { Bootstrapped } from '../../../src/database/bootstrap.js';
import { connect } from '../../../src/database/connect.js';
import { hashOf } from '../../../src/database/credential.js';
import { SourceRow } from '../../../src/database/entities/source.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { type LineToServer, lineToDatabase } from '../../support/line-to-server.js';

let database: TestDatabase;
let line: LineToServer;
let app: TestingModule;
let snapshot: WriteKeySnapshot;
/** An administrator elsewhere, with a connection of its own. */
let elsewhere: DataSource;
let source: SourceRow;
let firstKey: string;
let happened: EventList;

/** Which things happened, by the names of their log lines. */
class EventList extends ConsoleLogger {
  readonly events: unknown[] = [];
  override log = (line: unknown) => this.note(line);
  override warn = (line: unknown) => this.note(line);

  private note(line: unknown): void {
    if (typeof line === 'object' && line !== null && 'event' in line) this.events.push(line.event);
  }
}

@Module({ imports: [AuthModule] })
class Collector {}

beforeEach(async () => {
  database = await freshDatabase();
  const through = await lineToDatabase(database.url);
  line = through.line;
  const config = loadConfig({ DATABASE_URL: through.url });
  happened = new EventList();
  app = await Test.createTestingModule({ imports: [ConfigModule.with(config), Collector] })
    .setLogger(happened)
    .compile();
  await app.init();
  snapshot = app.get(WriteKeySnapshot);
  firstKey = app.get(Bootstrapped, { strict: false }).made!.writeKey;
  elsewhere = await connect(database);
  source = (await elsewhere.getRepository(SourceRow).find())[0]!;
});

afterEach(async () => {
  await elsewhere.destroy();
  await app.close();
  await line.cut();
  await database.drop();
});

const add = (key: string) =>
  elsewhere.manager.insert(WriteKey, {
    id: `wkey_${key}`,
    sourceId: source.id,
    name: key,
    hash: hashOf(key),
    prefix: key,
  });
const isKnown = (key: string) =>
  expect(snapshot.resolve(key)).toEqual({ id: source.id, workspaceId: source.workspaceId });

describe('the write keys in memory', () => {
  it('are there when the start is over, the first key among them', () => {
    isKnown(firstKey);
    expect(snapshot.resolve('unknown')).toBeUndefined();
  });

  it('follow Postgres within two seconds: new, revoked, source turned off', async () => {
    await add('new');
    await eventually(() => isKnown('new'), 2_000);
    await elsewhere.manager.update(WriteKey, 'wkey_new', { revokedAt: new Date() });
    await eventually(() => expect(snapshot.resolve('new')).toBeUndefined(), 2_000);
    await elsewhere.manager.update(SourceRow, source.id, { enabled: false });
    await eventually(() => expect(snapshot.resolve(firstKey)).toBe('disabled'), 2_000);
  });

  it('go on serving while Postgres is away, and are fresh again after its return', async () => {
    await line.cut();
    await add('meanwhile');
    await eventually(() => expect(happened.events).toContain('configuration.not_watched'));
    isKnown(firstKey);
    expect(snapshot.resolve('meanwhile')).toBeUndefined();
    await line.mend();
    await eventually(() => isKnown('meanwhile'));
    expect(happened.events).toContain('configuration.watched_again');
  });
});
