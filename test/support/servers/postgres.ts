import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { hasDockerEngine, IMAGES } from '../../verify/docker-engine.mjs';
import { postgresProgram } from '../../verify/provision.mjs';
import { run } from '../../verify/run.mjs';
import { type OwnServer, type Runner, startServer } from './lifecycle/runner.js';
import { ServerContainer } from './lifecycle/server-container.js';
import { ServerProcess } from './lifecycle/server-process.js';
import { loopbackPort } from './loopback-port.js';
import { provisionOnce } from './provision-once.js';

export interface PostgresServer extends OwnServer {
  /** In the format of DATABASE_URL; the user may create databases. */
  readonly url: string;
}

/**
 * Without `fsync`, committed rows still survive `kill -9`, because the system keeps what was written. Only a crash of the
 * machine would lose them. With it, each new database takes some tenths of a second longer.
 */
const SETTINGS = ['max_connections=200', 'fsync=off', 'full_page_writes=off'];

/** Starts a Postgres that belongs to the caller, on a loopback port. */
export async function startPostgres(): Promise<PostgresServer> {
  await provisionOnce();
  return startServer(async () => {
    const port = await loopbackPort();
    const url = `postgres://tributary:tributary@127.0.0.1:${port}/postgres`;
    const runner = hasDockerEngine() ? postgresContainer(port) : await postgresProcess(port);
    return { runner, probe: () => query(url), describe: () => ({ url }) };
  });
}

async function postgresProcess(port: number): Promise<Runner> {
  const [initdb, postgres] = [postgresProgram('initdb'), postgresProgram('postgres')];
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...SETTINGS];
  const user = serverUser();
  const runner = new ServerProcess({
    name: 'Postgres',
    ports: [port],
    command: (directory) => {
      const args = ['-D', join(directory, 'data'), '-p', String(port)];
      return user.command([postgres, ...args, ...options(settings)]);
    },
    // SIGKILL would leave its shared memory behind.
    stopSignal: 'SIGINT',
  });
  user.own(runner.directory);
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8'];
  const access = ['--username=tributary', '--auth=trust', '--no-sync'];
  const [file, ...args] = user.command([initdb, '-D', join(runner.directory, 'data'), ...locale, ...access]);
  await run(file, args);
  return runner;
}

const options = (settings: readonly string[]) => settings.flatMap((setting) => ['-c', setting]);

interface ServerUser {
  command(line: [string, ...string[]]): [string, ...string[]];
  own(directory: string): void;
}

/** Postgres refuses to run as root. Then it runs as the user that the Debian package has created. */
function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return { command: (line) => line, own: () => undefined };
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return {
    command: (line) => ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', ...line],
    own: (directory) => chownSync(directory, id('-u'), id('-g')),
  };
}

function postgresContainer(port: number): Runner {
  return new ServerContainer({
    name: 'Postgres',
    image: IMAGES.postgres,
    port: { host: port, container: 5432 },
    env: { POSTGRES_USER: 'tributary', POSTGRES_PASSWORD: 'tributary', POSTGRES_DB: 'postgres' },
    command: ['postgres', ...options(SETTINGS)],
  });
}

async function query(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that ends during the query also breaks the connection, and that error reaches no call.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}
