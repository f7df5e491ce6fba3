import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface TappedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
}

export interface WireTap {
  readonly address: string;
  readonly calls: readonly TappedCall[];
  close(): Promise<void>;
}

/** Stands between an unmodified client and the product, passes every byte on, and remembers what went over the wire. */
export async function tapWire(target: string): Promise<WireTap> {
  const calls: TappedCall[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const raw = await buffer(incoming);
      const onward = request(new URL(incoming.url ?? '/', target), {
        method: incoming.method,
        headers: incoming.headers,
      });
      onward.on('error', () => incoming.destroy());
      onward.on('response', (answer) => {
        const body = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
        calls.push({
          path: incoming.url ?? '',
          headers: incoming.headers,
          body: body.toString(),
          status: answer.statusCode ?? 0,
        });
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(raw);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
