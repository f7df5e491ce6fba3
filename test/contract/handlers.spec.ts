import { plainToInstance } from 'class-transformer';
import { type PrintingContext } from '../../src/destinations/contract/context.js';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../src/destinations/contract/delivery-error.js';
import { DEFAULT_LIMITS, type Handler } from '../../src/destinations/contract/handler.js';
import { type DeliveryHttp } from '../../src/destinations/contract/http.js';
import { type DestinationType, handlers } from '../../src/destinations/handlers/index.js';
import { anEvent } from '../support/events.js';

/** Valid and faulty settings of each type. A new handler that forgets its own does not compile. */
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
const works: DeliveryHttp = { send: () => Promise.resolve({ status: 200, body: '' }) };
const refuses: DeliveryHttp = {
  send: () => Promise.reject(new DeliveryError({ kind: 'reject', reason: 'http_400', status: 400 })),
};

describe.each(handlers.map((handler) => handler as Handler<DestinationType>))('handler $type', (handler) => {
  const { valid, faulty } = sampleSettings[handler.type];
  const settingsOf = (plain: object) =>
    plainToInstance(handler.settings, plain, { exposeDefaultValues: true });
  const faultsOf = (plain: object) => validateSync(settingsOf(plain), { forbidUnknownValues: false });
  const deliver = (
    http: DeliveryHttp,
    signal = new AbortController().signal,
    print = (): void => undefined,
  ) => {
    const context: PrintingContext<object, undefined> = {
      settings: settingsOf(valid),
      destinationId: 'dst_1',
      workspaceId: 'wsp_1',
      opened: undefined,
      signal,
      http,
      print,
    };
    return handler.deliver(items, context);
  };

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

  it('has limits that let something through', () => {
    const limits = { ...DEFAULT_LIMITS, ...handler.limits?.(settingsOf(valid)) };
    expect(Math.min(limits.maxItems, limits.maxBytes, limits.concurrency, limits.timeoutMs)).toBeGreaterThan(
      0,
    );
  });

  // What needs a connection meets a real receiver in test/integration/handlers.
  // Those that keep connections open are tried on real servers only: test/integration/handlers.
  if (handler.open !== undefined) return;

  it('returns one result per item', async () => {
    expect(await deliver(works)).toEqual(items.map(() => ({ kind: 'ok' })));
  });

  it('changes no event', async () => {
    const before = structuredClone(items);
    await deliver(works);
    expect(items).toEqual(before);
  });

  it('passes on what the receiver says, and invents no success of its own', async () => {
    let used = false;
    const http: DeliveryHttp = {
      send: (...request) => {
        used = true;
        return refuses.send(...request);
      },
    };
    const results = await deliver(http).catch((error: unknown) =>
      items.map(() => (error as DeliveryError).result),
    );
    expect(results.map(({ kind }) => kind)).toEqual(items.map(() => (used ? 'reject' : 'ok')));
  });
});
