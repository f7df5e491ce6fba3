import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bulkhead } from '../../../src/destinations/bulkhead/bulkhead.js';
import { deliveryProcessesLost } from '../../../src/metrics/counters.js';
import { handlers } from '../../../src/destinations/handlers/index.js';
import { bulkheadOptions } from '../../support/bulkhead/bulkhead-options.js';
import { UNCHECKED_ENTRY } from '../../support/bulkhead/child-entry.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase } from '../../support/database.js';
import { deliveriesOf, Framework } from './framework.js';
import { anEvent } from '../../support/events.js';
import { type Handler } from '../../../src/destinations/contract/handler.js';

/** A message E whose field has no terminator: the parser of `pg` looks for it for ever. */
const ENDLESS_ERROR = Buffer.from([0x45, 0, 0, 0, 6, 0x53, 0x41]);
/** The head of a row of 1 GiB. */
const HUGE_ROW = Buffer.from([0x44, 0x40, 0, 0, 0]);
/** Arrays in arrays: the parser of `ioredis` calls itself until the stack is full, and throws. */
const NESTED_ARRAYS = '*1\r\n'.repeat(200_000);

/** Bytes until the other side has closed. */
function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(4_194_304);
}

const postgresSettings = (url: URL) => ({
  ...{
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1) || 'x',
    user: url.username || 'x',
  },
  ...{ tls: 'disable', layout: 'one-table' },
});
const redisSettings = (url: URL) => ({ url: `redis://${url.host}`, stream: `test:${randomUUID()}` });

const POSTGRES = { type: 'postgres', settingsOf: postgresSettings } as const;
const REDIS = { type: 'redis-stream', settingsOf: redisSettings } as const;

const CASES = [
  {
    answer: 'a Postgres error without an end, which blocks its client',
    ...POSTGRES,
    attack: (socket: Socket) => socket.write(ENDLESS_ERROR),
    causes: ['blocked'],
  },
  {
    answer: 'a Postgres row of 1 GiB, which fills the memory of its client',
    ...POSTGRES,
    attack: (socket: Socket) => (socket.write(HUGE_ROW), Readable.from(endless()).pipe(socket)),
    // To copy what has come may also take longer than a busy machine gives it.
    causes: ['memory', 'blocked'],
  },
  {
    answer: 'a Redis reply at which its client throws',
    ...REDIS,
    attack: (socket: Socket) => socket.write(NESTED_ARRAYS),
    causes: ['died'],
  },
];

describe.each(CASES)('$answer', ({ type, settingsOf, attack, causes }) => {
  /** The checks around sockets find the answer before the client does. */
  let unchecked: Bulkhead;
  let server: Server;
  beforeEach(async () => {
    unchecked = new Bulkhead({ ...bulkheadOptions, entry: UNCHECKED_ENTRY, processes: 1, heapMib: 128 });
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => attack(socket));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    server.close();
    await unchecked.onApplicationShutdown();
  });
  const hostile = () => settingsOf(new URL(`x://127.0.0.1:${(server.address() as AddressInfo).port}`));

  it('costs its destination an attempt, and neither the main process nor a neighbour of the same type', async () => {
    const database = await freshDatabase();
    const rig = await DeliveryRig.prepare({}, undefined, unchecked);
    try {
      const bad = await rig.destination(type, hostile());
      const url = type === 'postgres' ? database.url : process.env['REDIS_URL']!;
      const neighbour = await rig.destination(type, settingsOf(new URL(url)));
      await rig.start();
      const before = await losses();
      const stall = stallWatch();
      await rig.publish(10);
      await eventually(() => expect([rig.position(bad), rig.position(neighbour)]).toEqual([10, 10]), 30_000);
      const waiting = (id: string) =>
        rig.sql('SELECT DISTINCT last_reason AS reason FROM deliveries WHERE destination_id = $1', [id]);
      await eventually(
        async () => expect(await waiting(bad)).toContainEqual({ reason: 'handler_process_lost' }),
        30_000,
      );
      const after = await losses();
      const grown = Object.keys(after).filter((name) => after[name] !== before[name]);
      expect(causes).toEqual(expect.arrayContaining(grown));
      expect(grown).not.toEqual([]);
      await rig.publish(10);
      await eventually(() => expect(rig.position(neighbour)).toBe(20), 30_000);
      await eventually(async () => expect(await waiting(neighbour)).toEqual([]), 30_000);
      expect(stall.longestMs()).toBeLessThan(1_000);
    } finally {
      await rig.dispose();
      await database.drop();
    }
  });

  it('opens the circuit of its destination when it comes twice', async () => {
    // Long enough to start a process on a busy machine.
    const limits = { timeoutMs: 60_000 };
    const handler = handlers.find((one) => one.type === type) as unknown as Handler;
    const framework = new Framework(handler, hostile(), limits, undefined, undefined, unchecked);
    const attempt = async () => (await framework.attempt(deliveriesOf([anEvent()])))[0];
    expect(await attempt()).toMatchObject({ kind: 'retry', reason: 'handler_process_lost' });
    expect(await attempt()).toMatchObject({ kind: 'retry', reason: 'handler_process_lost' });
    expect(await attempt()).toMatchObject({ kind: 'held', reason: 'not_tried' });
    await framework.close();
  });
});

/** Processes lost so far by cause. */
async function losses(): Promise<Record<string, number>> {
  const { values } = await deliveryProcessesLost.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.cause), value]));
}

/** Measures how long the event loop of this process stands still at most. */
function stallWatch(): { longestMs(): number } {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  return {
    longestMs: () => {
      clearInterval(timer);
      return longest;
    },
  };
}

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
