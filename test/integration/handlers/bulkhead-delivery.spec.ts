import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bulkhead } from '../../../src/destinations/bulkhead/bulkhead.js';
import { handlers } from '../../../src/destinations/handlers/index.js';
import { bulkheadOptions } from '../../support/bulkhead/bulkhead-options.js';
import { UNCHECKED_ENTRY } from '../../support/bulkhead/child-entry.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase } from '../../support/database.js';
import { deliveriesOf, Framework } from './framework.js';
import { anEvent } from '../../support/events.js';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { postgres } from '../../../src/destinations/handlers/postgres/postgres.handler.js';

const settingsOf = (url: string) => {
  const { hostname, port, pathname, username } = new URL(url);
  return {
    ...{ host: hostname, port: Number(port), database: pathname.slice(1) || 'x', user: username || 'x' },
    ...{ tls: 'disable', layout: 'one-table' },
  };
};

/** A message E whose field has no terminator: the parser of `pg` looks for it for ever. */
const ENDLESS = Buffer.from([0x45, 0, 0, 0, 6, 0x53, 0x41]);

describe('a Postgres server whose error message has no end', () => {
  /** The checks around sockets find this message before the client does. */
  let unchecked: Bulkhead;
  let server: Server;
  let hits = 0;
  beforeEach(async () => {
    unchecked = new Bulkhead({ ...bulkheadOptions, entry: UNCHECKED_ENTRY, processes: 1 });
    hits = 0;
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        hits += 1;
        socket.write(ENDLESS);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    server.close();
    await unchecked.onApplicationShutdown();
  });
  const hostileSettings = () =>
    settingsOf(`postgres://x@127.0.0.1:${(server.address() as AddressInfo).port}/x`);

  it('costs its own destination an attempt, and neither the process nor the deliveries of another one', async () => {
    const database = await freshDatabase();
    const rig = await DeliveryRig.prepare({}, undefined, unchecked);
    try {
      const bad = await rig.destination('postgres', hostileSettings());
      const good = await rig.destination('postgres', settingsOf(database.url));
      await rig.start();
      await rig.publish(10);
      let longest = 0;
      let last = performance.now();
      const timer = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 10);
      await eventually(() => expect([rig.position(bad), rig.position(good)]).toEqual([10, 10]), 30_000);
      clearInterval(timer);
      expect(longest).toBeLessThan(1_000);
      expect(hits).toBeGreaterThan(0);
      await eventually(async () => {
        const rows = await rig.sql<{ reason: string }>(
          'SELECT DISTINCT last_reason AS reason FROM deliveries WHERE destination_id = $1',
          [bad],
        );
        expect(rows).toEqual([{ reason: 'handler_process_lost' }]);
      }, 30_000);
      const waiting = () => rig.sql('SELECT id FROM deliveries WHERE destination_id = $1', [good]);
      await eventually(async () => expect(await waiting()).toEqual([]), 30_000);
      await rig.publish(10);
      await eventually(() => expect(rig.position(good)).toBe(20), 30_000);
      await eventually(async () => expect(await waiting()).toEqual([]), 30_000);
    } finally {
      await rig.dispose();
      await database.drop();
    }
  });

  it('opens the circuit of its destination when it does it again', async () => {
    const framework = new Framework(
      postgres,
      hostileSettings(),
      // Long enough to start a process on a busy machine.
      { timeoutMs: 60_000 },
      undefined,
      undefined,
      unchecked,
    );
    const attempt = async () => (await framework.attempt(deliveriesOf([anEvent()])))[0];
    expect(await attempt()).toMatchObject({ kind: 'retry', reason: 'handler_process_lost' });
    expect(await attempt()).toMatchObject({ kind: 'retry', reason: 'handler_process_lost' });
    expect(await attempt()).toMatchObject({ kind: 'held', reason: 'not_tried' });
    await framework.close();
  });
});

describe('isolated types', () => {
  it('are those whose clients speak a protocol of their own', () => {
    const isolated = (handlers as readonly unknown[] as readonly Handler[]).filter((one) => one.isolated);
    expect(isolated.map(({ type }) => type).sort()).toEqual(['kafka', 'postgres', 'redis-stream', 's3']);
  });

  it('run in the main process where there are no delivery processes', () => {
    const settings = { entry: '', heapMib: 256, allowedCidrs: [], nameServers: [], blockedMs: 3_000 };
    expect(new Bulkhead({ ...settings, processes: 0 }).isOn).toBe(false);
  });
});
