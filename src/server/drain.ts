import { type INestApplication, Logger } from '@nestjs/common';
import { type NextFunction, type Request, type Response } from 'express';
import { Readiness } from '../health/readiness.js';
import { sleep } from '../resilience/pauses.js';

interface DrainOptions {
  /** How long calls are still accepted after the signal, in ms: the balancer needs time to notice. */
  readonly delayMs: number;
  /** Runs when the application has closed, before the process exits. */
  readonly afterClose: () => Promise<void>;
}

/**
 * Drains the process on SIGTERM and SIGINT in the order that loses nothing (DESIGN 5.11): readiness off, a delay, in-flight
 * calls answered, in-flight deliveries recorded, log flushed. Exits with 0. Keep-alive connections end with their next answer.
 */
export function drainOnSignal(app: INestApplication, { delayMs, afterClose }: DrainOptions): void {
  const logger = new Logger('Drain');
  const readiness = app.get(Readiness);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (readiness.isDraining) return;
    readiness.drain();
    logger.log({ event: 'drain.started', signal });
    await sleep(delayMs);
    await app.close();
    await afterClose();
    logger.log({ event: 'drain.finished' });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, (name) => void stop(name));
}

/** Express middleware: while the process drains, each answer closes its connection. */
export function closeWhileDraining(readiness: Readiness) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    if (readiness.isDraining) response.setHeader('Connection', 'close');
    next();
  };
}
