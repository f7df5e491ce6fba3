import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { groupOf } from '../../../src/destinations/delivery/model/prepared-destination.js';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { s3 } from '../../../src/destinations/handlers/s3/s3.handler.js';
import { LocalLog } from '../../../src/event-log/local/local-log.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { lineTo } from '../../support/line-to-server.js';
import { linesOf, objectsIn, rowsOf } from '../../support/s3-objects.js';
import { type S3Server, startS3 } from '../../support/servers/s3.js';
import { describeHandler, type Stage, throughLine } from './suite.js';

const handler = s3 as unknown as Handler;

let server: S3Server;
beforeAll(async () => {
  server = await startS3();
});
afterAll(() => server.stop());

async function start(format: string): Promise<Stage> {
  const { accessKeyId, secretAccessKey, client } = server;
  const bucket = await server.bucket();
  const line = await lineTo('127.0.0.1', server.port);
  const place = { bucket, endpoint: `http://127.0.0.1:${line.port}`, forcePathStyle: true };
  const settings = { ...place, accessKeyId, secretAccessKey, format, maxWaitSeconds: 0 };
  return {
    settings,
    refusedSettings: { ...settings, secretAccessKey: 'not-the-secret' },
    delivered: async () => {
      const objects = await objectsIn(client, bucket);
      const ids = objects.map(async (object) =>
        format === 'parquet'
          ? (await rowsOf(object)).map((row) => row['message_id'] as string)
          : linesOf(object).map((line) => (JSON.parse(line) as { messageId: string }).messageId),
      );
      return (await Promise.all(ids)).flat();
    },
    ...throughLine(line),
    poison: { receivedAt: 'half past nine' },
    // The same events together. Delivered again among other events they are duplicates: s3-objects.spec.ts.
    duplicates: 'none',
    close: () => line.cut(),
  };
}

describeHandler({ handler, variant: 'NDJSON', start: () => start('ndjson.gz') });
describeHandler({ handler, variant: 'Parquet', start: () => start('parquet') });

describe('events that wait for a larger file', () => {
  let directory: string;
  let database: TestDatabase;
  const rigs: DeliveryRig[] = [];

  /** A new process on the same event log and database. */
  async function startAgain(): Promise<{ rig: DeliveryRig; log: LocalLog }> {
    const limits = { retentionMs: 3_600_000, maxBytes: 2 ** 28, maxInFlightBytes: 2 ** 26 };
    const log = new LocalLog({ directory, ...limits });
    await log.start();
    const rig = await DeliveryRig.prepare({ DATABASE_URL: database.url }, log);
    rigs.push(rig);
    return { rig, log };
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tributary-log-'));
    database = await freshDatabase();
  });
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.dispose();
    await database.drop();
    await rm(directory, { recursive: true });
  });

  it('wait in the event log, do not delay a stop, and are uploaded together when the wait ends', async () => {
    const { accessKeyId, secretAccessKey, client, port } = server;
    const bucket = await server.bucket();
    const place = { bucket, endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true };
    const settings = { ...place, accessKeyId, secretAccessKey, maxWaitSeconds: 600 };
    const first = await startAgain();
    const id = await first.rig.destination('s3', settings);
    await first.rig.destination('console', {});
    await first.rig.start();
    const given = [...(await first.rig.publish(3)), ...(await first.rig.publish(4))];
    await eventually(() => expect(first.rig.printed).toHaveLength(7));
    const begun = Date.now();
    await first.rig.stop();
    expect(Date.now() - begun).toBeLessThan(4_000);
    expect(await objectsIn(client, bucket)).toEqual([]);

    const { rig, log } = await startAgain();
    const position = async () => (await log.positions(groupOf(id), ['tributary.events']))[0]?.next;
    await rig.start();
    given.push(...(await rig.publish(2)));
    await eventually(() => expect(rig.printed).toHaveLength(2));
    expect([await position(), await objectsIn(client, bucket)]).toEqual([0n, []]);
    await rig.sql("UPDATE destinations SET settings = $1, version = version + 1 WHERE type = 's3'", [
      { ...settings, maxWaitSeconds: 0 },
    ]);
    await eventually(async () => expect(await position()).toBe(9n));
    const lines = (await objectsIn(client, bucket)).map(linesOf);
    expect(lines).toEqual([given.map((event) => JSON.stringify(event))]);
    expect(await rig.waiting()).toEqual([]);
  });
});
