/**
 * Worker thread of the embedded Postgres. Plain JavaScript, because Node itself loads a worker: from `src` in tests, from
 * `dist` otherwise.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** @type {{ dataDir: string, socket: string }} */
const { dataDir, socket } = workerData;
const postgres = await PGlite.create(dataDir);
const server = new PGLiteSocketServer({ db: postgres, path: socket, maxConnections: 8 });
await server.start();

parentPort?.once('message', async () => {
  await server.stop();
  await postgres.close();
  parentPort?.close();
});
parentPort?.postMessage('ready');
