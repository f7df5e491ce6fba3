import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface TappedCall {
  /** When it came, in ms. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
}

/**
 * Where a call goes instead: to another server's address; `lost`, when the product gets it and the client never hears of
 * it; `cut`, when nobody gets it.
 */
export type Detour = { readonly to: string } | 'lost' | 'cut';

export interface WireTap {
  readonly address: string;
  readonly calls: readonly TappedCall[];
  /** Calls that have been passed on and not been answered yet. */
  readonly underWay: number;
  /** Asked for every call that comes; nothing means straight on. May be set at any time. */
  detour: (call: { readonly method: string; readonly path: string }) => Detour | undefined;
  close(): Promise<void>;
}

/**
 * Stands between an unmodified client and the product, passes every byte on, and remembers what went over the wire. A call
 * that the product does not answer ends like there: with a broken connection.
 */
export async function tapWire(target: string): Promise<WireTap> {
  const calls: TappedCall[] = [];
  let underWay = 0;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const at = Date.now();
      const { method = '', url: path = '/', headers } = incoming;
      const detour = tap.detour({ method, path });
      const to = typeof detour === 'object' ? detour.to : target;
      const raw = await buffer(incoming).catch(() => undefined);
      if (raw === undefined || detour === 'cut') {
        incoming.socket.destroy();
        return;
      }
      underWay += 1;
      const onward = request(new URL(path, to), { method, headers });
      onward.on('error', () => incoming.socket.destroy());
      onward.on('close', () => (underWay -= 1));
      onward.on('response', (answer) => {
        const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
        const status = answer.statusCode ?? 502;
        calls.push({ at, method, path, headers, body: body.toString(), status });
        if (detour === 'lost') {
          answer.resume();
          incoming.socket.destroy();
        } else {
          outgoing.writeHead(status, answer.headers);
          answer.pipe(outgoing);
        }
      });
      onward.end(raw);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tap: WireTap = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get underWay() {
      return underWay;
    },
    detour: () => undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return tap;
}
