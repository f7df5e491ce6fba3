import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { AdminApi } from './openapi/admin-api.js';

const TOKEN = 'the-token-of-the-test';
const SERVERS = [
  { servers: 'the embedded servers', settings: () => Promise.resolve({}) },
  { servers: 'Postgres, Redis and Kafka', settings: realServers },
];

interface Explained {
  readonly destinations: { outcome: string; deadLetterId: string | null; attempts: { outcome: string }[] }[];
}

let product: Product | undefined;
let receiver: Receiver | undefined;
afterEach(async () => {
  await product?.dispose();
  await receiver?.close();
});

describe.each(SERVERS)('with $servers', ({ settings }) => {
  it('a refused event is explained, found as a dead letter, redelivered after a restart, and explained again', async () => {
    receiver = await startReceiver();
    receiver.answer = { status: 400 };
    const running = await makeProduct({
      ...(await settings()),
      BOOTSTRAP_ADMIN_TOKEN: TOKEN,
      BOOTSTRAP_WEBHOOK_URL: receiver.url,
      LOG_LEVEL: 'warn',
    });
    product = running;
    await running.start();
    const api = new AdminApi(running.address, TOKEN);
    const [workspace] = (await api.do<{ data: { id: string }[] }>('GET', '/workspaces')).data;
    const at = `/workspaces/${workspace!.id}`;
    const types = await api.do<{ data: { id: string; type: string }[] }>('GET', `${at}/destinations`);
    const { id } = types.data.find(({ type }) => type === 'webhook')!;
    const response = await fetch(`${running.address}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
      body: JSON.stringify({ userId: 'u', event: 'Refused', messageId: 'message-1' }),
    });
    expect(response.status).toBe(200);

    const explained = async () =>
      (await api.do<Explained>('GET', `${at}/deliveries?messageId=message-1`)).destinations.filter(
        ({ deadLetterId }) => deadLetterId !== null,
      );
    await eventually(async () => {
      expect(await explained()).toMatchObject([{ outcome: 'dead', attempts: [{ outcome: 'dead' }] }]);
    }, 20_000);
    const [{ deadLetterId } = { deadLetterId: '' }] = await explained();
    const letters = `${at}/destinations/${id}/dead-letters`;
    expect(await api.do('GET', `${letters}/${deadLetterId}`)).toMatchObject({
      messageId: 'message-1',
      eventName: 'Refused',
      reason: 'http_400',
      event: { event: 'Refused', userId: 'u' },
    });

    receiver.answer = { status: 200 };
    expect(await api.do('POST', `${letters}/redeliver`, { all: true })).toEqual({ redelivered: 1 });
    await running.kill();
    await running.start();
    await eventually(async () => {
      expect(await explained()).toMatchObject([
        { outcome: 'delivered', attempts: [{ outcome: 'dead' }, { outcome: 'delivered', replay: true }] },
      ]);
    }, 30_000);
    expect(receiver.events()).toMatchObject([{ messageId: 'message-1' }, { messageId: 'message-1' }]);
  });
});
