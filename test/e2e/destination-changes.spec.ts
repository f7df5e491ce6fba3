import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Arrivals, startArrivals } from '../support/arrivals.js';
import { EventStream } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { AdminApi } from './openapi/admin-api.js';

const TOKEN = 'admin-token-of-the-changes-test';
const USERS = 15;
/** Longest time in ms for a change to take effect on every instance, and for an event of an unchanged destination. */
const SOON = 2_000;

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

async function arrivals(): Promise<Arrivals> {
  const made = await startArrivals();
  disposals.push(() => made.receiver.close());
  return made;
}

async function twoProducts(settings: Record<string, string>): Promise<Product[]> {
  const products: Product[] = [];
  for (let instance = 0; instance < 2; instance += 1) {
    const product = await makeProduct({
      ...settings,
      BOOTSTRAP_ADMIN_TOKEN: TOKEN,
      LOG_LEVEL: 'warn',
    });
    disposals.push(() => product.dispose());
    products.push(product);
  }
  await products[0]!.start();
  await products[1]!.start();
  return products;
}

/** Deliveries to webhooks that all instances skipped because the destination is disabled. */
async function skipped(products: readonly Product[]): Promise<number> {
  const texts = products.map(async ({ address }) => (await fetch(`${address}/metrics`)).text());
  const line = /^tributary_deliveries_total\{type="webhook",outcome="filtered",reason="disabled"\} (\d+)$/m;
  return (await Promise.all(texts)).reduce((sum, text) => sum + Number(line.exec(text)?.[1] ?? 0), 0);
}

describe('two instances on real servers, while events flow', () => {
  it('each change of a destination takes effect within 2 s, and other destinations miss nothing, get nothing twice and never wait', async () => {
    const [first, second] = [await arrivals(), await arrivals()];
    const [old, changed] = [await arrivals(), await arrivals()];
    const products = await twoProducts(await realServers());
    const api = new AdminApi(products[0]!.address, TOKEN);
    const only = async (path: string) => (await api.do<{ data: { id: string }[] }>('GET', path)).data[0]!.id;
    const at = `/workspaces/${await only('/workspaces')}`;
    const sourceId = await only(`${at}/sources`);
    const add = async ({ receiver }: Arrivals, name: string) => {
      const body = { type: 'webhook', name, settings: { url: receiver.url } };
      const { id: destinationId = '' } = await api.do('POST', `${at}/destinations`, body);
      const { id: connectionId = '' } = await api.do('POST', `${at}/connections`, {
        sourceId,
        destinationId,
      });
      return {
        destination: `${at}/destinations/${destinationId}`,
        connection: `${at}/connections/${connectionId}`,
      };
    };
    const neighbours = [first, second];
    await add(first, 'First');
    await add(second, 'Second');

    const stream = new EventStream(() => products.map(({ address }) => address), USERS);
    disposals.push(() => stream.stop());
    await eventually(() => {
      for (const { all } of neighbours) expect(all.length).toBeGreaterThan(USERS);
    }, 30_000);

    /** Makes a change through the admin API; returns the time of the answer. */
    const done = async (work: () => Promise<unknown>): Promise<number> => {
      await work();
      return performance.now();
    };
    /** Time in ms from a moment to the arrival of the first event that was accepted after it. */
    const reaction = (moment: number, { all }: Arrivals): Promise<number> =>
      eventually(() => {
        const found = all.find(({ id }) => (stream.accepted.get(id) ?? 0) > moment);
        expect(found).toBeDefined();
        return found!.at - moment;
      }, 3 * SOON);
    /** Time for late arrivals. */
    const settled = (moment: number) => sleep(Math.max(moment + SOON + 500 - performance.now(), 0));
    const late = (moment: number, { all }: Arrivals) => all.filter(({ at: came }) => came > moment + SOON);

    const got = () => new Set([...old.ids(), ...changed.ids()]);
    let third = { destination: '', connection: '' };
    const added = await done(async () => (third = await add(old, 'Third')));
    const one = third.destination;
    const took = { add: await reaction(added, old), change: 0, resume: 0, enable: 0 };
    const change = await done(() => api.do('PATCH', one, { settings: { url: changed.receiver.url } }));
    took.change = await reaction(change, changed);
    await settled(change);
    expect(late(change, old)).toEqual([]);

    const pause = await done(() => api.do('POST', `${one}/pause`));
    await settled(pause);
    // A resume takes effect before its answer arrives.
    const asked = performance.now();
    const resume = await done(() => api.do('POST', `${one}/resume`));
    expect(late(pause, changed).filter(({ at: came }) => came < asked)).toEqual([]);
    took.resume = await reaction(resume, changed);
    const backlog = stream.between(added, resume);
    await eventually(() => expect(backlog.filter((event) => !got().has(event))).toEqual([]), 10 * SOON);

    const disable = await done(() => api.do('PATCH', one, { enabled: false }));
    await settled(disable);
    expect(late(disable, changed)).toEqual([]);
    const enable = await done(() => api.do('PATCH', one, { enabled: true }));
    took.enable = await reaction(enable, changed);
    await settled(enable);

    await api.do('DELETE', third.connection);
    const remove = await done(() => api.do('DELETE', one));
    await settled(remove);
    expect(late(remove, changed)).toEqual([]);
    await stream.stop();

    // Events that the third destination did not get are counted as skipped: they were appended or in flight while it was disabled.
    const passedOver = stream.between(resume, enable + SOON).filter((event) => !got().has(event));
    expect(await skipped(products)).toBe(passedOver.length);
    expect(passedOver.length).toBeGreaterThan(0);
    for (const ms of Object.values(took)) expect(ms).toBeLessThan(SOON);

    // The other destinations got every event, once, and never late.
    const everything = [...stream.accepted.keys()].sort();
    for (const { all } of neighbours)
      await eventually(() => expect(all.map((arrival) => arrival.id).sort()).toEqual(everything));
    const waits = neighbours.flatMap((neighbour) =>
      stream.between(added).map((event) => neighbour.at(event)! - stream.accepted.get(event)!),
    );
    expect(Math.max(...waits)).toBeLessThan(SOON);
  });
});
