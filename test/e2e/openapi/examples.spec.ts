import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeProduct, type Product, WRITE_KEY } from '../../support/product.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { AdminApi, type Answer, type Tenant } from './admin-api.js';
import { breaches } from './conforms.js';
import { examplesOf, type OpenApi, type Operation, operationsOf } from './document.js';
import { ELSEWHERE, isElsewhere, PROVOCATIONS, provocationOf } from './provocations.js';
import { giveNameBack, PREPARATIONS, sceneOf } from './scene.js';

const FILE = join(import.meta.dirname, '../../../openapi/openapi.json');
const document = JSON.parse(readFileSync(FILE, 'utf8')) as OpenApi;
const TOKEN = 'the-token-of-the-examples';

/** Problems that are provoked by changing something before; the others leave everything as it was. */
const CHANGES = new Set(['duplicate', 'conflict', 'quota_exceeded']);

const operations = operationsOf(document);
const isAdministration = ({ path }: Operation) => path.startsWith('/admin/');
const administration = operations.filter(isAdministration);
const others = operations.filter((operation) => !isAdministration(operation));

/** The success that an operation documents; each has one. */
const successOf = ({ responses }: Operation) =>
  Object.keys(responses)
    .filter((status) => status.startsWith('2'))
    .map(Number);

let product: Product;
let receiver: Receiver;
let api: AdminApi;
let common: Tenant;
beforeAll(async () => {
  receiver = await startReceiver();
  receiver.answer = ({ path }) => ({ status: path === '/refused' ? 400 : path === '/failing' ? 503 : 200 });
  product = await makeProduct({ LOG_LEVEL: 'warn', BOOTSTRAP_ADMIN_TOKEN: TOKEN });
  await product.start();
  api = new AdminApi(product.address, TOKEN);
  common = await api.makeTenant(receiver.url);
}, 90_000);
afterAll(async () => {
  await product.dispose();
  await receiver.close();
});

/** An answer is the one that the document promises, to the letter of its schema. */
function expectPromised({ responses }: Operation, { status, type, body }: Answer): void {
  const promised = responses[status];
  expect(promised, `an answer of ${status}: ${JSON.stringify(body)}`).toBeDefined();
  expect(Object.keys(promised?.content ?? { '': undefined })).toContain(type);
  const schema = promised?.content?.[type]?.schema;
  if (schema !== undefined) expect(breaches(body, schema, document)).toEqual([]);
}

it('serves the document that is committed', async () => {
  expect(await (await fetch(`${product.address}/openapi.json`)).json()).toEqual(document);
});

it('documents exactly one success for each operation', () => {
  expect(operations.filter((operation) => successOf(operation).length !== 1).map(({ name }) => name)).toEqual(
    [],
  );
});

describe('every example of the administration is answered as the document says', () => {
  const cases = administration.flatMap((operation) => {
    const media = operation.requestBody?.content['application/json'];
    const examples = examplesOf(media);
    expect(
      operation.requestBody === undefined || examples.length > 0,
      `${operation.name} shows no body`,
    ).toBe(true);
    const bodies = examples.length > 0 ? examples : [{ name: 'without a body', value: undefined }];
    return bodies.map(({ name, value }) => ({
      title: `${operation.operationId}, ${name}`,
      operation,
      value,
    }));
  });

  it.each(cases)('$title', async ({ operation, value }) => {
    const scene = sceneOf(operation, api, await tenantFor(operation, operation.method === 'GET'));
    await PREPARATIONS[operation.operationId]?.(scene);
    const answer = await scene.send(value === undefined ? {} : { body: value });
    await giveNameBack(scene, answer);
    expect([answer.status], JSON.stringify(answer.body)).toEqual(successOf(operation));
    expectPromised(operation, answer);
  });
});

describe('every problem that the administration documents is provoked', () => {
  const cases = administration.flatMap((operation) =>
    Object.entries(operation.responses).flatMap(([status, { content }]) =>
      examplesOf(content?.['application/problem+json'])
        .filter(({ name }) => !isElsewhere(name, operation.operationId))
        .map(({ name }) => ({ title: `${operation.operationId}, ${name}`, operation, status, code: name })),
    ),
  );

  it.each(cases)('$title', async ({ operation, status, code }) => {
    const provoke = provocationOf(code, operation.operationId);
    if (provoke === undefined)
      throw new Error(`No row says how ${operation.operationId} is made to answer ${code}`);
    const scene = sceneOf(operation, api, await tenantFor(operation, !CHANGES.has(code)));
    const answer = await provoke(scene);
    await giveNameBack(scene, answer);
    expect(answer.body).toMatchObject({ code, status: Number(status) });
    expect(answer.status).toBe(Number(status));
    expectPromised(operation, answer);
  });
});

it('has no row for what is not documented', () => {
  const rows = Object.entries(PROVOCATIONS).flatMap(([code, row]) =>
    typeof row === 'function' ? [] : Object.keys(row).map((id) => [id, code] as const),
  );
  const elsewhere = Object.entries(ELSEWHERE).flatMap(([code, ids]) =>
    ids === 'all' ? [] : ids.map((id) => [id, code] as const),
  );
  const isDocumented = ([id, code]: readonly [string, string]) =>
    Object.values(administration.find(({ operationId }) => operationId === id)?.responses ?? {}).some(
      ({ content }) => examplesOf(content?.['application/problem+json']).some(({ name }) => name === code),
    );
  expect([...rows, ...elsewhere].filter((row) => !isDocumented(row))).toEqual([]);
});

describe('every other operation is answered as the document says', () => {
  const cases = others.flatMap((operation) => {
    const examples = examplesOf(operation.requestBody?.content['application/json']);
    const bodies = examples.length > 0 ? examples : [{ name: 'without a body', value: undefined }];
    return bodies.map(({ name, value }) => ({
      title: `${operation.operationId}, ${name}`,
      operation,
      value,
    }));
  });

  it.each(cases)('$title', async ({ operation, value }) => {
    const given = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, example, schema }) => [name, example ?? schema.example] as const)
      .filter(([, example]) => example !== undefined)
      .map(([name, example]): [string, string] => [name, String(example)]);
    const query = new URLSearchParams([...given, ['writeKey', WRITE_KEY]]);
    const path = operation.path.replace('{writeKey}', WRITE_KEY);
    const response = await fetch(`${product.address}${path}?${query.toString()}`, {
      method: operation.method,
      headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
      ...(value !== undefined && { body: JSON.stringify(value) }),
    });
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const bytes = Buffer.from(await response.arrayBuffer());
    if (type === 'image/gif') expect(bytes.toString('latin1')).toMatch(/^GIF89a/);
    const body: unknown = type === 'image/gif' ? undefined : JSON.parse(bytes.toString());
    expect([response.status]).toEqual(successOf(operation));
    if (type !== 'image/gif') expectPromised(operation, { status: response.status, type, body });
  });
});

/**
 * A tenant, the common one where nothing changes it; for operations on tokens of the instance with one of those, for those on
 * a dead letter or a replay with one.
 */
async function tenantFor({ path, operationId }: Operation, isCommon: boolean): Promise<Tenant> {
  const tenant = isCommon ? common : await api.makeTenant(receiver.url);
  if (path.includes('{deadLetterId}')) return api.withDeadLetter(tenant);
  if (path.includes('{replayId}')) return api.withReplay(tenant);
  if (!path.startsWith('/admin/v1/tokens/')) return tenant;
  const { id = '' } = await api.do('POST', '/tokens', { name: `For ${operationId}` });
  return { ...tenant, ids: { ...tenant.ids, tokenId: id } };
}
