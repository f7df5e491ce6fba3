import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplication, Logger } from '@nestjs/common';
import { type NextFunction, type Request, type Response } from 'express';
import { Config } from '../config/config.js';
import { Readiness } from '../health/readiness.js';

/**
 * Stops in the order that loses nothing (DESIGN 5.11): not ready any more, a pause until the balancer has moved, calls in
 * flight answered, deliveries at work recorded, log flushed. Keep-alive connections are asked to go with their next answer.
 */
export function drainOnSignal(app: INestApplication, afterwards: () => Promise<void>): void {
  const logger = new Logger('Drain');
  const readiness = app.get(Readiness);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (readiness.isDraining) return;
    readiness.drain();
    logger.log({ event: 'drain.started', signal });
    await sleep(app.get(Config).DRAIN_DELAY_MS);
    await app.close();
    await afterwards();
    logger.log({ event: 'drain.finished' });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, (name) => void stop(name));
}

/** Express middleware: while draining, each answer ends its connection. */
export function closeWhileDraining(readiness: Readiness) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    if (readiness.isDraining) response.setHeader('Connection', 'close');
    next();
  };
}
