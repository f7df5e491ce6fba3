import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Agent as CachingAgent, interceptors, request as cachedRequest } from 'undici';
import { type Send } from './row.js';

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** When the request left and when its answer was complete, in ms since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Real connections, kept alive as SDKs do; only a cache in between needs a client that has one. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly cache = new CachingAgent();
  private readonly caching = this.cache.compose(interceptors.cache());

  async exchange(send: Send, port: number): Promise<Received> {
    const from = Date.now();
    const answer = await (send.cached === true ? this.viaCache(send, port) : this.direct(send, port));
    return { ...answer, from, to: Date.now() };
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.cache.close();
  }

  private async direct({ method, path, headers, body, chunked }: Send, port: number) {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: this.agent });
    if (body !== undefined && chunked !== true) outgoing.setHeader('Content-Length', body.length);
    if (chunked === true) outgoing.flushHeaders();
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    return {
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      body: await buffer(incoming),
    };
  }

  private async viaCache({ path, headers }: Send, port: number) {
    const url = `http://127.0.0.1:${port}${path}`;
    const answer = await cachedRequest(url, { headers, dispatcher: this.caching });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: Buffer.from(await answer.body.arrayBuffer()),
    };
  }
}
