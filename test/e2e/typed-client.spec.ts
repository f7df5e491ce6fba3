import createClient from 'openapi-fetch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type paths } from '../../openapi/types.js';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product } from '../support/product.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

const TOKEN = 'the-token-of-the-typed-client';

let product: Product;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  product = await makeProduct({ LOG_LEVEL: 'warn', BOOTSTRAP_ADMIN_TOKEN: TOKEN });
  await product.start();
}, 90_000);
afterAll(async () => {
  await product.dispose();
  await receiver.close();
});

/** The data of a successful call; throws for any other. */
function made<Data>({ data, error }: { data?: Data; error?: unknown }): Data {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

it('a client typed from the document gets from an empty workspace to a delivered event', async () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const admin = createClient<paths>({ baseUrl: product.address, headers });
  const workspace = made(await admin.POST('/admin/v1/workspaces', { body: { name: 'Typed' } }));
  const path = { workspaceId: workspace.id };
  const source = made(
    await admin.POST('/admin/v1/workspaces/{workspaceId}/sources', {
      params: { path },
      body: { name: 'Website' },
    }),
  );
  const key = made(
    await admin.POST('/admin/v1/workspaces/{workspaceId}/sources/{sourceId}/write-keys', {
      params: { path: { ...path, sourceId: source.id } },
      body: { name: 'Production', scopes: ['server'] },
    }),
  );
  const destination = made(
    await admin.POST('/admin/v1/workspaces/{workspaceId}/destinations', {
      params: { path },
      body: { type: 'webhook', name: 'Warehouse', settings: { url: receiver.url } },
    }),
  );
  const connection = made(
    await admin.POST('/admin/v1/workspaces/{workspaceId}/connections', {
      params: { path },
      body: { sourceId: source.id, destinationId: destination.id, filter: { events: ['Order *'] } },
    }),
  );
  expect(connection).toMatchObject({ sourceId: source.id, destinationId: destination.id, version: 1 });

  const sender = createClient<paths>({
    baseUrl: product.address,
    headers: { authorization: `Basic ${btoa(`${key.value}:`)}` },
  });
  const body = { userId: 'user-1', event: 'Order Completed', properties: { revenue: 29.99 } };
  expect(made(await sender.POST('/v1/track', { body }))).toEqual({ success: true });
  await eventually(() => expect(receiver.events()).toMatchObject([body]));
}, 60_000);

it('errors are typed too', async () => {
  const anonymous = createClient<paths>({ baseUrl: product.address });
  const { error, response } = await anonymous.GET('/admin/v1/workspaces', {
    params: { query: { limit: 10 } },
  });
  expect([response.status, error?.code, error?.detail]).toEqual([
    401,
    'unauthorized',
    expect.stringContaining('Authorization: Bearer'),
  ]);
});

it('calls that are not in the document do not compile', () => {
  const client = createClient<paths>({ baseUrl: product.address });
  const never = () => [
    // @ts-expect-error -- this path does not exist
    client.GET('/admin/v1/workplaces'),
    // @ts-expect-error -- a workspace needs a name
    client.POST('/admin/v1/workspaces', { body: { rateLimit: 10 } }),
    // @ts-expect-error -- a path needs its parameters
    client.GET('/admin/v1/workspaces/{workspaceId}'),
  ];
  expect(never).toBeTypeOf('function');
});
