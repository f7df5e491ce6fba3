import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, type Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminController } from '../../../src/admin/admin-controller.js';
import { Needs } from '../../../src/admin/access/needs.js';
import { hashOf } from '../../../src/database/credential.js';
import { AdminModule } from '../../../src/admin/admin.module.js';
import { type Admin, INSTANCE_TOKEN, startAdmin } from '../../support/admin-app.js';
import { type AdminRoute, adminRoutesOf, FALLBACK_ROUTES, faultsOf } from '../../support/admin-routes.js';
import { makeWorld, pathIn, type World } from '../../support/admin-world.js';
import { leaksIn } from '../../support/leak-search.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { tableSums } from '../../support/table-sums.js';

/** What a caller who may would send; a route that takes a body and is not here fails the suite. */
const BODIES: Readonly<Record<string, (world: World, url: string) => object>> = {
  'POST /workspaces': named,
  'PATCH /workspaces/:workspaceId': named,
  'PATCH /workspaces/:workspaceId/quotas': () => ({ sources: 500 }),
  'PUT /workspaces/:workspaceId/apply': () => ({ version: 1 }),
  'POST /workspaces/:workspaceId/sources': named,
  'PATCH /workspaces/:workspaceId/sources/:sourceId': named,
  'POST /workspaces/:workspaceId/sources/:sourceId/write-keys': named,
  'PATCH /workspaces/:workspaceId/sources/:sourceId/write-keys/:writeKeyId': named,
  'POST /workspaces/:workspaceId/sources/:sourceId/write-keys/:writeKeyId/rotate': () => ({}),
  'POST /workspaces/:workspaceId/sources/:sourceId/write-keys/:writeKeyId/revoke': () => ({}),
  'POST /workspaces/:workspaceId/destinations': (_, url) => ({
    ...named(),
    type: 'webhook',
    settings: { url },
  }),
  'PATCH /workspaces/:workspaceId/destinations/:destinationId': named,
  'POST /workspaces/:workspaceId/destinations/:destinationId/pause': () => ({}),
  'POST /workspaces/:workspaceId/destinations/:destinationId/resume': () => ({}),
  'POST /workspaces/:workspaceId/destinations/:destinationId/test': () => ({}),
  'POST /workspaces/:workspaceId/destinations/:destinationId/dead-letters/redeliver': () => ({ all: true }),
  'POST /workspaces/:workspaceId/destinations/:destinationId/dead-letters/:deadLetterId/redeliver':
    () => ({}),
  'POST /workspaces/:workspaceId/connections': ({ sourceId, destinationId }) => ({ sourceId, destinationId }),
  'PATCH /workspaces/:workspaceId/connections/:connectionId': () => ({ filter: { types: ['track'] } }),
  'POST /workspaces/:workspaceId/replays': past,
  'POST /workspaces/:workspaceId/replays/dry-run': past,
  'POST /workspaces/:workspaceId/replays/:replayId/pause': () => ({}),
  'POST /workspaces/:workspaceId/replays/:replayId/resume': () => ({}),
  'POST /workspaces/:workspaceId/replays/:replayId/cancel': () => ({}),
  'POST /workspaces/:workspaceId/tokens': () => ({ ...named(), role: 'workspace-viewer' }),
  'POST /tokens': () => ({ ...named(), role: 'instance-admin' }),
};

/** What a route has to be asked with. */
const QUERIES: Readonly<Record<string, string>> = {
  'GET /workspaces/:workspaceId/deliveries': '?messageId=message-1',
};

function past({ destinationId }: World): object {
  return { destinationId, from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
}

function named(): object {
  return { name: 'Plausible' };
}

const PREFIX = '/admin/v1';
const DOCUMENT = join(import.meta.dirname, '../../../openapi/openapi.json');
const DESTINATIONS_MAY_BE_HERE = { DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8' };

let admin: Admin;
let receiver: Receiver;
let declared: AdminRoute[];
/** All that are declared, and the fallback. */
let routes: AdminRoute[];
let own: World;
let other: World;

beforeAll(async () => {
  receiver = await startReceiver();
  admin = await startAdmin(DESTINATIONS_MAY_BE_HERE);
  declared = adminRoutesOf(admin.app);
  routes = [...declared, ...FALLBACK_ROUTES];
  own = await makeWorld(admin, receiver.url);
  other = await makeWorld(admin, receiver.url);
});

afterAll(async () => {
  await admin.close();
  await receiver.close();
});

/** What belongs to a workspace and stands in paths. */
const FOREIGN = [
  'sourceId',
  'writeKeyId',
  'destinationId',
  'connectionId',
  'tokenId',
  'replayId',
  'auditId',
  'deadLetterId',
] as const;

const nameOf = ({ method, path }: AdminRoute): string => `${method} ${path.replace(PREFIX, '')}`;
const isCatchAll = ({ path }: AdminRoute): boolean => path.includes('*');
const inWorkspace = ({ path }: AdminRoute): boolean => path.includes(':workspaceId');

async function send(
  route: AdminRoute,
  world: World,
  token: string | null,
  to: Admin = admin,
  conditions: Record<string, string> = {},
): Promise<number> {
  return (await exchange(route, world, token === null ? undefined : `Bearer ${token}`, to, conditions))
    .status;
}

/** Calls a route with an `Authorization` header as it is. */
async function exchange(
  route: AdminRoute,
  world: World,
  authorization: string | undefined,
  to: Admin = admin,
  conditions: Record<string, string> = {},
) {
  const path = `${pathIn(world, route.path)}${QUERIES[nameOf(route)] ?? ''}`;
  const takesBody = ['POST', 'PUT', 'PATCH'].includes(route.method);
  const body = takesBody ? (BODIES[nameOf(route)]?.(world, receiver.url) ?? {}) : undefined;
  const response = await fetch(`${to.address}${path}`, {
    method: route.method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body && { 'content-type': 'application/json' }),
      ...conditions,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, path, answer: await response.text() };
}

/** Calls each route with a token and tells where another status came than is due; nothing may have changed meanwhile. */
async function surprises(
  list: readonly AdminRoute[],
  token: string | null,
  due: number | ((route: AdminRoute) => number),
  world = own,
  to = admin,
): Promise<string[]> {
  const before = await tableSums(to.dataSource);
  const found: string[] = [];
  for (const route of list) {
    const status = await send(route, world, token, to);
    const wanted = typeof due === 'number' ? due : due(route);
    if (status !== wanted) found.push(`${nameOf(route)} answered ${status} instead of ${wanted}`);
  }
  expect(await tableSums(to.dataSource)).toEqual(before);
  return found;
}

describe('every route of the administration', () => {
  it('is found', () => {
    process.stdout.write(
      `Roles and routes: ${routes.length} routes, ${STRANGERS.length} kinds of strangers\n`,
    );
    expect(declared.length).toBeGreaterThan(10);
    expect(declared.map(nameOf)).toContain('DELETE /workspaces/:workspaceId');
  });

  it('has the guard, names a role, and lets no viewer change anything', () => {
    expect(declared.flatMap(faultsOf)).toEqual([]);
  });

  it('has a plausible body in this file when it takes one', () => {
    const taking = declared.filter((route) => ['POST', 'PUT', 'PATCH'].includes(route.method));
    const missing = taking.filter((route) => !(nameOf(route) in BODIES));
    expect(missing.map(nameOf)).toEqual([]);
  });

  it('is closed without a token', async () => {
    expect(await surprises(routes, null, 401)).toEqual([]);
  });

  it.each([
    ['an unknown', () => 'nobody-has-this-token'],
    [
      'an expired',
      () =>
        admin.addToken('expired-token', 'instance-admin', null, { expiresAt: new Date(Date.now() - 1000) }),
    ],
    ['a revoked', () => admin.addToken('revoked-token', 'instance-admin', null, { revokedAt: new Date() })],
    ['a write key instead of a', () => own.writeKey],
  ])('is closed to %s token', async (_, token) => {
    expect(await surprises(routes, await token(), 401)).toEqual([]);
  });

  it('lets a viewer of the workspace read, where viewers may, and do nothing else', async () => {
    const due = (route: AdminRoute): number => {
      if (isCatchAll(route)) return 404;
      return route.needed === 'workspace-viewer' ? 200 : 403;
    };
    expect(await surprises(routes, own.viewerToken, due)).toEqual([]);
  });

  it('does not exist for an admin of another workspace, and is forbidden on the instance', async () => {
    const due = (route: AdminRoute): number => {
      if (isCatchAll(route) || inWorkspace(route)) return 404;
      return route.needed === 'instance-admin' ? 403 : 200;
    };
    expect(await surprises(routes, other.adminToken, due)).toEqual([]);
  });

  it('finds nothing of another workspace below the caller’s own', async () => {
    for (const name of FOREIGN) {
      const below = routes.filter((route) => inWorkspace(route) && route.path.includes(`:${name}`));
      const mixed = { ...own, [name]: other[name] };
      expect(await surprises(below, own.adminToken, 404, mixed)).toEqual([]);
      expect(await surprises(below, INSTANCE_TOKEN, 404, mixed)).toEqual([]);
    }
  });

  it('succeeds for a permitted caller, so nothing above was refused for its body', async () => {
    const found: string[] = [];
    for (const route of declared) {
      const status = await send(route, await makeWorld(admin, receiver.url), INSTANCE_TOKEN);
      if (status >= 300 && status !== 409) found.push(`${nameOf(route)} answered ${status}`);
    }
    expect(found).toEqual([]);
  });
});

/** Statuses of a route for a kind of caller, by the role that the route needs. */
type Rule = (route: AdminRoute) => number;
const closed: Rule = () => 401;
/** A member of another workspace: what stands in a workspace does not exist, and the instance is forbidden. */
const foreign: Rule = (route) => {
  if (isCatchAll(route) || inWorkspace(route)) return 404;
  return route.needed === 'workspace-viewer' ? 200 : 403;
};

/** Callers without a right to a workspace, with the `Authorization` header that each sends. */
const STRANGERS: readonly [caller: string, header: () => string | undefined | Promise<string>, due: Rule][] =
  [
    ['no token', () => undefined, closed],
    ['an empty header', () => '', closed],
    ['a scheme only', () => 'Bearer', closed],
    ['an empty token', () => 'Bearer ', closed],
    ['a token without its scheme', () => own.adminToken, closed],
    ['a token under Basic', () => `Basic ${btoa(`${own.adminToken}:`)}`, closed],
    ['a token as a password', () => `Basic ${btoa(`:${own.adminToken}`)}`, closed],
    ['two tokens', () => `Bearer ${own.adminToken}, Bearer ${INSTANCE_TOKEN}`, closed],
    ['a token with more after it', () => `Bearer ${own.adminToken}x`, closed],
    ['a token that is cut off', () => `Bearer ${own.adminToken.slice(0, -1)}`, closed],
    ['a token in upper case', () => `Bearer ${own.adminToken.toUpperCase()}`, closed],
    ['a wildcard', () => 'Bearer %', closed],
    ['a statement', () => "Bearer ' OR '1'='1", closed],
    ['a long token', () => `Bearer ${'x'.repeat(8_000)}`, closed],
    ['the id of a token', () => `Bearer ${own.tokenId}`, closed],
    ['the hash of a token', () => `Bearer ${hashOf(own.adminToken).toString('hex')}`, closed],
    ['the id of the workspace', () => `Bearer ${own.workspaceId}`, closed],
    ['a write key', () => `Bearer ${own.writeKey}`, closed],
    ['a write key under Basic', () => `Basic ${btoa(`${own.writeKey}:`)}`, closed],
    ['an expired token of an admin', () => gone({ expiresAt: new Date(Date.now() - 1_000) }), closed],
    ['a revoked token of an admin', () => gone({ revokedAt: new Date() }), closed],
    ['a viewer of another workspace', () => `Bearer ${other.viewerToken}`, foreign],
    ['an admin of another workspace', () => `Bearer ${other.adminToken}`, foreign],
  ];

let spent = 0;
async function gone(end: object): Promise<string> {
  const token = await admin.addToken(`spent-${(spent += 1)}`, 'workspace-admin', own.workspaceId, end);
  return `Bearer ${token}`;
}

/** What no stranger may read: all of the workspace that the request does not say itself. */
const canariesOf = (world: World, said: string): Map<string, string> =>
  new Map(
    Object.entries(world)
      .filter(([name, value]) => !['type', 'path'].includes(name) && !said.includes(String(value)))
      .map(([name, value]): [string, string] => [name, String(value)]),
  );

describe('a stranger', () => {
  it.each(STRANGERS)(
    'with %s gets what is due, reads nothing of a workspace and changes nothing',
    async (_, header, due) => {
      const authorization = await header();
      const before = await tableSums(admin.dataSource);
      const found: string[] = [];
      for (const route of routes) {
        const { status, path, answer } = await exchange(route, own, authorization);
        if (status !== due(route)) found.push(`${nameOf(route)} answered ${status} instead of ${due(route)}`);
        const said = `${path} ${authorization ?? ''} ${JSON.stringify(BODIES[nameOf(route)]?.(own, receiver.url))}`;
        found.push(...leaksIn(answer, canariesOf(own, said)).map((leak) => `${nameOf(route)} tells ${leak}`));
      }
      expect(found).toEqual([]);
      expect(await tableSums(admin.dataSource)).toEqual(before);
    },
  );

  it('would be noticed: an admin of the workspace reads these canaries', async () => {
    const read: string[] = [];
    for (const route of routes.filter(({ method }) => method === 'GET'))
      read.push((await exchange(route, own, `Bearer ${own.adminToken}`)).answer);
    const leaks = leaksIn(read.join(), canariesOf(own, ''));
    expect(leaks).toEqual(
      expect.arrayContaining([
        'sourceId in the clear',
        'destinationId in the clear',
        'writeKeyId in the clear',
      ]),
    );
  });
});

describe('an admin of the workspace', () => {
  it('is forbidden what the instance’s administrator may do', async () => {
    const due = (route: AdminRoute): number => (route.needed === 'instance-admin' ? 403 : 200);
    const needing = routes.filter(({ needed }) => needed === 'instance-admin');
    expect(needing.length).toBeGreaterThan(3);
    expect(await surprises(needing, own.adminToken, due)).toEqual([]);
  });
});

describe('the API document', () => {
  it('describes every route of the administration, and no other', () => {
    const document = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as { paths: Record<string, object> };
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((name) => ['get', 'post', 'put', 'patch', 'delete'].includes(name))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const documented = described.filter((name) => name.includes(` ${PREFIX}`));
    const written = declared.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(documented.sort()).toEqual(written.sort());
  });
});

describe('the conditions of a request', () => {
  const changing = () => declared.filter(({ method }) => method !== 'GET');

  it('are honoured as If-Match exactly where a route is conditional', async () => {
    const found: string[] = [];
    for (const route of changing()) {
      const world = await makeWorld(admin, receiver.url);
      const status = await send(route, world, INSTANCE_TOKEN, admin, { 'if-match': '"999"' });
      if ((status === 412) !== route.conditional) found.push(`${nameOf(route)} answered ${status}`);
    }
    expect(found).toEqual([]);
    expect(changing().some(({ conditional }) => conditional)).toBe(true);
  });

  it('are honoured as Idempotency-Key exactly where a route is repeatable', async () => {
    const found: string[] = [];
    for (const route of changing()) {
      const world = await makeWorld(admin, receiver.url);
      const status = await send(route, world, INSTANCE_TOKEN, admin, { 'idempotency-key': 'not visible: ü' });
      if ((status === 422) !== route.repeatable) found.push(`${nameOf(route)} answered ${status}`);
    }
    expect(found).toEqual([]);
    expect(changing().some(({ repeatable }) => repeatable)).toBe(true);
  });
});

describe('the walk over the routes', () => {
  @Controller('admin/v2/open')
  class OpenController {
    @Get()
    @Needs('workspace-viewer')
    read(): object {
      return {};
    }
  }

  @AdminController('nameless', 'Test')
  class NamelessController {
    @Get()
    read(): object {
      return {};
    }
  }

  const withBad = (...controllers: Type[]) => startAdmin({}, { module: AdminModule, controllers });

  it('finds a route without the guard, and one that names no role', async () => {
    const bad = await withBad(OpenController, NamelessController);
    try {
      const found = adminRoutesOf(bad.app);
      expect(found.flatMap(faultsOf)).toEqual([
        'GET /admin/v2/open has no guard',
        'GET /admin/v1/nameless names no role',
      ]);
      // Every path under `/admin` is closed before its route is known.
      expect(await surprises(found, null, 401, own, bad)).toEqual([]);
      const added = found.filter(({ path }) => /\/(?:open|nameless)$/.test(path));
      expect(await surprises(added, INSTANCE_TOKEN, 404, own, bad)).toEqual([
        'GET /admin/v2/open answered 200 instead of 404',
        // The guard refuses a route that names no role. A controller that is registered last is reached before the fallback.
        'GET /nameless answered 500 instead of 404',
      ]);
    } finally {
      await bad.close();
    }
  });
});
