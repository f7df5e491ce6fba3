import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultOf } from '../contract/delivery-error.js';
import { AddressGuard } from './address-guard.js';
import { GuardedNetwork } from './guarded-network.js';

let server: Server;
let port: number;
let accepted = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    accepted += 1;
    socket.end('hello');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => server.close());

const closed = new GuardedNetwork(new AddressGuard([]));
const open = new GuardedNetwork(new AddressGuard(['127.0.0.0/8']));

describe('a connection of a handler', () => {
  it('reaches a network that the operator allows', async () => {
    const [data] = (await once(open.connect({ host: '127.0.0.1', port }), 'data')) as [Buffer];
    expect(data.toString()).toBe('hello');
  });

  it.each(['127.0.0.1', 'localhost', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]', '0177.0.0.1', '127.1'])(
    'does not reach a private address written as %s',
    async (host) => {
      const before = accepted;
      const [error] = (await once(closed.connect({ host, port }), 'error').catch((thrown: unknown) => [
        thrown,
      ])) as [unknown];
      expect(resultOf(error)).toEqual({ kind: 'reject', reason: 'address_blocked' });
      expect(accepted).toBe(before);
    },
  );

  it('reaches public addresses with encryption only', async () => {
    const [error] = (await once(closed.connect({ host: '1.1.1.1', port: 80 }), 'error').catch(
      (thrown: unknown) => [thrown],
    )) as [unknown];
    expect(resultOf(error)).toEqual({ kind: 'reject', reason: 'https_required' });
  });

  it.each([http, https])(
    'fails an HTTP request that adds its listener after it connects',
    async (protocol) => {
      const agent = new protocol.Agent();
      const tls = protocol === https ? {} : undefined;
      agent.createConnection = () => closed.connect({ host: '127.0.0.1', port, ...(tls && { tls }) });
      const request = protocol.request({ host: '127.0.0.1', port, agent, method: 'PUT' }).end('body');
      const [error] = (await once(request, 'error')) as [unknown];
      expect(resultOf(error)).toEqual({ kind: 'reject', reason: 'address_blocked' });
    },
  );

  it('is guarded on the socket of a client that connects itself', async () => {
    const socket = closed.socket({ encrypted: true });
    socket.connect(port, '127.0.0.1');
    const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [unknown];
    expect(resultOf(error)).toEqual({ kind: 'reject', reason: 'address_blocked' });
    const free = open.socket({ encrypted: false });
    free.connect(port, '127.0.0.1');
    await once(free, 'data');
  });

  it('does not reach a socket file', async () => {
    const socket = open.socket({ encrypted: false });
    socket.connect('/var/run/some.sock');
    const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [unknown];
    expect(resultOf(error)).toMatchObject({ reason: 'address_blocked' });
  });
});
