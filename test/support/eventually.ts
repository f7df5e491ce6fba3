import { setTimeout as sleep } from 'node:timers/promises';

/** Retries an assertion until it passes; throws its last failure after `withinMs`. */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  withinMs = 10_000,
  everyMs = 10,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(everyMs);
  }
}
