import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConsoleLogger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { type DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthModule } from '../../../src/auth/auth.module.js';
import { WriteKeySnapshot } from '../../../src/auth/snapshot/write-key-snapshot.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { Bootstrapped } from '../../../src/database/bootstrap.js';
import { connect } from '../../../src/database/connection/connect.js';
import { hashOf } from '../../../src/database/credential.js';
import { SourceRow } from '../../../src/database/entities/source.entity.js';
import { Workspace } from '../../../src/database/entities/workspace.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { type LineToServer, lineToDatabase } from '../../support/line-to-server.js';

let database: TestDatabase;
let line: LineToServer;
let dataDir: string;
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
  dataDir = await mkdtemp(join(tmpdir(), 'tributary-auth-'));
  const config = loadConfig({ DATABASE_URL: through.url, DATA_DIR: dataDir });
  happened = new EventList();
  app = await Test.createTestingModule({ imports: [ConfigModule.with(config), Collector] })
    .setLogger(happened)
    .compile();
  await app.init();
  snapshot = app.get(WriteKeySnapshot);
  firstKey = (await app.get(Bootstrapped, { strict: false }).credentials)!.writeKey;
  elsewhere = await connect(database);
  source = (await elsewhere.getRepository(SourceRow).find())[0]!;
});

afterEach(async () => {
  await elsewhere.destroy();
  await app.close();
  await line.cut();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

const add = (key: string, manager = elsewhere.manager) =>
  manager.insert(WriteKey, {
    id: `wkey_${key}`,
    sourceId: source.id,
    name: key,
    hash: hashOf(key),
    prefix: key,
  });
const isKnown = (key: string) =>
  expect(snapshot.find(key)).toMatchObject({
    source: { id: source.id, workspaceId: source.workspaceId, enabled: true },
    revoked: false,
  });

describe('the write keys in memory', () => {
  it('are there when the start is over, the first key among them', () => {
    isKnown(firstKey);
    expect(snapshot.find('unknown')).toBeUndefined();
  });

  it('follow Postgres within two seconds: new, revoked, source turned off', async () => {
    await add('new');
    await eventually(() => isKnown('new'), 2_000);
    await elsewhere.manager.update(WriteKey, 'wkey_new', { revokedAt: new Date() });
    await eventually(() => expect(snapshot.find('new')?.revoked).toBe(true), 2_000);
    await elsewhere.manager.update(SourceRow, source.id, { enabled: false });
    await eventually(() => expect(snapshot.find(firstKey)?.source.enabled).toBe(false), 2_000);
  });

  it('have the restrictions and limits of their rows', async () => {
    await add('restricted');
    const restrictions = {
      scopes: ['browser' as const],
      allowedOrigins: ['https://*.example.com'],
      allowedCidrs: ['10.0.0.0/8'],
      rateLimit: 7,
      expiresAt: new Date('2026-01-02T03:04:05.678Z'),
    };
    await elsewhere.manager.update(WriteKey, 'wkey_restricted', restrictions);
    await elsewhere.manager.update(Workspace, source.workspaceId, { rateLimit: 9 });
    await eventually(() => expect(snapshot.find('restricted')?.source.workspaceLimit).toBe(9), 2_000);
    const key = snapshot.find('restricted');
    expect(key).toMatchObject({ policy: { rateLimit: 7 }, expiresAt: restrictions.expiresAt.getTime() });
    expect([...(key?.policy?.scopes ?? [])]).toEqual(['browser']);
    expect(key?.policy?.origins?.admit('https://a.example.com')).toBe(true);
    expect(key?.policy?.networks?.admit('10.1.2.3')).toBe(true);
    expect(snapshot.find(firstKey)).toMatchObject({ policy: undefined });
  });

  it('follow what becomes of a key and of all that it hangs on: another value, deleted, its workspace limited', async () => {
    await add('moved');
    await add('deleted');
    await eventually(() => isKnown('deleted'), 2_000);
    await elsewhere.manager.update(WriteKey, 'wkey_moved', { hash: hashOf('moved-to') });
    await eventually(() => isKnown('moved-to'), 2_000);
    expect(snapshot.find('moved')).toBeUndefined();
    await elsewhere.manager.delete(WriteKey, 'wkey_deleted');
    await eventually(() => expect(snapshot.find('deleted')).toBeUndefined(), 2_000);
    await elsewhere.manager.update(Workspace, source.workspaceId, { rateLimit: 9 });
    await eventually(() => {
      const limits = [firstKey, 'moved-to'].map((key) => snapshot.find(key)?.source.workspaceLimit);
      expect(limits).toEqual([9, 9]);
    }, 2_000);
    expect(snapshot.state().keys).toBe(2);
  });

  it('miss no change that was begun before another and committed after it', async () => {
    const runner = elsewhere.createQueryRunner();
    await runner.startTransaction();
    // Takes its transaction id now, and touches the configuration only when others have done so.
    await runner.query('CREATE TABLE early (id int)');
    await add('between');
    await eventually(() => isKnown('between'), 2_000);
    await runner.manager.update(WriteKey, 'wkey_between', { rateLimit: 5 });
    await add('late', runner.manager);
    await runner.commitTransaction();
    await runner.release();
    await eventually(() => isKnown('late'), 2_000);
    expect(snapshot.find('between')?.policy?.rateLimit).toBe(5);
  });

  it('go on serving while Postgres is away, and are fresh again after its return', async () => {
    await line.cut();
    await add('meanwhile');
    await eventually(() => expect(happened.events).toContain('configuration.not_watched'));
    isKnown(firstKey);
    expect(snapshot.find('meanwhile')).toBeUndefined();
    await line.mend();
    await eventually(() => isKnown('meanwhile'));
    expect(happened.events).toContain('configuration.watched_again');
  });
});
