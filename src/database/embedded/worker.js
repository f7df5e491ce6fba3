/**
 * Worker thread of the embedded Postgres. Plain JavaScript, because Node itself loads a worker: from `src` in tests, from
 * `dist` otherwise.
 */
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** @type {{ dataDir: string, socket: string }} */
const { dataDir, socket } = workerData;
// Compilers of WebAssembly that run side by side take 500 MB in the first seconds, and a part of it stays.
setFlagsFromString('--wasm-num-compilation-tasks=1');
// The default of 128 MB would be resident from the first second, and the files are in the page cache of the system anyway.
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];
const postgres = await PGlite.create(dataDir, { startParams });
const server = new PGLiteSocketServer({ db: postgres, path: socket, maxConnections: 8 });
await server.start();

parentPort?.once('message', async () => {
  await server.stop();
  await postgres.close();
  parentPort?.close();
});
parentPort?.postMessage('ready');
