import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver answers; `hang` never does. */
export type Answer =
  'hang' | { status: number; headers?: Record<string, string>; body?: string; afterMs?: number };

/** An HTTP receiver on a free loopback port that remembers what it got and whose answer can be changed at any time. */
export interface Receiver {
  readonly url: string;
  readonly requests: Received[];
  /** One answer for all, or one by request. */
  answer: Answer | ((request: Received) => Answer);
  /** Bodies of all requests as JSON; of a batch, its items. */
  events(): { messageId: string; [field: string]: unknown }[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
      receiver.requests.push(received);
      const answer = typeof receiver.answer === 'function' ? receiver.answer(received) : receiver.answer;
      if (answer === 'hang') return;
      setTimeout(
        () => response.writeHead(answer.status, answer.headers).end(answer.body),
        answer.afterMs ?? 0,
      );
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests: [],
    answer: { status: 200 },
    events: () => receiver.requests.flatMap(({ body }) => JSON.parse(body) as { messageId: string }),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
