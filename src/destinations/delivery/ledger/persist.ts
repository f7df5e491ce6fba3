import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const logger = new Logger('Delivery');

/**
 * Does what must not be lost until it succeeds. Tried at least once; given up only when the signal aborts, with the last
 * error: then the log or the claim brings the delivery again.
 */
export async function persist<T>(
  what: string,
  destination: string,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await run();
    } catch (error) {
      if (signal.aborted) throw error;
      if (wait === FIRST_WAIT_MS) {
        const problem = error instanceof Error ? error.name : String(error);
        logger.warn({ event: 'delivery.recording_waits', destination, what, problem });
      }
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}
