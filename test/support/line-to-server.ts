import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP line to a server that a test can cut and mend, in place of killing the server that others use too. */
export interface LineToServer {
  readonly port: number;
  /** Closes every connection and refuses new ones, as a server does that was killed. */
  cut(): Promise<void>;
  /** From now on nothing passes on the present connections, as with a server that vanished; new ones work. */
  freeze(): void;
  mend(): Promise<void>;
}

export async function lineTo(host: string, port: number): Promise<LineToServer> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(port, host);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pair.forEach((end) => end.destroy());
        pairs.delete(pair);
      });
    }
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    port: own,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const pair of pairs) pair.forEach((socket) => socket.destroy());
      await closed;
    },
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    mend: () => listen(own),
  };
}

/** A line to the Postgres of a URL, and that URL through the line. */
export async function lineToDatabase(url: string): Promise<{ line: LineToServer; url: string }> {
  const through = new URL(url);
  const line = await lineTo(through.hostname, Number(through.port || 5432));
  through.hostname = '127.0.0.1';
  through.port = String(line.port);
  return { line, url: through.href };
}
