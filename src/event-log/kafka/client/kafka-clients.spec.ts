import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../config/load-config.js';
import { createClients } from './kafka-clients.js';

let server: Server | undefined;
afterEach(() => void server?.close());

describe('a Kafka broker', () => {
  it.each(['[::1]', '127.0.0.1', 'localhost'])('is reached at %s', async (host) => {
    server = createServer();
    const arrives = once(server, 'connection');
    await once(server.listen(0, host === '[::1]' ? '::1' : '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const admin = createClients(loadConfig({ KAFKA_BROKERS: `${host}:${port}` })).prompt.admin();
    const connects = admin.connect().catch(() => undefined);
    const [socket] = (await arrives) as [Socket];
    expect(socket.remoteAddress).toMatch(/^(?:::1|127\.0\.0\.1)$/);
    socket.destroy();
    await connects;
    await admin.disconnect();
  });
});
