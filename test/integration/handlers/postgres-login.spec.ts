import { Logger } from '@nestjs/common';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { postgres } from '../../../src/destinations/handlers/postgres/postgres.handler.js';
import { type Authority, makeAuthority } from '../../support/certificates.js';
import { anEvent } from '../../support/events.js';
import { type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { deliveriesOf, Framework } from './framework.js';

const handler = postgres as unknown as Handler;
const PASSWORD = 'good: 100 % "sure"';

let server: PostgresServer;
let authority: Authority;
let framework: Framework | undefined;

/** A server that speaks TLS and requires a password of every role but its owner. */
beforeAll(async () => {
  Logger.overrideLogger(false);
  authority = await makeAuthority();
  const { certificate, key } = await authority.issue('postgres');
  server = await startPostgres();
  const owner = new pg.Client({ connectionString: server.url });
  await owner.connect();
  const write = (file: string, text: string) => {
    const base64 = Buffer.from(text).toString('base64');
    return owner.query(
      `COPY (SELECT '${base64}') TO PROGRAM 'base64 -d > ${file}.new && chmod 600 ${file}.new && mv ${file}.new ${file}'`,
    );
  };
  await owner.query(
    `CREATE ROLE writer LOGIN PASSWORD '${PASSWORD}'; GRANT CREATE ON SCHEMA public TO writer;
     CREATE ROLE clear LOGIN PASSWORD '${PASSWORD}' IN ROLE writer`,
  );
  await write('server.crt', certificate);
  await write('server.key', key);
  await write(
    'pg_hba.conf',
    'host all tributary all trust\nhostssl all clear all password\nhostssl all all all scram-sha-256\n',
  );
  await owner.query('ALTER SYSTEM SET ssl = on');
  await owner.query('SELECT pg_reload_conf()');
  await owner.end();
});
afterAll(() => server.stop());
afterEach(() => framework?.close());

async function outcomeWith(settings: object): Promise<unknown> {
  const { port } = new URL(server.url);
  const own = {
    host: '127.0.0.1',
    port: Number(port),
    database: 'postgres',
    user: 'writer',
    password: PASSWORD,
  };
  framework = new Framework(handler, { ...own, ...settings });
  const [outcome] = await framework.attempt(deliveriesOf([anEvent()]));
  return outcome;
}

describe('the login at PostgreSQL', () => {
  it('is encrypted with require, and accepts an unknown certificate', async () => {
    expect(await outcomeWith({ tls: 'require' })).toEqual({ kind: 'delivered' });
  });

  it.each(['127.0.0.1', 'localhost'])('checks the certificate of %s with verify-full', async (host) => {
    const settings = { host, tls: 'verify-full', caCertificate: authority.certificate };
    expect(await outcomeWith(settings)).toEqual({ kind: 'delivered' });
  });

  it('sends the password in clear text when the server requests it and its certificate was checked', async () => {
    const settings = { user: 'clear', caCertificate: authority.certificate };
    expect(await outcomeWith(settings)).toEqual({ kind: 'delivered' });
  });

  it('stops at a certificate that is not trusted, by default', async () => {
    const { certificate } = await makeAuthority();
    for (const more of [{}, { tls: 'verify-full' }, { caCertificate: certificate }])
      expect(await outcomeWith(more)).toMatchObject({
        kind: 'retry',
        reason: 'tls',
      });
  });

  it.each([
    ['a wrong password', { tls: 'require', password: 'bad' }, 'sqlstate_28P01'],
    ['no password where one is required', { tls: 'require', password: undefined }, 'password_required'],
    ['no encryption where it is required', { tls: 'disable' }, 'sqlstate_28000'],
    ['a request for the password in clear text', { tls: 'require', user: 'clear' }, 'password_in_clear_text'],
  ])('is refused with %s, and pauses the destination', async (_, settings, reason) => {
    expect(await outcomeWith(settings)).toEqual({ kind: 'held', auth: true, reason });
  });
});
