import http from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import { Equals, getMetadataStorage, IsString, ValidateBy, ValidateIf } from 'class-validator';
import express from 'express';
import { Kafka, logLevel } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch.js';
import { DataSource } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { LateDataSource } from '../../src/database/connection/late-data-source.js';
import { DatabaseAway } from '../../src/database/connection/unavailable.js';
import { clusterOf } from '../../src/event-log/kafka/client/kafka-cluster.js';
import { HttpAdapter } from '../../src/server/http-adapter.js';

/**
 * Behaviour of libraries that their documentation does not promise and the product relies on. A test here that fails
 * after an upgrade names what changed; the file to correct stands in its title.
 */
const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: http.Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('Node', () => {
  it('has the unfinished response of a socket in `_httpMessage` (server/refuse-connection.ts)', async () => {
    const seen: unknown[] = [];
    const server = http.createServer((request, response) => {
      const socket = request.socket as { _httpMessage?: unknown };
      seen.push(socket._httpMessage === response);
      response.once('finish', () => setImmediate(() => seen.push(socket._httpMessage ?? null)));
      response.end();
    });
    const response = await fetch(await listen(server));
    await response.arrayBuffer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([true, null]);
  });

  it('lets its request and response be constructed without `new` (server/http-adapter.ts)', async () => {
    const adapter = new HttpAdapter({ REQUEST_TIMEOUT_MS: 1_000, MAX_CONNECTIONS: 10 });
    adapter.initHttpServer();
    const app = adapter.getInstance<express.Express>();
    app.get('/path', (_request, response) => void response.json({ success: true }));
    const prototypes: unknown[] = [];
    adapter.getHttpServer().prependListener('request', (request: object, response: object) => {
      prototypes.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
    });
    const answer = await fetch(`${await listen(adapter.getHttpServer())}/path`);
    expect(await answer.json()).toEqual({ success: true });
    expect(prototypes[0]).toBe(app.request);
    expect(prototypes[1]).toBe(app.response);
  });
});

describe('Express', () => {
  it('has its layers with `match` and `route.methods` in `router.stack` (ingestion/answers/wire-error.filter.ts)', () => {
    const app = express();
    app.use((_request, _response, next) => next());
    app.get('/things/:id', (_request, response) => void response.end());
    const { stack } = app.router as unknown as {
      stack: { match(path: string): unknown; route?: { methods: Record<string, boolean> } }[];
    };
    const routes = stack.filter(({ route }) => route !== undefined);
    expect(stack).toHaveLength(2);
    expect(routes.map(({ route }) => route?.methods)).toEqual([{ get: true }]);
    const matches = (path: string) => routes.map((layer) => Boolean(layer.match(path)));
    expect([matches('/things/1'), matches('/other')]).toEqual([[true], [false]]);
  });
});

describe('class-validator', () => {
  const validator = { validate: (value: unknown) => value === 1 };

  class Dto {
    @IsString()
    first!: string;

    @ValidateIf(() => true)
    @Equals(1, { context: { code: 'upper' } })
    @ValidateBy({ name: 'lower', validator }, { context: { code: 'lower' } })
    second!: number;
  }

  const storage = getMetadataStorage();
  const rules = storage.getTargetValidationMetadatas(Dto, '', false, false);

  it('stores the rules of a class in the order of its properties (config/load-config.ts)', () => {
    expect([...new Set(rules.map(({ propertyName }) => propertyName))]).toEqual(['first', 'second']);
  });

  it('stores the decorators of a property from the bottom up (normalization/draft/compiled-check.ts)', () => {
    const { second = [] } = storage.groupByPropertyName(rules);
    expect(second.map(({ type, context }) => [type, context as unknown])).toEqual([
      ['customValidation', { code: 'lower' }],
      ['customValidation', { code: 'upper' }],
      ['conditionalValidation', undefined],
    ]);
    expect(second.map(({ constraints }) => typeof (constraints as unknown[] | undefined)?.[0])).toEqual([
      'undefined',
      'number',
      'function',
    ]);
  });

  it('has an instance that validates for each rule (normalization/draft/compiled-check.ts)', () => {
    const lower = rules.find(({ context }) => (context as { code?: string } | undefined)?.code === 'lower')!;
    const instances = storage.getTargetValidatorConstraints(lower.constraintCls);
    const args = { value: 1, object: {}, property: 'second', targetName: 'Dto', constraints: [] };
    expect(instances.map(({ instance }) => [instance.validate(1, args), instance.validate(2, args)])).toEqual(
      [[true, false]],
    );
  });
});

describe('TypeORM', () => {
  it('looks up an entity by `findMetadata` (database/connection/late-data-source.ts)', () => {
    expect('findMetadata' in DataSource.prototype).toBe(true);
    const dataSource = new LateDataSource({ type: 'postgres' });
    expect(() => dataSource.getRepository('Anything').metadata).toThrow(DatabaseAway);
    expect(() => dataSource.createQueryRunner()).toThrow(DatabaseAway);
  });
});

describe('kafkajs', () => {
  it('hands its cluster to a partition assigner (event-log/kafka/client/kafka-cluster.ts)', () => {
    const kafka = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });
    const cluster = clusterOf(kafka);
    expect(cluster).not.toBe(clusterOf(kafka));
    expect(cluster.isConnected()).toBe(false);
    for (const name of ['findGroupCoordinator', 'fetchTopicsOffset', 'refreshMetadataIfNecessary'] as const)
      expect(cluster[name]).toBeTypeOf('function');
  });

  it('has the requests of a member in its brokers (event-log/kafka/fan-out/group-membership.ts)', () => {
    const Broker = createRequire(import.meta.url)('kafkajs/src/broker/index.js') as { prototype: object };
    for (const name of ['joinGroup', 'syncGroup', 'heartbeat', 'leaveGroup', 'offsetCommit', 'fetch'])
      expect((Broker.prototype as Record<string, unknown>)[name]).toBeTypeOf('function');
  });

  it('leaves control records out of a batch, and ends it after them (event-log/kafka/fan-out/fetch-stretches.ts)', () => {
    const message = (offset: string, isControlRecord: boolean) => {
      return { offset, isControlRecord, key: null, value: null, headers: {}, timestamp: '0', attributes: 0 };
    };
    const messages = [message('4', false), message('5', false), message('6', true)];
    const batch = new Batch('events', '5', {
      partition: 0,
      highWatermark: '7',
      abortedTransactions: [],
      messages,
    });
    expect(batch.messages.map(({ offset }) => offset)).toEqual(['5']);
    expect([batch.rawMessages.length, batch.lastOffset()]).toEqual([3, '6']);
  });
});
