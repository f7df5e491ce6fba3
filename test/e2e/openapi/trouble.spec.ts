import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { lineToDatabase, type LineToServer } from '../../support/line-to-server.js';
import { makeProduct, type Product } from '../../support/product.js';
import { realServers } from '../../support/real-servers.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { AdminApi, type Tenant } from './admin-api.js';
import { type OpenApi, operationsOf } from './document.js';
import { ELSEWHERE } from './provocations.js';
import { sceneOf } from './scene.js';

const FILE = join(import.meta.dirname, '../../../openapi/openapi.json');
const document = JSON.parse(readFileSync(FILE, 'utf8')) as OpenApi;
const TOKEN = 'the-token-of-the-troubled';
const SECRET_KEYS = Buffer.alloc(32, 7).toString('base64');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const administration = operationsOf(document).filter(({ path }) => path.startsWith('/admin/'));
const operationOf = (id: string) => administration.find(({ operationId }) => operationId === id)!;

/** The problems that only a product in trouble answers with; what is listed here is left out of `examples.spec.ts`. */
describe('a product in trouble answers as the document says', () => {
  let product: Product;
  let receiver: Receiver;
  let line: LineToServer;
  let databaseUrl: string;
  let api: AdminApi;
  let tenant: Tenant;

  beforeAll(async () => {
    receiver = await startReceiver();
    const servers = await realServers();
    databaseUrl = servers['DATABASE_URL'] ?? '';
    const through = await lineToDatabase(databaseUrl);
    line = through.line;
    const settings = {
      ...servers,
      ...{ DATABASE_URL: through.url, BOOTSTRAP_ADMIN_TOKEN: TOKEN, FAILED_TOKENS_PER_MINUTE: '3' },
    };
    const withKeys = await makeProduct({ ...settings, SECRET_KEYS });
    await withKeys.start();
    tenant = await new AdminApi(withKeys.address, TOKEN).makeTenant(receiver.url);
    await withKeys.dispose();
    // The same without the keys that sealed the secrets.
    product = await makeProduct(settings);
    await product.start();
    api = new AdminApi(product.address, TOKEN);
  }, 120_000);

  afterAll(async () => {
    await product.dispose();
    await line.cut();
    await receiver.close();
  });

  const sent = (id: string, body: unknown) => sceneOf(operationOf(id), api, tenant).send({ body });

  it('conflict, where a secret cannot be stored', async () => {
    const settings = { url: receiver.url, secret: SECRET };
    const made = await sent('createDestination', { type: 'webhook', name: 'Signed', settings });
    const changed = await sent('updateDestination', { settings: { secret: SECRET } });
    for (const { status, body } of [made, changed]) {
      expect([status, body]).toEqual([409, expect.objectContaining({ code: 'conflict' })]);
      expect((body as { detail: string }).detail).toContain('SECRET_KEYS');
    }
  });

  it('conflict, where a secret cannot be opened', async () => {
    for (const { status, body } of [
      await sent('testDestination', {}),
      await sent('exportWorkspace', undefined),
    ])
      expect([status, body]).toEqual([409, expect.objectContaining({ code: 'conflict' })]);
  });

  it('too_many_requests, where tests of the same workspace hang', async () => {
    const plain = await api.do('POST', `/workspaces/${tenant.ids['workspaceId']}/destinations`, {
      ...{ type: 'webhook', name: 'Hanging', settings: { url: receiver.url } },
    });
    const hanging = { ...tenant, ids: { ...tenant.ids, destinationId: plain['id'] ?? '' } };
    const { send } = sceneOf(operationOf('testDestination'), api, hanging);
    receiver.answer = { status: 200, afterMs: 3_000 };
    const underWay = [send(), send()];
    await eventually(() => expect(receiver.requests).toHaveLength(2));
    const answer = await send();
    expect([answer.status, answer.body]).toEqual([
      429,
      expect.objectContaining({ code: 'too_many_requests' }),
    ]);
    expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('too_many_requests, at every operation, after too many wrong tokens of the address', async () => {
    for (const n of [1, 2, 3]) await sceneOf(administration[0]!, api, tenant).send({ token: `wrong-${n}` });
    const answers = await Promise.all(
      administration.map(async (operation) => {
        const { status, body } = await sceneOf(operation, api, tenant).send({ token: 'wrong-4' });
        return { of: operation.operationId, status, code: (body as { code?: string }).code };
      }),
    );
    expect(answers).toEqual(
      administration.map(({ operationId }) => ({ of: operationId, status: 429, code: 'too_many_requests' })),
    );
    for (const { responses, name } of administration) expect(responses, name).toHaveProperty('429');
    await api.do('GET', '/me');
  });

  it('query_timeout, at every operation, where Postgres cancels the statement', async () => {
    // The check of the token waits for the lock, and is cancelled as its time limit would cancel it.
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE admin_tokens IN ACCESS EXCLUSIVE MODE');
    const open = new Set(administration.map(({ operationId }) => operationId));
    const answered = Promise.all(
      administration.map(async (operation) => {
        const { status, body } = await sceneOf(operation, api, tenant).send();
        open.delete(operation.operationId);
        return { of: operation.operationId, status, code: (body as { code?: string }).code };
      }),
    );
    await eventually(async () => {
      await client.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`);
      expect([...open]).toEqual([]);
    }, 60_000);
    expect(await answered).toEqual(
      administration.map(({ operationId }) => ({ of: operationId, status: 503, code: 'query_timeout' })),
    );
    await client.query('ROLLBACK');
    await client.end();
    await api.do('GET', '/me');
  });

  it('unavailable, at every operation, where Postgres is away', async () => {
    await line.cut();
    const answers = await Promise.all(
      administration.map(async (operation) => {
        const { status, body } = await sceneOf(operation, api, tenant).send();
        return { of: operation.operationId, status, code: (body as { code?: string }).code };
      }),
    );
    expect(answers).toEqual(
      administration.map(({ operationId }) => ({ of: operationId, status: 503, code: 'unavailable' })),
    );
    for (const { responses, name } of administration) expect(responses, name).toHaveProperty('503');
  });

  it('and nothing else is left to it', () => {
    expect(Object.keys(ELSEWHERE).sort()).toEqual([
      'conflict',
      'query_timeout',
      'too_many_requests',
      'type_not_allowed',
      'unavailable',
    ]);
  });
});
