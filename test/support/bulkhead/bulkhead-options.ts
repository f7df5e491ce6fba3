import { type BulkheadOptions } from '../../../src/destinations/bulkhead/bulkhead.js';
import { CHILD_ENTRY } from './child-entry.js';

/** The options of the product, for processes that may reach this machine. */
export const bulkheadOptions: BulkheadOptions = {
  entry: CHILD_ENTRY,
  processes: 2,
  heapMib: 256,
  allowedCidrs: ['127.0.0.0/8'],
  nameServers: [],
  blockedMs: 3_000,
};
