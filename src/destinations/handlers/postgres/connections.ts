import { type Socket } from 'node:net';
import { type ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { type Opened } from '../../contract/context.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryNetwork } from '../../contract/network.js';
import { failureOf } from './failure.js';
import { type PostgresSettings } from './postgres.settings.js';

interface Connection {
  readonly client: pg.Client;
  readonly socket: Socket;
  /** Whether the server has said that it does not speak TLS, which the client tells by a text only. */
  refusesTls: boolean;
}

/** Answer of a server without TLS to the question for it. */
const NO_TLS = 'N';

/**
 * Connections to one server, as many as batches are under way. Not the pool of `pg`: a call that is cut off must end its
 * connection at once, also one that is still being made, or its server would go on with the batch.
 */
export class Connections implements Opened {
  private idle: Connection[] = [];

  constructor(
    private readonly settings: PostgresSettings,
    private readonly network: DeliveryNetwork,
  ) {}

  /** Runs something on a connection that nobody else uses meanwhile; the signal ends it. Throws DeliveryError. */
  async use(signal: AbortSignal, run: (client: pg.Client) => Promise<void>): Promise<void> {
    signal.throwIfAborted();
    const known = this.idle.pop();
    const connection = known ?? this.make();
    const end = (): unknown => connection.socket.destroy();
    signal.addEventListener('abort', end, { once: true });
    try {
      if (known === undefined) await connection.client.connect();
      await run(connection.client);
      this.keep(connection);
    } catch (error) {
      const failure = connection.refusesTls ? TLS_REFUSED : failureOf(error);
      if (failure.result.kind === 'reject') this.keep(connection);
      else end();
      throw failure;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  close(): void {
    for (const { socket } of this.idle.splice(0)) socket.destroy();
  }

  private keep(connection: Connection): void {
    if (!connection.socket.destroyed) this.idle.push(connection);
  }

  private make(): Connection {
    const { host, port, database, user, tls } = this.settings;
    const socket = this.network.socket({ encrypted: tls !== 'disable' });
    // Whatever is left out here `pg` would take from the environment of this process.
    const client = new pg.Client({
      host,
      port,
      database,
      user,
      password: () => this.password(),
      ssl: tlsOptions(this.settings),
      sslnegotiation: 'postgres',
      application_name: 'tributary',
      client_encoding: 'UTF8',
      keepAlive: true,
      stream: () => socket,
    });
    const connection = { client, socket, refusesTls: false };
    if (tls !== 'disable')
      socket.once('data', (answer: Buffer) => (connection.refusesTls = answer.toString('latin1') === NO_TLS));
    // What ends a connection is told to whoever uses it; one that nobody uses is forgotten.
    client.on('error', () => undefined);
    socket.once('close', () => (this.idle = this.idle.filter((one) => one !== connection)));
    return connection;
  }

  /** Asked for only when the server wants one. */
  private password(): string {
    if (this.settings.password === undefined)
      throw new DeliveryError({ kind: 'auth', reason: 'password_required' });
    return this.settings.password;
  }
}

const TLS_REFUSED = new DeliveryError({ kind: 'retry', reason: 'tls_not_supported' });

function tlsOptions({ tls, caCertificate }: PostgresSettings): ConnectionOptions | false {
  switch (tls) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-full':
      return caCertificate === undefined ? {} : { ca: caCertificate };
  }
}
