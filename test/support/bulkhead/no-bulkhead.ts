import { Bulkhead } from '../../../src/destinations/bulkhead/bulkhead.js';

/** For tests of handlers that run in the test's own process. */
export const noBulkhead = new Bulkhead({
  entry: '',
  processes: 0,
  heapMib: 256,
  allowedCidrs: [],
  nameServers: [],
  blockedMs: 3_000,
});
