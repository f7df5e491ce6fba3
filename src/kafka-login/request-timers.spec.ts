import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import './request-timers.js';

interface Entry {
  readonly correlationId: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Queue {
  push(request: { entry: Entry; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void;
  maybeThrottle(ms: number): void;
  destroy(): void;
}

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => Queue;

const logger = { debug: () => undefined, warn: () => undefined };

let queue: Queue;
let sent: number[];
beforeEach(() => {
  vi.useFakeTimers();
  queue = new RequestQueue({ maxInFlightRequests: null, requestTimeout: 1_000, logger });
  sent = [];
});
afterEach(() => {
  queue.destroy();
  vi.useRealTimers();
});

function push(correlationId: number): void {
  const entry = { correlationId, resolve: () => undefined, reject: () => undefined };
  queue.push({ entry, expectResponse: true, sendRequest: () => void sent.push(correlationId) });
}
const answer = (correlationId: number) =>
  queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 });

describe('the queue of requests of kafkajs', () => {
  it('sets no timer when no request waits', () => {
    push(1);
    answer(1);
    expect(sent).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends a request that waits for the end of a throttling, and sets no timer afterwards', () => {
    queue.maybeThrottle(500);
    push(1);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(499);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(sent).toEqual([1]);
    answer(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends what waits when a throttling begins with a response', () => {
    push(1);
    queue.maybeThrottle(500);
    push(2);
    answer(1);
    vi.advanceTimersByTime(520);
    expect(sent).toEqual([1, 2]);
  });
});
