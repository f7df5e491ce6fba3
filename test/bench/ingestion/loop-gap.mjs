// Preloaded into a measured product: at its end it prints the longest gap of its event loop since the first request, in ms.
import { subscribe } from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let requests = 0;
  subscribe('http.server.request.start', () => {
    // The first calls are compiled while they are served.
    requests += 1;
    if (requests === 1_000) delay.enable();
  });
  process.once('exit', () => {
    if (requests >= 1_000)
      process.stderr.write(`longest gap of the event loop ${(delay.max / 1e6).toFixed(0)} ms\n`);
  });
}
