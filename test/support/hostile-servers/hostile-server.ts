import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { type Identity } from '../certificates.js';

/** A server on loopback that does with each connection what a test says. */
export interface HostileServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function hostileServer(
  behave: (socket: Socket) => unknown,
  identity?: Identity,
): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const onConnection = (socket: Socket): void => {
    accept(socket);
    behave(socket);
  };
  const server: Server = identity
    ? tls.createServer({ cert: identity.certificate, key: identity.key }, onConnection)
    : createServer(onConnection);
  if (identity) server.on('connection', accept);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Sends the same bytes for as long as the client takes them. */
export function sendForEver(socket: Socket, chunk: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}
