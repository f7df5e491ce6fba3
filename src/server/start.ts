import { type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../app.module.js';
import { type Config } from '../config/config.js';
import { Bootstrapped, type Made } from '../database/bootstrap.js';
import { lockDataDir } from '../database/embedded/data-dir-lock.js';
import { Readiness } from '../health/readiness.js';
import { configureIngestion } from '../ingestion/configure-ingestion.js';
import { JsonLogger } from '../logging/json-logger.js';
import { configureExpress } from './configure-express.js';
import { serveDocument } from './document/serve.js';
import { closeWhileDraining, drainOnSignal } from './drain.js';
import { HttpAdapter } from './http-adapter.js';

/** What whoever started the process may want to tell a person. */
export interface Started {
  readonly address: string;
  readonly dataDir: string;
  /** What it made when it found an empty database; pending while Postgres is away. */
  readonly made: Promise<Made | undefined>;
}

/** Starts everything the roles ask for; resolves when the HTTP listener stands. Throws what stands in the way. */
export async function start(config: Config): Promise<Started> {
  const dataDir = resolve(config.DATA_DIR);
  const embedded = config.DATABASE_URL === undefined || config.KAFKA_BROKERS === undefined;
  const lock = embedded ? await lockDataDir(dataDir) : undefined;
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.with(config),
    new HttpAdapter(config),
    {
      bodyParser: false,
      abortOnError: false,
      logger: new JsonLogger(config.LOG_LEVEL),
    },
  );
  app.use(closeWhileDraining(app.get(Readiness)));
  configureExpress(app);
  if (config.ROLES.includes('collector')) configureIngestion(app);
  if (config.ROLES.some((role) => role !== 'delivery')) serveDocument(app);
  drainOnSignal(app, async () => lock?.release());
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  const { made } = app.get(Bootstrapped, { strict: false });
  const address = addressOf(app);
  new Logger('Start').log({ event: 'listening', address, roles: config.ROLES });
  return { address, dataDir, made };
}

function addressOf(app: NestExpressApplication): string {
  const { address, family, port } = app.getHttpServer().address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `http://${family === 'IPv6' && host === address ? `[${host}]` : host}:${port}`;
}
