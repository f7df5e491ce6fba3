import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type NameServer, startNameServer } from '../../../test/support/name-server.js';
import { type Receiver, startReceiver } from '../../../test/support/receiver.js';
import { resultOf } from '../contract/delivery-error.js';
import { webhook } from '../handlers/webhook/webhook.handler.js';
import { AddressCheck } from './address-check.js';
import { AddressGuard } from './address-guard.js';
import { GuardedNetwork } from './guarded-network.js';
import { HttpClient } from './http-client.js';
import { HostNames } from './names/host-names.js';

let server: NameServer;
let receiver: Receiver;
let http: HttpClient;
let network: GuardedNetwork;
let check: AddressCheck;

beforeEach(async () => {
  receiver = await startReceiver();
  server = await startNameServer({ 'neighbour.test': ['127.0.0.1'], 'inside.test': ['10.0.0.1'] });
  const guard = new AddressGuard(['127.0.0.0/8'], new HostNames({ servers: [server.address] }));
  http = new HttpClient(guard);
  network = new GuardedNetwork(guard);
  check = new AddressCheck(guard);
});

afterEach(async () => {
  await http.onApplicationShutdown();
  server.close();
  await receiver.close();
});

const port = (): number => Number(new URL(receiver.url).port);
const send = (host: string, signal = new AbortController().signal) =>
  http.until(signal).send(`http://${host}:${port()}/`, { body: '{}' });

describe('a destination by name', () => {
  it('is reached while eight destinations of a silent zone hang: by HTTP, the network and the check', async () => {
    const hanging = Array.from({ length: 8 }, (_, number) => `n${number}.silent.test`);
    for (const name of hanging) server.zone.set(name, 'silent');
    const stop = new AbortController();
    const hung = hanging.map((name) => send(name, stop.signal).catch(resultOf));
    await vi.waitFor(() => expect(server.questions).toHaveLength(16));

    expect(await send('neighbour.test')).toMatchObject({ status: 200 });
    const socket = network.connect({ host: 'neighbour.test', port: port() });
    await once(socket, 'connect');
    socket.destroy();
    expect(await check.faultsOf(webhook, { url: 'https://inside.test/' })).toHaveLength(1);

    stop.abort();
    for (const result of await Promise.all(hung)) expect(result).toMatchObject({ kind: 'retry' });
  });

  it('is judged by the address of its name', async () => {
    await expect(send('inside.test').catch((error: unknown) => resultOf(error))).resolves.toEqual({
      kind: 'reject',
      reason: 'address_blocked',
    });
    const [error] = (await once(network.connect({ host: 'inside.test', port: 1 }), 'error').catch(
      (thrown: unknown) => [thrown],
    )) as [unknown];
    expect(resultOf(error)).toEqual({ kind: 'reject', reason: 'address_blocked' });
  });

  it('is judged at each connection, so a name that moves inside is refused', async () => {
    server.ttl = 0;
    const clock = { ms: 0 };
    const names = new HostNames({ servers: [server.address], now: () => clock.ms });
    const rebound = new GuardedNetwork(new AddressGuard(['127.0.0.0/8'], names));
    const first = rebound.connect({ host: 'neighbour.test', port: port() });
    await once(first, 'connect');
    first.destroy();
    server.zone.set('neighbour.test', ['169.254.169.254']);
    clock.ms = 1_000;
    const [error] = (await once(rebound.connect({ host: 'neighbour.test', port: port() }), 'error').catch(
      (thrown: unknown) => [thrown],
    )) as [unknown];
    expect(resultOf(error)).toEqual({ kind: 'reject', reason: 'address_blocked' });
  });

  it('fails with the same reason as before when it has no address', async () => {
    await expect(send('missing.test').catch((error: unknown) => resultOf(error))).resolves.toEqual({
      kind: 'retry',
      reason: 'name_not_found',
    });
  });
});
