import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product } from '../support/product.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { AdminApi, type Tenant } from './openapi/admin-api.js';

const TOKEN = 'admin-token-of-the-backlog-test';
/** Together more than three times the log. */
const BATCHES = 120;

interface Backlog {
  readonly usedPercent: number;
  readonly shed: number;
}

let receivers: Receiver[];
let product: Product;
let api: AdminApi;
beforeEach(async () => {
  receivers = await Promise.all([startReceiver(), startReceiver()]);
  product = await makeProduct({ LOCAL_LOG_MAX_MIB: '16', BOOTSTRAP_ADMIN_TOKEN: TOKEN, LOG_LEVEL: 'warn' });
  await product.start();
  api = new AdminApi(product.address, TOKEN);
});
afterEach(async () => {
  await product.dispose();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function post({ writeKey }: Tenant, path: string, body: object): Promise<number> {
  const answer = await fetch(`${product.address}${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${writeKey}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** About 430 kB. */
const largeBatch = () => ({
  batch: Array.from({ length: 200 }, (_, index) => ({
    type: 'track',
    userId: 'user-1',
    event: `Large ${index}`,
    properties: { text: 'x'.repeat(2_000) },
  })),
});

describe('a tenant whose paused destination has a backlog of more than the local log', () => {
  it('keeps no call of another tenant from being accepted and delivered, and loses no event unannounced', async () => {
    const [first, second] = [receivers[0]!, receivers[1]!];
    const paused = await api.makeTenant(first.url);
    const neighbour = await api.makeTenant(second.url);
    const at = `/workspaces/${paused.ids['workspaceId']}/destinations/${paused.ids['destinationId']}`;
    await api.do('POST', `${at}/pause`);
    // Within two seconds a process has loaded what was made.
    const isKnown = async () =>
      expect(await post(neighbour, '/v1/track', { userId: 'u', event: 'First' })).toBe(200);
    await eventually(isKnown, 10_000);
    await eventually(() => expect(second.events().length).toBeGreaterThan(0), 10_000);

    const seen: Record<string, number> = {};
    const count = (what: string) => (seen[what] = (seen[what] ?? 0) + 1);
    for (let round = 0; round < BATCHES; round += 1) {
      count(`batch ${await post(paused, '/v1/batch', largeBatch())}`);
      count(`neighbour ${await post(neighbour, '/v1/track', { userId: 'u', event: `Sent ${round}` })}`);
    }
    expect(seen).toEqual({ 'batch 200': BATCHES, 'neighbour 200': BATCHES });
    await eventually(() => {
      const names = new Set(second.events().map(({ event }) => event));
      expect(names.size).toBe(BATCHES + 1);
    }, 30_000);
    expect(first.requests).toEqual([]);

    await eventually(async () => {
      expect((await api.do<Backlog>('GET', `${at}/backlog`)).usedPercent).toBeLessThanOrEqual(90);
    }, 30_000);
    const { shed } = await api.do<Backlog>('GET', `${at}/backlog`);
    const metrics = await (await fetch(`${product.address}/metrics`)).text();
    expect((await fetch(`${product.address}/health/ready`)).status).toBe(200);
    expect(metrics).toMatch(
      new RegExp(
        `^tributary_deliveries_total\\{type="webhook",outcome="dead",reason="backlog_limit"\\} ${shed}$`,
        'm',
      ),
    );
    const { data } = await api.do<{ data: { reason: string }[] }>('GET', `${at}/dead-letters`);
    expect(data[0]?.reason).toBe('backlog_limit');
    await api.do('POST', `${at}/resume`);
    const left = BATCHES * 200 - shed;
    expect(left).toBeGreaterThan(1_000);
    await eventually(() => {
      expect(new Set(first.events().map(({ messageId }) => messageId)).size).toBe(left);
    }, 60_000);
  });
});
