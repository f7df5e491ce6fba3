import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { isPoison } from './events-to-send.js';

/** What one run of the worker, from its start to its end, brought to the receiver. */
export class Run {
  /** Message ids that were in a request of it, whatever became of that. */
  readonly brought = new Set<string>();
  /** Message ids that were answered 2xx, as often as they were. */
  readonly taken: string[] = [];
  /** How many requests had which answer. */
  readonly answers: Record<string, number> = {};
  /** Events in requests that have come and are not answered yet. */
  open = 0;
}

/** An answer's status; 0 hangs up without one. */
type Status = 0 | 200 | 400 | 429 | 500 | 503;

const ASKS_FOR_PATIENCE = 0.02;
const FAILS = 0.2;
const FAILURES = [500, 503, 0] as const;
const SLOWEST_MS = 20;

/**
 * Takes arrays of events, refuses those with a poisonous one for good, and fails at random. What it does not answer 2xx it has
 * not taken. Whose request it was goes by when the connection was made, as what a killed worker had sent may arrive later.
 */
export class MoodyReceiver {
  readonly runs: Run[] = [];
  private readonly server = createServer((request, response) => void this.receive(request, response));
  private readonly runOf = new WeakMap<Socket, Run>();

  constructor(private readonly random: () => number) {
    this.server.on('connection', (socket: Socket) => this.runOf.set(socket, this.runs.at(-1)!));
  }

  /** Its address, once it listens. */
  async start(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** To be called before each start of the worker. */
  nextRun(): Run {
    const run = new Run();
    this.runs.push(run);
    return run;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const run = this.runOf.get(request.socket)!;
    const body = await textOf(request);
    // Cut off in the middle: nobody knows what it was.
    if (body === undefined) return;
    const ids = (JSON.parse(body) as { messageId: string }[]).map(({ messageId }) => messageId);
    run.open += ids.length;
    response.once('close', () => (run.open -= ids.length));
    for (const id of ids) run.brought.add(id);
    const status = this.mood() ?? (ids.some(isPoison) ? 400 : 200);
    if (status === 200) run.taken.push(...ids);
    run.answers[status] = (run.answers[status] ?? 0) + 1;
    setTimeout(() => answer(response, status), this.random() * SLOWEST_MS);
  }

  private mood(): Status | undefined {
    const fate = this.random();
    if (fate < ASKS_FOR_PATIENCE) return 429;
    if (fate >= ASKS_FOR_PATIENCE + FAILS) return undefined;
    return FAILURES[Math.floor(this.random() * FAILURES.length)];
  }
}

async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, status: Status): void {
  if (status === 0) response.destroy();
  else response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end();
}
