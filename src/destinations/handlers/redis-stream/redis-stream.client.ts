import { type Socket } from 'node:net';
import { AbstractConnector, Redis } from 'ioredis';
import { type Opened } from '../../contract/context.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryNetwork } from '../../contract/network.js';
import { codeOf, failureOf } from './failure.js';
import { type RedisStreamSettings } from './redis-stream.settings.js';

interface Line {
  readonly redis: Redis;
  readonly ready: Promise<unknown>;
  /** What broke it; the client itself only says that it is closed. */
  readonly fault: () => Error | undefined;
}

/** One connection to a server for all batches, made when it is needed: the client neither reconnects nor repeats commands. */
export class Link implements Opened {
  private line: Line | undefined;

  constructor(
    private readonly settings: RedisStreamSettings,
    private readonly network: DeliveryNetwork,
  ) {}

  /** Runs something on the connection. The signal ends it, for all who use it: nobody can call a command back. Throws DeliveryError. */
  async use<T>(signal: AbortSignal, run: (redis: Redis) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const line = (this.line ??= this.connect());
    const end = (): void => line.redis.disconnect();
    signal.addEventListener('abort', end, { once: true });
    try {
      await line.ready;
      return await run(line.redis);
    } catch (error) {
      end();
      throw new DeliveryError(failureOf(codeOf(error) === undefined ? (line.fault() ?? error) : error));
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  close(): void {
    this.line?.redis.disconnect();
  }

  private connect(): Line {
    let fault: Error | undefined;
    const open = (): Socket => this.socket().once('error', (error) => (fault ??= error));
    const redis = new Redis({
      Connector: connectorTo(open),
      lazyConnect: true,
      connectTimeout: 0,
      retryStrategy: null,
      autoResendUnfulfilledCommands: false,
      enableOfflineQueue: false,
      enableReadyCheck: false,
      disableClientInfo: true,
      // Only which event of the socket the client waits for: the connection comes from the network.
      ...(this.encrypted && { tls: {} }),
    });
    // Without a listener the client would write errors on the console.
    redis.on('error', () => undefined);
    const line = { redis, ready: this.begin(redis), fault: () => fault };
    redis.once('end', () => {
      if (this.line === line) this.line = undefined;
    });
    return line;
  }

  /** Not by the client's own options: it writes a failed login on the console, and goes on in database 0 after a failed SELECT. */
  private async begin(redis: Redis): Promise<void> {
    const { username, password, url } = this.settings;
    await redis.connect();
    if (password !== undefined) {
      try {
        await (username === undefined ? redis.auth(password) : redis.auth(username, password));
      } catch (error) {
        // A server without passwords says ERR. One that does ask for a login says so again at the next command.
        if (codeOf(error) !== 'ERR') throw error;
      }
    }
    const database = Number(new URL(url).pathname.slice(1));
    if (database > 0) await redis.select(database);
  }

  private socket(): Socket {
    const { url, caCertificate } = this.settings;
    const { hostname, port } = new URL(url);
    const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) };
    const ca = caCertificate === undefined ? {} : { ca: caCertificate };
    return this.network.connect(this.encrypted ? { ...to, tls: ca } : to);
  }

  private get encrypted(): boolean {
    return this.settings.url.startsWith('rediss:');
  }
}

/** Hands the client a connection of ours, and ends it at once where the client's own would wait for the server. */
function connectorTo(open: () => Socket): new () => AbstractConnector {
  return class extends AbstractConnector {
    constructor() {
      super(0);
    }

    override connect(): Promise<Socket> {
      const socket = open();
      this.stream = socket;
      return Promise.resolve(socket);
    }

    override disconnect(): void {
      this.stream.destroy();
    }
  };
}
