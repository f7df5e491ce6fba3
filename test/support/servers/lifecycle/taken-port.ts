import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 10;
const PAUSE_MS = 100;
const LAST_OUTPUT_CHARACTERS = 4_000;

/** How Redis, Postgres, Java, S3Proxy, Node and Docker report a port that another process holds. */
const REPORTS = /address already in use|EADDRINUSE|failed to bind to|port is already allocated/i;

/** A server could not bind one of its ports, because another process held it. */
export class PortTakenError extends Error {}

/** The error of a server that did not start; the class depends on the whole output, the message shows the end of it. */
export function startError(summary: string, output: string): Error {
  const message = `${summary}:\n${output.slice(-LAST_OUTPUT_CHARACTERS)}`;
  return REPORTS.test(output) ? new PortTakenError(message) : new Error(message);
}

/**
 * Repeats a start that met a taken port. No check beforehand can prevent that: between the check and the server's bind, another
 * process can take the port. Any other failure is thrown at once.
 */
export async function retryTakenPort<T>(start: () => Promise<T>, pauseMs = PAUSE_MS): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error;
      if (attempt === ATTEMPTS)
        throw new Error(`a port was taken at each of ${ATTEMPTS} starts; the last one: ${error.message}`, {
          cause: error,
        });
    }
    await sleep(pauseMs);
  }
}
