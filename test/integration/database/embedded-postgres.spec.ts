import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.js';
import { connect } from '../../../src/database/connection/connect.js';
import { Database, DatabaseStart } from '../../../src/database/database.js';
import { EmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.js';
import { Destination } from '../../../src/database/entities/destination.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { firstDestinations } from '../../../src/destinations/first-destinations.js';
import { startChild } from '../../support/child.js';
import { eventually } from '../../support/eventually.js';

const WRITE = join(import.meta.dirname, '../../support/write-embedded.ts');
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tributary-embedded-'));
});

afterEach(() => rm(dir, { recursive: true }));

const config = () => loadConfig({ DATA_DIR: dir });
const open = () => Database.open(config(), new DatabaseStart(firstDestinations(config())));

describe('the embedded Postgres', () => {
  it('creates its tables and first rows once, and keeps them over a restart', async () => {
    const first = await open();
    expect((await first.credentials)?.writeKey).toMatch(/^\w{32}$/);
    await first.close();

    const second = await open();
    expect(await second.credentials).toBeUndefined();
    expect(await second.dataSource.getRepository(Destination).find()).toMatchObject([{ type: 'console' }]);
    expect(await second.dataSource.getRepository(WriteKey).count()).toBe(1);
    await second.close();
  });

  it('keeps its socket in a private folder and removes it when it stops', async () => {
    const postgres = await EmbeddedPostgres.start(dir);
    expect((await stat(postgres.socketFolder)).mode & 0o777).toBe(0o700);
    await postgres.stop();
    await postgres.stop();
    expect(existsSync(postgres.socketFolder)).toBe(false);
  });

  it('does not mix large and small statements that are sent at the same time', async () => {
    const postgres = await EmbeddedPostgres.start(dir);
    const dataSource = await connect(postgres);
    const large = 'x'.repeat(300_000);
    const ask = async (sql: string, parameters: unknown[]) => {
      const rows = await dataSource.query<{ a: unknown }[]>(sql, parameters);
      expect(rows[0]?.a).toBe(parameters[0]);
    };
    const small = (index: number) => ask('SELECT $1::int AS a', [index]);
    const big = (index: number) => ask('SELECT $1::text AS a, length($2::text)', [`t${index}`, large]);
    await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? small : big)(index)));
    await dataSource.destroy();
    await postgres.stop();
  });

  it('rolls a failed transaction back', async () => {
    const database = await open();
    const failing = database.dataSource.transaction(async (manager) => {
      await manager.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_1', 'a')`);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await database.dataSource.query(`SELECT 1 FROM workspaces WHERE id = 'wsp_1'`)).toEqual([]);
    await database.close();
  });

  it('has every committed row after kill -9', async () => {
    const child = await startChild(WRITE, [dir]);
    await eventually(() => {
      expect(child.lines.length).toBeGreaterThan(50);
    });
    await child.kill();
    const postgres = await EmbeddedPostgres.start(dir);
    const dataSource = await connect(postgres);
    const rows = await dataSource.query<{ number: number }[]>('SELECT number FROM numbers ORDER BY number');
    const kept = new Set(rows.map(({ number }) => number));
    expect(child.lines.filter((line) => !kept.has(Number(line)))).toEqual([]);
    await dataSource.destroy();
    await postgres.stop();
  });
});
