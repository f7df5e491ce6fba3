import { once } from 'node:events';
import { createRequire } from 'node:module';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import './dead-sockets.js';

interface Connection {
  connect(): Promise<boolean>;
  disconnect(): Promise<boolean>;
  isConnected(): boolean;
}

const Connection = createRequire(import.meta.url)('kafkajs/src/network/connection.js') as new (
  options: object,
) => Connection;

const logger = { namespace: () => logger, debug: () => undefined, error: () => undefined };
let server: net.Server | undefined;
afterEach(() => void server?.close());

it('a connection of kafkajs leaves nothing on a closed socket, however often it disconnects, and connects again', async () => {
  server = net.createServer((socket) => void socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  const socketFactory = ({ onConnect }: { onConnect: () => void }): Socket => {
    const socket = net.connect(port, '127.0.0.1', onConnect);
    sockets.push(socket);
    return socket;
  };
  const connection = new Connection({
    host: '127.0.0.1',
    port,
    logger,
    socketFactory,
    connectionTimeout: 1_000,
    requestTimeout: 1_000,
  });
  await connection.connect();
  await once(sockets[0]!, 'close');
  for (let time = 0; time < 20; time += 1) await connection.disconnect();
  expect(sockets[0]?.listenerCount('connect')).toBe(0);
  await connection.connect();
  expect([sockets.length, connection.isConnected()]).toEqual([2, true]);
});
