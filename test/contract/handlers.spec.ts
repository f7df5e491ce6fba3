import { readFile } from 'node:fs/promises';
import { connect, type LookupFunction, Socket } from 'node:net';
import { join } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { type Opened, type PrintingContext } from '../../src/destinations/contract/context.js';
import { DeliveryError, resultOf } from '../../src/destinations/contract/delivery-error.js';
import { type ItemResult, type UndeliveredResult } from '../../src/destinations/contract/delivery-item.js';
import { DEFAULT_LIMITS, type Handler } from '../../src/destinations/contract/handler.js';
import { type DeliveryNetwork } from '../../src/destinations/contract/network.js';
import { type DestinationType, handlers } from '../../src/destinations/handlers/index.js';
import { anEvent } from '../support/events.js';

/** Valid and faulty settings per type. A new type without its own does not compile. */
const sampleSettings: Record<DestinationType, { valid: object; faulty: object }> = {
  clickhouse: {
    valid: { url: 'https://clickhouse.example.com:8443' },
    faulty: { url: 'clickhouse.example.com:8443' },
  },
  console: { valid: {}, faulty: { label: 'two\nlines' } },
  kafka: {
    valid: { brokers: ['kafka.example.com:9093'], topic: 'events.{type}' },
    faulty: { topic: 'events' },
  },
  postgres: {
    valid: { host: 'db.example.com', database: 'analytics', user: 'tributary' },
    faulty: { host: '/var/run/postgresql', database: 'analytics', user: 'tributary' },
  },
  'redis-stream': {
    valid: { url: 'rediss://redis.example.com' },
    faulty: { url: 'https://redis.example.com' },
  },
  s3: {
    valid: { bucket: 'events', accessKeyId: 'key', secretAccessKey: 'secret' },
    faulty: { bucket: 'Events/2026', accessKeyId: 'key', secretAccessKey: 'secret' },
  },
  segment: { valid: { writeKey: 'key' }, faulty: { writeKey: 'a key' } },
  webhook: { valid: { url: 'https://example.com/' }, faulty: {} },
};

const items = [anEvent(), anEvent(), anEvent()].map((event) => ({
  event,
  json: JSON.stringify(event),
  attempt: 1,
}));

const failed = (error: Error): LookupFunction => {
  return (_name, _options, callback) => void setImmediate(callback, error, '');
};

/** A socket whose own `connect` fails as a guarded socket does. */
class FailingSocket extends Socket {
  constructor(private readonly error: Error) {
    super();
  }
  override connect(): this {
    return super.connect({ host: 'refused.invalid', port: 1, lookup: failed(this.error) });
  }
}

/** A network in which every connection fails with this error, and the sockets that it gave out. */
function failingNetwork(error: Error): { network: DeliveryNetwork; sockets: Socket[] } {
  const sockets: Socket[] = [];
  const kept = (socket: Socket): Socket => sockets[sockets.push(socket) - 1]!;
  const to = { host: 'refused.invalid', port: 1, lookup: failed(error) };
  return {
    network: {
      connect: () => kept(connect(to)),
      socket: () => kept(new FailingSocket(error)),
      contain: () => undefined,
    },
    sockets,
  };
}

describe.each(handlers.map((handler) => handler as Handler<DestinationType>))('handler $type', (handler) => {
  const { valid, faulty } = sampleSettings[handler.type];
  const settingsOf = (plain: object) =>
    plainToInstance(handler.settings, plain, { exposeDefaultValues: true });
  const faultsOf = (plain: object) => validateSync(settingsOf(plain), { forbidUnknownValues: false });

  /** Delivers while HTTP, network and terminal all fail with this error, or all succeed without one. */
  async function deliver(error?: Error): Promise<readonly ItemResult[]> {
    const settled = <T>(value: T) => (error === undefined ? Promise.resolve(value) : Promise.reject(error));
    const { network, sockets } = failingNetwork(error ?? new Error('no server here'));
    const common = {
      settings: settingsOf(valid),
      destinationId: 'dst_1',
      signal: new AbortController().signal,
    };
    const opened = await handler.open?.({ ...common, network });
    const context: PrintingContext<object, unknown> = {
      ...{ ...common, workspaceId: 'wsp_1', opened },
      http: { send: () => settled({ status: 200, body: '' }) },
      print: () => settled(undefined),
    };
    try {
      return await handler.deliver(items, context);
    } catch (thrown) {
      return items.map(() => resultOf(thrown));
    } finally {
      await (opened as Opened | undefined)?.close();
      expect(sockets.filter(({ destroyed }) => !destroyed)).toEqual([]);
    }
  }

  it('has a type and a title of its own', () => {
    expect(handler.type).toMatch(/^[a-z][a-z0-9-]{1,39}$/);
    expect(
      handlers.filter(({ type, title }) => type === handler.type || title === handler.title),
    ).toHaveLength(1);
  });

  it('accepts its sample settings', () => {
    expect(faultsOf(valid)).toEqual([]);
  });

  it('refuses faulty settings', () => {
    expect(faultsOf(faulty)).not.toEqual([]);
  });

  it('has limits above zero', () => {
    const { maxItems, maxBytes, concurrency, timeoutMs } = {
      ...DEFAULT_LIMITS,
      ...handler.limits?.(settingsOf(valid)),
    };
    expect(Math.min(maxItems, maxBytes, concurrency, timeoutMs)).toBeGreaterThan(0);
  });

  it.each<UndeliveredResult>([
    { kind: 'retry', reason: 'connection_refused' },
    { kind: 'reject', reason: 'address_blocked' },
  ])('reports $kind $reason for each item, changes no event, and closes its sockets', async (result) => {
    const before = structuredClone(items);
    const results = await deliver(new DeliveryError(result));
    expect(results).toEqual(items.map(() => expect.objectContaining(result) as unknown));
    expect(items).toEqual(before);
  });

  if (handler.open === undefined) {
    it('returns ok for each item that the receiver takes', async () => {
      expect(await deliver()).toEqual(items.map(() => ({ kind: 'ok' })));
    });
  } else {
    it('delivers to a real server in the suite of test/integration/handlers', async () => {
      const file = join(import.meta.dirname, `../integration/handlers/${handler.type}.spec.ts`);
      expect(await readFile(file, 'utf8')).toMatch(/^describeHandler\(\{/m);
    });
  }
});
