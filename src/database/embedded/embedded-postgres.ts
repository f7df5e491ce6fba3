import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';

/** Bytes that a path of a unix socket may have on every system, with a little room. */
const MAX_SOCKET_PATH = 100;

/**
 * Postgres inside this process: PGlite in a worker thread behind a unix socket, for the ordinary `pg` driver. One session
 * underneath, so nobody may await a second connection inside a transaction, and one owner per directory: hold the lock
 * of the data directory first.
 */
export class EmbeddedPostgres {
  private readonly logger = new Logger(EmbeddedPostgres.name);
  private stopping = false;

  private constructor(
    /** Private folder with the socket, for `host` of the driver. */
    readonly socketFolder: string,
    private readonly worker: Worker,
  ) {
    worker.on('error', (error) =>
      this.logger.error({ event: 'database.embedded_failed', reason: error.message }),
    );
    worker.on('exit', () => {
      if (!this.stopping) this.logger.error({ event: 'database.embedded_stopped' });
    });
  }

  /** Starts on `<dataDir>/postgres`, which is made when missing; resolves when connections are accepted. */
  static async start(dataDir: string): Promise<EmbeddedPostgres> {
    const folder = resolve(dataDir, 'postgres');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const socketFolder = await mkdtemp(join(tmpdir(), 'tributary-'));
    try {
      const socket = join(socketFolder, '.s.PGSQL.5432');
      if (Buffer.byteLength(socket) > MAX_SOCKET_PATH) {
        throw new Error(
          `The folder for temporary files, ${tmpdir()}, is too long for a socket: set TMPDIR to another.`,
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

  /** Closes the database in order and removes the socket. */
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
