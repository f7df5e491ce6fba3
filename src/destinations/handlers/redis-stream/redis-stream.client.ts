import { type Socket } from 'node:net';
import { AbstractConnector, Redis } from 'ioredis';
import { type Opened } from '../../contract/context.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryNetwork, unbracketed } from '../../contract/network.js';
import { ReplyCheck } from './reply-check.js';
import { redisCodeOf, redisFailure } from './redis-stream.failure.js';
import { type RedisStreamSettings } from './redis-stream.settings.js';

interface Connection {
  readonly redis: Redis;
  readonly ready: Promise<unknown>;
  /** First error of the socket. The client reports only that the connection is closed. */
  readonly fault: () => Error | undefined;
}

/** One connection for all batches, opened on demand. The client neither reconnects nor repeats commands. */
export class RedisStreamClient implements Opened {
  private connection: Connection | undefined;

  constructor(
    private readonly settings: RedisStreamSettings,
    private readonly network: DeliveryNetwork,
  ) {}

  /**
   * Runs commands on the connection. Throws DeliveryError. The signal closes the connection for all batches in flight: Redis
   * cannot cancel a command.
   */
  async use<T>(signal: AbortSignal, run: (redis: Redis) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const connection = (this.connection ??= this.connect());
    const disconnect = (): void => connection.redis.disconnect();
    signal.addEventListener('abort', disconnect, { once: true });
    try {
      await connection.ready;
      return await run(connection.redis);
    } catch (error) {
      disconnect();
      throw new DeliveryError(
        redisFailure(redisCodeOf(error) === undefined ? (connection.fault() ?? error) : error),
      );
    } finally {
      signal.removeEventListener('abort', disconnect);
    }
  }

  close(): void {
    this.connection?.redis.disconnect();
  }

  private connect(): Connection {
    let fault: Error | undefined;
    const open = (): Socket => this.socket().on('error', (error) => (fault ??= error));
    const redis = new Redis({
      Connector: connectorTo(open),
      lazyConnect: true,
      connectTimeout: 0,
      retryStrategy: null,
      autoResendUnfulfilledCommands: false,
      enableOfflineQueue: false,
      enableReadyCheck: false,
      disableClientInfo: true,
      // It only selects the socket event that the client waits for. The network has set up TLS itself.
      ...(this.encrypted && { tls: {} }),
    });
    // Without a listener the client prints errors.
    redis.on('error', () => undefined);
    const connection = { redis, ready: this.logIn(redis), fault: () => fault };
    redis.once('end', () => {
      if (this.connection === connection) this.connection = undefined;
    });
    return connection;
  }

  /**
   * Connects, logs in and selects the database. The client's options would print a failed login, and would continue in database 0
   * after a failed SELECT.
   */
  private async logIn(redis: Redis): Promise<void> {
    const { username, password, url } = this.settings;
    await redis.connect();
    if (password !== undefined) {
      try {
        await (username === undefined ? redis.auth(password) : redis.auth(username, password));
      } catch (error) {
        // A server without passwords replies ERR. A server that requires a login refuses the next command too.
        if (redisCodeOf(error) !== 'ERR') throw error;
      }
    }
    const database = Number(new URL(url).pathname.slice(1));
    if (database === 0) return;
    try {
      await redis.select(database);
    } catch (error) {
      // The server has fewer databases than the address names, which no retry changes.
      throw redisCodeOf(error) === 'ERR' ? MISSING_DATABASE : error;
    }
  }

  private socket(): Socket {
    const { url, caCertificate } = this.settings;
    const { hostname, port } = new URL(url);
    const check = new ReplyCheck();
    const inspect = (chunk: Buffer): void => check.read(chunk);
    const address = { host: unbracketed(hostname), port: Number(port || 6379), inspect };
    const ca = caCertificate === undefined ? {} : { ca: caCertificate };
    return this.network.connect(this.encrypted ? { ...address, tls: ca } : address);
  }

  private get encrypted(): boolean {
    return this.settings.url.startsWith('rediss:');
  }
}

const MISSING_DATABASE = new DeliveryError({ kind: 'auth', reason: 'missing_database' });

/** Gives the client a guarded socket. `disconnect` closes it at once; the client's own connector waits for the server. */
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
