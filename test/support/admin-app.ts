import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, type Type } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AdminTokens } from '../../src/admin/access/admin-tokens.js';
import { AdminModule } from '../../src/admin/admin.module.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { hashOf } from '../../src/database/credential.js';
import { AdminToken, type AdminRole } from '../../src/database/entities/admin-token.entity.js';
import { newId } from '../../src/database/new-id.js';
import { configureExpress } from '../../src/server/express.js';
import { HttpAdapter } from '../../src/server/http-adapter.js';
import { DataSource } from 'typeorm';
import { freshDatabase } from './database.js';
import { copyEmbeddedTemplate } from './embedded-template.js';

export const INSTANCE_TOKEN = 'instance-admin-token';

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body, as the test expects it; undefined when there is none. */
  readonly body: Body;
}

export interface CallOptions {
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
}

/** The administration alone, on a database of its own, through a socket; another module may take its place. */
export async function startAdmin(
  environment: Record<string, string> = {},
  module: Type | DynamicModule = AdminModule,
  { embedded = false }: { readonly embedded?: boolean } = {},
) {
  const database = embedded ? undefined : await freshDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'tributary-admin-'));
  if (embedded) await copyEmbeddedTemplate(directory);
  const config = loadConfig({
    ...(database && { DATABASE_URL: database.url }),
    DATA_DIR: directory,
    BOOTSTRAP_ADMIN_TOKEN: INSTANCE_TOKEN,
    // Tests send wrong tokens on purpose. A test of their limit sets it.
    FAILED_TOKENS_PER_MINUTE: '100000',
    SECRET_KEYS: Buffer.alloc(32, 7).toString('base64'),
    ...environment,
  });
  const testing = await Test.createTestingModule({
    imports: [ConfigModule.with(config), module],
  }).compile();
  const app = testing.createNestApplication<NestExpressApplication>(new HttpAdapter(config), {
    bodyParser: false,
    logger: false,
  });
  configureExpress(app, config);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  const dataSource = app.get(DataSource);

  /** Path below `/admin/v1`; by the instance admin unless another token is named, null for none. */
  async function call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<Answer<Body>> {
    const { token = INSTANCE_TOKEN, headers = {} } = options;
    const response = await fetch(`${address}/admin/v1${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed as Body };
  }

  /** Puts a token straight into the database. */
  async function addToken(
    token: string,
    role: AdminRole,
    workspaceId: string | null,
    more: Partial<AdminToken> = {},
  ): Promise<string> {
    const id = newId('tok');
    const row = {
      id,
      name: token,
      role,
      workspaceId,
      hash: hashOf(token),
      prefix: token.slice(0, 4),
      ...more,
    };
    await dataSource.manager.insert(AdminToken, row);
    await app.get(AdminTokens).load();
    return token;
  }

  const close = async () => {
    await app.close();
    await database?.drop();
    await rm(directory, { recursive: true });
  };
  return { app, address, dataSource, call, addToken, close };
}

export type Admin = Awaited<ReturnType<typeof startAdmin>>;
