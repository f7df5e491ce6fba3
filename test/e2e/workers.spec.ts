import { readFileSync } from 'node:fs';
import http from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { loopbackPort } from '../support/servers/loopback-port.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { topicRecords } from '../support/topic-records.js';

const WORKERS = '2';
const CLIENTS = 8;
/** A call that waits for longer was forgotten: its connection is with no worker, and still open. In ms. */
const ABANDONED_MS = 15_000;

interface Line {
  readonly event?: string;
  readonly worker?: number;
  readonly pid?: number;
  readonly roles?: readonly string[];
  readonly cause?: string;
}

const linesOf = (product: Product): Line[] =>
  product
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

const eventsOf = (product: Product, event: string): Line[] =>
  linesOf(product).filter((line) => line.event === event);

/** Ids of all events in the log. */
async function storedIds(settings: Record<string, string>): Promise<Set<string>> {
  const brokers = (settings['KAFKA_BROKERS'] ?? '').split(',');
  const records = await topicRecords(
    new Kafka({ brokers, logLevel: logLevel.NOTHING }),
    settings['EVENTS_TOPIC'] ?? '',
  );
  return new Set(records.map(({ value }) => (JSON.parse(String(value)) as { messageId: string }).messageId));
}

function isRunning({ pid }: Line): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

interface Answer {
  readonly status: number | undefined;
  readonly isLast: boolean;
}

/** One call; over a connection of its own without an agent. */
function call(address: string, key: string, messageId: string, agent?: http.Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Basic ${btoa(`${key}:`)}` };
    const request = http.request(`${address}/v1/track`, { method: 'POST', headers, agent: agent ?? false });
    request.setTimeout(ABANDONED_MS, () => request.destroy());
    request.on('error', reject).on('response', (response) => {
      response.resume().on('end', () => {
        resolve({ status: response.statusCode, isLast: response.headers.connection === 'close' });
      });
    });
    request.end(JSON.stringify({ userId: 'user-1', event: 'Called', messageId }));
  });
}

/** Calls one after the other, each over a connection of its own. */
function comeAnew(address: string, name: string) {
  const waits: number[] = [];
  let isStopping = false;
  let begin: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => (begin = resolve));
  const run = async (): Promise<void> => {
    for (let turn = 0; !isStopping; turn += 1) {
      const startedAt = performance.now();
      await call(address, WRITE_KEY, `${name}-${turn}`).catch(() => undefined);
      waits.push(performance.now() - startedAt);
      begin();
    }
  };
  const ended = run();
  const stop = async (): Promise<number[]> => {
    isStopping = true;
    await ended;
    return waits;
  };
  return { hasBegun, stop };
}

describe('two workers on one port', () => {
  let settings: Record<string, string>;
  let receiver: Receiver;
  let product: Product;

  beforeAll(async () => {
    receiver = await startReceiver();
    settings = { ...(await realServers()), BOOTSTRAP_WEBHOOK_URL: receiver.url, WORKERS, LOG_LEVEL: 'debug' };
    product = await makeProduct(settings);
    await product.start();
    await eventually(() => expect(eventsOf(product, 'worker.started')).toHaveLength(2), 30_000);
  }, 90_000);

  afterAll(async () => {
    await product.dispose();
    await receiver.close();
  });

  const metrics = async (): Promise<string> =>
    (await fetch(`${product.address}/metrics`, { headers: { connection: 'close' } })).text();
  const accepted = async (): Promise<number> =>
    Number(/^tributary_messages_total\{outcome="accepted",code=""\} (\d+)$/m.exec(await metrics())?.[1] ?? 0);

  it('start one after the other, and only the first one delivers', async () => {
    // The lines of a worker reach the output after its start has been reported.
    await eventually(() => expect(eventsOf(product, 'listening')).toHaveLength(2));
    const started = eventsOf(product, 'worker.started');
    expect(started.map(({ worker }) => worker)).toEqual([1, 2]);
    expect(new Set([product.pid(), ...started.map(({ pid }) => pid)]).size).toBe(3);
    expect(eventsOf(product, 'listening').map(({ worker, roles }) => ({ worker, roles }))).toEqual([
      { worker: 1, roles: ['collector', 'delivery', 'admin'] },
      { worker: 2, roles: ['collector', 'admin'] },
    ]);
  });

  it('both answer calls, each the same number of connections', async () => {
    for (let turn = 0; turn < CLIENTS; turn += 1)
      expect((await call(product.address, 'an-unknown-key', `refused-${turn}`)).status).toBe(401);
    await eventually(() => {
      const refused = eventsOf(product, 'call.refused').map(({ worker }) => worker);
      for (const worker of [1, 2]) expect(refused.filter((one) => one === worker)).toHaveLength(CLIENTS / 2);
    });
  });

  it('show the same metrics, which are those of both', async () => {
    const before = await accepted();
    for (let turn = 0; turn < CLIENTS; turn += 1)
      expect((await call(product.address, WRITE_KEY, `counted-${turn}`)).status).toBe(200);
    expect([await accepted(), await accepted()]).toEqual([before + CLIENTS, before + CLIENTS]);
    const text = await metrics();
    expect(text).toMatch(/^tributary_workers 2$/m);
    expect(text).toMatch(/^tributary_postgres_up 1$/m);
    expect(text).toMatch(/^tributary_write_keys\{from="postgres"\} 1$/m);
  });

  it('store a repeated message once, by whichever it comes', async () => {
    const before = await accepted();
    for (let turn = 0; turn < 4; turn += 1)
      expect((await call(product.address, WRITE_KEY, 'repeated')).status).toBe(200);
    expect(await accepted()).toBe(before + 1);
  });

  it('lose no acknowledged event when one is killed, which is replaced', async () => {
    const sent = new EventStream(() => [product.address], CLIENTS, 20);
    await eventually(() => expect(sent.accepted.size).toBeGreaterThan(4 * CLIENTS));
    const counted = await accepted();
    const newcomers = Array.from({ length: CLIENTS }, (_, client) =>
      comeAnew(product.address, `newcomer-${client}`),
    );
    await Promise.all(newcomers.map(({ hasBegun }) => hasBegun));
    // The one that delivers.
    const { pid } = eventsOf(product, 'worker.started')[0]!;
    process.kill(pid!, 'SIGKILL');
    await eventually(() => expect(eventsOf(product, 'worker.started')).toHaveLength(3), 30_000);
    const waits = (await Promise.all(newcomers.map((newcomer) => newcomer.stop()))).flat();
    expect(Math.max(...waits)).toBeLessThan(ABANDONED_MS);
    const after = performance.now();
    await eventually(() => expect(sent.between(after).length).toBeGreaterThan(4 * CLIENTS));
    await sent.stop();
    expect(eventsOf(product, 'worker.lost')).toMatchObject([{ worker: 1, pid, cause: 'died' }]);
    expect(eventsOf(product, 'worker.started')[2]).toMatchObject({ worker: 1 });
    expect(await accepted()).toBeGreaterThan(counted);
    expect(await metrics()).toMatch(/^tributary_workers_lost_total\{cause="died"\} 1$/m);
    const stored = await storedIds(settings);
    expect([...sent.accepted.keys()].filter((id) => !stored.has(id))).toEqual([]);
    await eventually(() => {
      const delivered = new Set(receiver.events().map(({ messageId }) => messageId));
      expect([...sent.accepted.keys()].filter((id) => !delivered.has(id))).toEqual([]);
    }, 45_000);
  });

  it('drain together on SIGTERM, without a failed call', async () => {
    const answered: string[] = [];
    const failed: unknown[] = [];
    let lastAnswers = 0;
    const send = async (client: number): Promise<void> => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      for (let turn = 0; ; turn += 1) {
        const id = `drained-${client}-${turn}`;
        const answer = await call(product.address, WRITE_KEY, id, agent).catch(
          (error: unknown) => error as Error,
        );
        if (answer instanceof Error || answer.status !== 200) return void failed.push(answer);
        answered.push(id);
        // It now goes to another instance.
        if (answer.isLast) return void (lastAnswers += 1);
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, client) => send(client));
    await eventually(() => expect(answered.length).toBeGreaterThan(10 * CLIENTS));
    const code = await product.stop();
    await Promise.all(clients);
    expect({ code, failed, lastAnswers }).toEqual({ code: 0, failed: [], lastAnswers: CLIENTS });
    expect(
      eventsOf(product, 'drain.finished')
        .map(({ worker }) => worker)
        .sort(),
    ).toEqual([1, 2]);
    const stored = await storedIds(settings);
    expect(answered.filter((id) => !stored.has(id))).toEqual([]);
  });
});

describe('workers that cannot start', () => {
  it('tell the reason once, and the supervisor exits with 1', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const HTTP_PORT = String((server.address() as { port: number }).port);
    const product = await makeProduct({ ...(await realServers()), WORKERS, HTTP_PORT });
    try {
      await expect(product.start()).rejects.toThrow('ended during its start');
      const sentence = `Tributary cannot start. Port ${HTTP_PORT} on 127.0.0.1 is in use: set HTTP_PORT to another port.`;
      expect(product.output().split('Tributary cannot start.')).toHaveLength(2);
      expect(product.output()).toContain(sentence);
      expect(eventsOf(product, 'worker.started')).toEqual([]);
      expect(await product.stop()).toBe(1);
    } finally {
      await product.dispose();
      server.close();
    }
  });
});

describe('two workers', () => {
  it('share a second listener and the limit of connections, and end with a supervisor that was killed', async () => {
    const OPERATIONS_PORT = String(await loopbackPort());
    const own = { WORKERS, OPERATIONS_PORT, MAX_CONNECTIONS: '20' };
    const product = await makeProduct({ ...(await realServers()), ...own });
    const sockets: Socket[] = [];
    try {
      await product.start();
      await eventually(() => expect(eventsOf(product, 'worker.started')).toHaveLength(2), 30_000);
      for (let turn = 0; turn < 4; turn += 1) {
        const statusOf = async (address: string) =>
          (await fetch(`${address}/metrics`, { headers: { connection: 'close' } })).status;
        expect(await statusOf(product.address)).toBe(404);
        expect(await statusOf(`http://127.0.0.1:${OPERATIONS_PORT}`)).toBe(200);
      }

      for (let index = 0; index < 30; index += 1)
        sockets.push(
          connect(Number(new URL(product.address).port), '127.0.0.1')
            .on('error', () => undefined)
            .resume(),
        );
      const closed = () => sockets.filter((socket) => socket.closed).length;
      await eventually(() => expect(closed()).toBeGreaterThanOrEqual(10));
      for (const socket of sockets) socket.destroy();
      await eventually(async () =>
        expect((await call(product.address, WRITE_KEY, 'after the limit')).status).toBe(200),
      );

      expect(eventsOf(product, 'worker.started').filter(isRunning)).toHaveLength(2);
      await product.kill();
      await eventually(() => expect(eventsOf(product, 'worker.started').filter(isRunning)).toEqual([]));
    } finally {
      await product.dispose();
    }
  });
});
