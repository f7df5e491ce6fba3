import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP line to a server that a test can cut and mend, in place of killing the server that others use too. */
export interface LineToServer {
  readonly port: number;
  /** Closes every connection and refuses new ones, as a server does that was killed. */
  cut(): Promise<void>;
  /** From now on nothing passes on the present connections, as with a server that vanished; new ones work. */
  freeze(): void;
  /** From now on the server says nothing, neither on the present connections nor on new ones, which are accepted. */
  hang(): void;
  /** Undoes `cut` and `hang`; what was connected before stays lost. */
  mend(): Promise<void>;
  /** How many connections are open through the line. */
  connections(): number;
}

export async function lineTo(host: string, port: number): Promise<LineToServer> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let hangs = false;
  const server = createServer((near) => {
    const far = connect(port, host);
    const pair = [near, far] as const;
    pairs.add(pair);
    if (hangs) near.resume();
    else near.pipe(far).pipe(near);
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
    hang() {
      hangs = true;
      for (const [near, far] of pairs) {
        // Read on, so that the line hears of a client that goes.
        near.unpipe(far).resume();
        far.unpipe(near).pause();
      }
    },
    async mend() {
      hangs = false;
      if (!server.listening) await listen(own);
    },
    connections: () => pairs.size,
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
