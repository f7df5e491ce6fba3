import { type Socket } from 'node:net';
import { type ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { type Opened } from '../../contract/context.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryNetwork, unbracketed } from '../../contract/network.js';
import { MessageCheck } from './message-check.js';
import { postgresFailure } from './postgres.failure.js';
import { type PostgresSettings } from './postgres.settings.js';

interface Connection {
  readonly client: pg.Client;
  readonly socket: Socket;
  /** Whether the server has refused TLS. `pg` reports this by an error text only, so the handler reads the byte itself. */
  refusesTls: boolean;
  /** Whether the server has requested the password in clear text. */
  wantsClearText: boolean;
}

/** Response of a server without TLS to an SSLRequest message. */
const NO_TLS = 'N';

/**
 * Connections to one server, one per batch in flight. It does not use the pool of `pg`: an aborted call must close its
 * connection at once, also while it is being opened, or the server would finish the batch.
 */
export class PostgresClient implements Opened {
  private idle: Connection[] = [];

  constructor(
    private readonly settings: PostgresSettings,
    private readonly network: DeliveryNetwork,
  ) {}

  /** Runs statements on a connection that no other batch uses meanwhile. The signal closes it. Throws DeliveryError. */
  async use(signal: AbortSignal, run: (client: pg.Client) => Promise<void>): Promise<void> {
    signal.throwIfAborted();
    const idle = this.idle.pop();
    const connection = idle ?? this.create();
    const destroy = (): unknown => connection.socket.destroy();
    signal.addEventListener('abort', destroy, { once: true });
    try {
      if (idle === undefined) await connection.client.connect();
      await run(connection.client);
      this.keep(connection);
    } catch (error) {
      const failure = connection.refusesTls ? TLS_REFUSED : postgresFailure(error);
      if (failure.result.kind === 'reject') this.keep(connection);
      else destroy();
      throw failure;
    } finally {
      signal.removeEventListener('abort', destroy);
    }
  }

  close(): void {
    for (const { socket } of this.idle.splice(0)) socket.destroy();
  }

  private keep(connection: Connection): void {
    if (!connection.socket.destroyed) this.idle.push(connection);
  }

  private create(): Connection {
    const { host, port, database, user, tls } = this.settings;
    const check = new MessageCheck();
    const inspect = (chunk: Buffer): void => check.read(chunk);
    // Before TLS the server sends one byte, which is no message.
    const socket = this.network.socket(
      tls === 'disable' ? { encrypted: false, inspect } : { encrypted: true },
    );
    // For every option that is missing here `pg` reads the environment of this process.
    const client = new pg.Client({
      host: unbracketed(host),
      port,
      database,
      user,
      password: () => this.password(connection),
      ssl: tlsOptions(this.settings),
      sslnegotiation: 'postgres',
      application_name: 'tributary',
      client_encoding: 'UTF8',
      keepAlive: true,
      stream: () => socket,
    });
    const connection: Connection = { client, socket, refusesTls: false, wantsClearText: false };
    // It comes before the listener of `pg`, which calls `password`.
    client.connection.once('authenticationCleartextPassword', () => (connection.wantsClearText = true));
    if (tls !== 'disable')
      socket.once('data', (answer: Buffer) => (connection.refusesTls = answer.toString('latin1') === NO_TLS));
    client.connection.once('sslconnect', () =>
      this.network.contain(client.connection.stream as Socket, inspect),
    );
    // A batch in flight gets the error from its query. An idle connection is only removed.
    client.on('error', () => undefined);
    socket.once('close', () => (this.idle = this.idle.filter((other) => other !== connection)));
    return connection;
  }

  /**
   * `pg` calls it only when the server requests a password. In clear text it goes to the holder of a checked certificate only:
   * any computer on the way to the server could make the request.
   */
  private password({ wantsClearText }: Connection): string {
    const { password, tls } = this.settings;
    if (password === undefined) throw new DeliveryError({ kind: 'auth', reason: 'password_required' });
    if (wantsClearText && tls !== 'verify-full')
      throw new DeliveryError({ kind: 'auth', reason: 'password_in_clear_text' });
    return password;
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
