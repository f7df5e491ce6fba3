import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { Equals, getMetadataStorage, IsString, ValidateBy, ValidateIf } from 'class-validator';
import express from 'express';
import { DataSource } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { LateDataSource } from '../../src/database/connection/late-data-source.js';
import { DatabaseAway } from '../../src/database/connection/unavailable.js';
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
