import { type INestApplication, Logger } from '@nestjs/common';
import { Readiness } from '../health/readiness.js';
import { sleep, yieldToEventLoop } from '../resilience/pauses.js';
import { type HttpAdapter } from './http-adapter.js';

interface DrainOptions {
  readonly adapter: HttpAdapter;
  /** How long calls are still accepted after the signal, in ms: the balancer needs time to notice. */
  readonly delayMs: number;
  /** Runs when the application has closed, before the process exits. */
  readonly afterClose: () => Promise<void>;
}

/** Shortest delay, in ms, and turns of the event loop after it: a call whose connection stood before the signal arrives in this time. */
const SHORTEST_DELAY_MS = 500;
const TURNS = 3;

/**
 * Drains the process on SIGTERM and SIGINT in the order that loses nothing (DESIGN 5.11): readiness off, a delay, in-flight
 * calls answered, in-flight deliveries recorded, log flushed. Exits with 0. Keep-alive connections end with their next answer.
 */
export function drainOnSignal(app: INestApplication, { adapter, delayMs, afterClose }: DrainOptions): void {
  const logger = new Logger('Drain');
  const readiness = app.get(Readiness);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (readiness.isDraining) return;
    readiness.drain();
    adapter.closeConnections();
    logger.log({ event: 'drain.started', signal });
    await sleep(Math.max(delayMs, SHORTEST_DELAY_MS));
    for (let turn = 0; turn < TURNS; turn += 1) await yieldToEventLoop();
    await app.close();
    await afterClose();
    logger.log({ event: 'drain.finished' });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, (name) => void stop(name));
}
