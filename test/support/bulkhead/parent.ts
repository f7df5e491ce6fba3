import { Bulkhead } from '../../../src/destinations/bulkhead/bulkhead.js';
import { anEvent } from '../events.js';
import { bulkheadOptions } from './bulkhead-options.js';
import { HOSTILE_ENTRY } from './child-entry.js';

// A main process with one delivery process, whose id it prints when a call was answered.
setInterval(() => undefined, 60_000);
const bulkhead = new Bulkhead({ ...bulkheadOptions, entry: HOSTILE_ENTRY, processes: 1 });
const event = anEvent();
await bulkhead.deliver(
  {
    ...{ scope: 1, type: 'hostile', destinationId: 'dst_1', workspaceId: 'wsp_1', settings: { deed: 'ok' } },
    items: [{ event, json: JSON.stringify(event), attempt: 1 }],
  },
  new AbortController().signal,
);
process.stdout.write(`${bulkhead.pids.join()}\n`);
