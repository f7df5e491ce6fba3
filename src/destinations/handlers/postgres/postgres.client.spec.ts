import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type Identity, makeAuthority } from '../../../../test/support/certificates.js';
import { resultOf } from '../../contract/delivery-error.js';
import { AddressGuard } from '../../outgoing/address-guard.js';
import { GuardedNetwork } from '../../outgoing/guarded-network.js';
import { PostgresClient } from './postgres.client.js';
import { PostgresSettings } from './postgres.settings.js';

const PASSWORD = 'canary-password';
const CLEAR_TEXT_PLEASE = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

let authority: Authority;
let identity: Identity;
let server: Server;
let received = '';

/** A server that answers every login with the request for the password in clear text, and then closes the connection. */
beforeAll(async () => {
  authority = await makeAuthority();
  identity = await authority.issue('postgres');
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first: Buffer) => {
      if (first.length !== 8) {
        converse(socket);
        return;
      }
      socket.write('S');
      const encrypted = new TLSSocket(socket, {
        isServer: true,
        cert: identity.certificate,
        key: identity.key,
      });
      encrypted.on('error', () => undefined).once('data', () => converse(encrypted));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => (received = ''));
afterAll(() => server.close());

function converse(socket: Socket): void {
  socket.on('data', (data: Buffer) => {
    received += data.toString('latin1');
    socket.destroy();
  });
  socket.write(CLEAR_TEXT_PLEASE);
}

async function loginWith(settings: Partial<PostgresSettings>): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const place = { host: '127.0.0.1', port, database: 'd', user: 'u', password: PASSWORD };
  const client = new PostgresClient(
    Object.assign(new PostgresSettings(), place, settings),
    new GuardedNetwork(new AddressGuard(['127.0.0.0/8'])),
  );
  const run = client.use(AbortSignal.timeout(5_000), () => Promise.resolve());
  return run.then(() => 'connected', resultOf).finally(() => client.close());
}

describe('a server that requests the password in clear text', () => {
  it.each(['require', 'disable'] as const)('does not get it with tls: %s', async (tls) => {
    expect(await loginWith({ tls })).toEqual({ kind: 'auth', reason: 'password_in_clear_text' });
    expect(received).not.toContain(PASSWORD);
  });

  it('gets it when its certificate was checked', async () => {
    expect(await loginWith({ caCertificate: authority.certificate })).toMatchObject({ kind: 'retry' });
    expect(received).toContain(PASSWORD);
  });

  it('gets nothing when its certificate is not trusted', async () => {
    expect(await loginWith({})).toEqual({ kind: 'retry', reason: 'tls' });
    expect(received).toBe('');
  });

  it('is a reason to ask for a password when there is none', async () => {
    expect(await loginWith({ tls: 'require', password: undefined as never })).toEqual({
      kind: 'auth',
      reason: 'password_required',
    });
  });
});
