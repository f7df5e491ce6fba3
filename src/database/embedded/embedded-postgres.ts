import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { createPostgresFolder } from './create-folder.js';
import { reasonOf } from '../../resilience/reason-of.js';

/** Longest path of a unix socket that every system accepts, in bytes, with a margin. */
const MAX_SOCKET_PATH = 100;

/**
 * Postgres inside this process: PGlite in a worker thread behind a unix socket, for the ordinary `pg` driver. It has one
 * session, so code must not wait for a second connection inside a transaction. A directory has one owner: take the lock
 * of the data directory first.
 */
export class EmbeddedPostgres {
  private readonly logger = new Logger(EmbeddedPostgres.name);
  private stopping = false;

  private constructor(
    /** Private folder of the socket: the driver's `host`. */
    readonly socketFolder: string,
    private readonly worker: Worker,
  ) {
    worker.on('error', (error) =>
      this.logger.error({ event: 'database.embedded_failed', reason: reasonOf(error) }),
    );
    worker.on('exit', () => {
      if (!this.stopping) this.logger.error({ event: 'database.embedded_stopped' });
    });
  }

  /** Starts on `<dataDir>/postgres`, which is created if missing. Resolves when it accepts connections. */
  static async start(dataDir: string): Promise<EmbeddedPostgres> {
    const folder = resolve(dataDir, 'postgres');
    await mkdir(resolve(dataDir), { recursive: true, mode: 0o700 });
    await createPostgresFolder(folder);
    const socketFolder = await mkdtemp(join(tmpdir(), 'tributary-'));
    try {
      const socket = join(socketFolder, '.s.PGSQL.5432');
      if (Buffer.byteLength(socket) > MAX_SOCKET_PATH) {
        throw new Error(
          `The path of the folder for temporary files, ${tmpdir()}, is too long for a socket: set TMPDIR to a shorter one.`,
        );
      }
      const worker = new Worker(new URL('./worker.js', import.meta.url), {
        workerData: { dataDir: folder, socket },
      });
      await once(worker, 'message');
      return new EmbeddedPostgres(socketFolder, worker);
    } catch (error) {
      await rm(socketFolder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Shuts the database down cleanly and removes the socket. A second call does nothing. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    if (this.worker.threadId !== -1) {
      const exited = once(this.worker, 'exit');
      this.worker.postMessage('stop');
      await exited;
    }
    await rm(this.socketFolder, { recursive: true, force: true });
  }
}
