import { type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../app.module.js';
import { type Config } from '../config/config.js';
import { silenceAwsNodeVersionWarning } from '../config/environment.js';
import { Bootstrapped, type FirstCredentials } from '../database/bootstrap.js';
import { lockDataDir } from '../database/embedded/data-dir-lock.js';
import { JsonLogger } from '../logging/json-logger.js';
import { type SupervisorLink } from '../workers/supervisor-link.js';
import { drainOnSignal } from './drain.js';
import { configureExpress } from './express.js';
import { hideOperations } from './hide-operations.js';
import { HttpAdapter } from './http-adapter.js';

/** Facts about a started process for the person who started it. */
export interface Started {
  /** Base URL of the HTTP listener. */
  readonly address: string;
  /** Absolute path of DATA_DIR. */
  readonly dataDir: string;
  /** Credentials that this start created, undefined if none; pending while Postgres is away. */
  readonly credentials: Promise<FirstCredentials | undefined>;
}

/**
 * Starts the configured roles; a worker has a link. Resolves when the HTTP listener accepts connections; rejects with the cause
 * of a failed start.
 */
export async function start(config: Config, link?: SupervisorLink): Promise<Started> {
  silenceAwsNodeVersionWarning();
  const dataDir = resolve(config.DATA_DIR);
  const isEmbedded = config.DATABASE_URL === undefined || config.KAFKA_BROKERS === undefined;
  const lock = isEmbedded ? await lockDataDir(dataDir) : undefined;
  const adapter = new HttpAdapter(config);
  const app = await NestFactory.create<NestExpressApplication>(await AppModule.with(config, link), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new JsonLogger(config.LOG_LEVEL, undefined, link && { worker: link.place.number }),
  });
  app.use(hideOperations(adapter, config));
  await configureHttp(app, adapter, config);
  drainOnSignal(app, { adapter, delayMs: config.DRAIN_DELAY_MS, afterClose: async () => lock?.release() });
  if (isEmbedded) freeStartMemory();
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  await adapter.listenForOperations(config);
  const { credentials } = app.get(Bootstrapped, { strict: false });
  const address = addressOf(app);
  new Logger('Start').log({ event: 'listening', address, roles: config.ROLES });
  return { address, dataDir, credentials };
}

/** Like the modules of the roles, what only some roles need is imported on demand. */
async function configureHttp(
  app: NestExpressApplication,
  adapter: HttpAdapter,
  config: Config,
): Promise<void> {
  const { ROLES } = config;
  configureExpress(app, config);
  if (ROLES.includes('collector'))
    (await import('../ingestion/configure-ingestion.js')).configureIngestion(app, adapter);
  if (ROLES.includes('collector') || ROLES.includes('admin'))
    (await import('./document/serve.js')).serveDocument(app);
}

/** An address that a client on this machine can use: a wildcard becomes the loopback address. */
function addressOf(app: NestExpressApplication): string {
  const { address, family, port } = app.getHttpServer().address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `http://${family === 'IPv6' && host === address ? `[${host}]` : host}:${port}`;
}

/**
 * Gives the memory of the start's garbage back to the system: some 140 MiB on Node 24, which V8 keeps while the process
 * idles. Called before the first call can arrive, because it stops the process for tens of ms.
 */
function freeStartMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
