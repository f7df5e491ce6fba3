import { sleep } from '../../../src/resilience/pauses.js';

/**
 * A sender of events at a steady rate, in a process of its own, whose times the busy test cannot lengthen: arguments are the
 * address, the write key and the interval in ms. It prints a line per call: message id, status and time in ms.
 */
const [address = '', writeKey = '', everyMs = ''] = process.argv.slice(3);
const headers = { authorization: `Basic ${btoa(`${writeKey}:`)}` };

async function call(messageId: string): Promise<void> {
  const startedAt = performance.now();
  const body = JSON.stringify({ userId: messageId, event: 'Steady', messageId });
  const status = await fetch(`${address}/v1/track`, { method: 'POST', headers, body }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
  process.stdout.write(`${messageId} ${status} ${(performance.now() - startedAt).toFixed(2)}\n`);
}

for (let n = 0; ; n += 1) {
  void call(`steady-${n}`);
  await sleep(Number(everyMs));
}
