// Sends two events with Segment's SDK for Node. Only the host is ours. Needs WRITE_KEY.
import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({
  writeKey: process.env.WRITE_KEY,
  host: process.env.TRIBUTARY_URL ?? 'http://127.0.0.1:8080',
});
analytics.on('error', ({ code, reason }) => {
  process.exitCode = 1;
  process.stderr.write(`${code}: ${reason}\n`);
});

analytics.identify({ userId: 'user-2', traits: { plan: 'pro' } });
analytics.track({ userId: 'user-2', event: 'Order Completed', properties: { total: 12.5 } });

// Resolves when both are acknowledged: then they are in the event log.
await analytics.closeAndFlush();
process.stdout.write('sent\n');
