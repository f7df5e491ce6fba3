import { setTimeout as sleep } from 'node:timers/promises';
import { AUTHORIZATION } from './row.js';

export interface Neighbour {
  /** Calls answered so far. */
  readonly served: number;
  /** What went wrong with calls, one sentence each. */
  readonly failures: readonly string[];
  /** The longest time a call took, in ms. */
  readonly slowest: number;
  stop(): Promise<void>;
}

/** A normal client beside the hostile ones: a call every so many ms, whether or not the one before is answered. */
export function startNeighbour(address: string, everyMs: number): Neighbour {
  const neighbour = { served: 0, failures: [] as string[], slowest: 0 };
  const calls = new Set<Promise<void>>();
  const stopping = new AbortController();

  const call = async (n: number): Promise<void> => {
    const started = performance.now();
    try {
      const answer = await fetch(`${address}/v1/track`, {
        method: 'POST',
        headers: { authorization: AUTHORIZATION },
        body: JSON.stringify({ userId: 'neighbour', event: 'Normal', properties: { n } }),
      });
      const body = await answer.text();
      if (body !== '{"success":true}') neighbour.failures.push(`call ${n}: ${answer.status} ${body}`);
    } catch (error) {
      neighbour.failures.push(`call ${n}: ${String((error as Error).cause ?? error)}`);
    }
    neighbour.served += 1;
    neighbour.slowest = Math.max(neighbour.slowest, performance.now() - started);
  };

  const run = async (): Promise<void> => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const one = call(n).finally(() => calls.delete(one));
      calls.add(one);
      await sleep(everyMs);
    }
    await Promise.all(calls);
  };
  const running = run();
  return Object.assign(neighbour, {
    stop: () => {
      stopping.abort();
      return running;
    },
  });
}
