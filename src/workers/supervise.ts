import cluster from 'node:cluster';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { type Config } from '../config/config.js';
import { WorkerPlace } from '../config/workers.js';
import { JsonLogger } from '../logging/json-logger.js';
import { argumentsOf } from './messages.js';
import { closeOfferedAtEnd } from './offered-connections.js';
import { Supervisor } from './supervisor.js';

/** The built entry file of a worker. */
const WORKER_ENTRY = join(import.meta.dirname, '../worker.js');

/**
 * Runs this process as the supervisor of so many workers, and exits with 0 when they have drained after a signal. Rejects when
 * no worker can start.
 */
export async function supervise(workers: number, { LOG_LEVEL }: Pick<Config, 'LOG_LEVEL'>): Promise<void> {
  Logger.overrideLogger(new JsonLogger(LOG_LEVEL));
  // In turn: connections stay for long, and a shared socket would give most of them to the worker that wakes up first.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const supervisor = new Supervisor({
    workers,
    fork: (number) => {
      const args = argumentsOf(new WorkerPlace(number, workers));
      cluster.setupPrimary({ exec: WORKER_ENTRY, args, serialization: 'advanced' });
      const worker = cluster.fork();
      closeOfferedAtEnd(worker.process);
      return worker;
    },
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, (name) => supervisor.stop(name));
  process.exit((await supervisor.run()) ? 0 : 1);
}
