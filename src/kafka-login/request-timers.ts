import { createRequire } from 'node:module';

/** The part of kafkajs's queue of requests to one broker that is used here. */
interface RequestQueue {
  /** Requests that wait to be sent, for instance while the broker throttles the client. */
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

/** kafkajs does not export its queue. Version 2.2.4 is pinned; the spec fails when an upgrade moves the file. */
const FILE = 'kafkajs/src/network/requestQueue/index.js';

/**
 * Makes kafkajs set its timer for waiting requests only while one waits, for all clients of the process. Without one, the
 * delay is the time of day below zero: a timer of 1 ms after each response, and a TimeoutNegativeWarning since Node 24.
 */
function checkOnlyWhatWaits(queue: RequestQueue): void {
  const { scheduleCheckPendingRequests } = queue;
  queue.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
}

const { prototype } = createRequire(import.meta.url)(FILE) as { readonly prototype: RequestQueue };
checkOnlyWhatWaits(prototype);
