import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { startReceiver } from '../support/receiver.js';
import { AdminApi } from './openapi/admin-api.js';

const TOKEN = 'admin-token-of-the-shared-reader-test';
const USERS = 15;
const EVERY_MS = 100;
const LONG = 60_000;

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

async function start(settings: Record<string, string>): Promise<Product> {
  const product = await makeProduct({ ...settings, BOOTSTRAP_ADMIN_TOKEN: TOKEN, LOG_LEVEL: 'warn' });
  disposals.push(() => product.dispose());
  await product.start();
  return product;
}

describe('kill -9 of one of two processes that share one read of the topic', () => {
  it('loses nothing for a fast, a slow and a paused destination, and gives a new one its events', async () => {
    const receiver = await startReceiver();
    disposals.push(() => receiver.close());
    const taken = new Map<string, Set<string>>();
    receiver.answer = ({ path, body }) => {
      const { messageId } = JSON.parse(body) as { messageId: string };
      const ids = taken.get(path) ?? new Set<string>();
      taken.set(path, ids.add(messageId));
      return path === '/slow' ? { status: 200, afterMs: 50 } : { status: 200 };
    };
    const own = {
      SECRET_KEYS: randomBytes(32).toString('base64'),
      KAFKA_PARTITIONS: '4',
      RETRY_BASE_MS: '50',
    };
    const settings = { ...(await realServers()), ...own };
    const [stays, dies] = [await start(settings), await start(settings)];
    const api = new AdminApi(stays.address, TOKEN);
    const only = async (path: string) => (await api.do<{ data: { id: string }[] }>('GET', path)).data[0]!.id;
    const at = `/workspaces/${await only('/workspaces')}`;
    const sourceId = await only(`${at}/sources`);
    const connect = async (name: string): Promise<string> => {
      const url = new URL(name, receiver.url).href;
      const { id } = await api.do<{ id: string }>('POST', `${at}/destinations`, {
        type: 'webhook',
        name,
        settings: { url },
      });
      await api.do('POST', `${at}/connections`, { sourceId, destinationId: id });
      return id;
    };
    await connect('fast');
    await connect('slow');
    const paused = await connect('paused');
    const stream = new EventStream(() => [stays.address], USERS, EVERY_MS);
    disposals.push(() => stream.stop());
    const missing = (name: string, ids: Iterable<string>) =>
      [...ids].filter((id) => !taken.get(`/${name}`)?.has(id));
    await eventually(() => {
      for (const name of ['/fast', '/slow', '/paused']) expect(taken.get(name)?.size).toBeGreaterThan(USERS);
    }, LONG);
    await api.do('POST', `${at}/destinations/${paused}/pause`);
    const atPause = stream.accepted.size;
    await eventually(() => expect(stream.accepted.size).toBeGreaterThan(atPause + 10 * USERS), LONG);
    await dies.kill();
    const atKill = stream.accepted.size;
    await eventually(() => expect(stream.accepted.size).toBeGreaterThan(atKill + 10 * USERS), LONG);
    await connect('late');
    await eventually(() => expect(taken.get('/late')?.size).toBeGreaterThan(0), LONG);
    const since = performance.now();
    await eventually(() => expect(stream.between(since).length).toBeGreaterThan(10 * USERS), LONG);
    await stream.stop();
    await api.do('POST', `${at}/destinations/${paused}/resume`);
    for (const name of ['fast', 'slow', 'paused'])
      await eventually(() => expect(missing(name, stream.accepted.keys())).toEqual([]), LONG);
    await eventually(() => expect(missing('late', stream.between(since))).toEqual([]), LONG);
  }, 240_000);
});
