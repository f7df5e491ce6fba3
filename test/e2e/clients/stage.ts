import { expect } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { KEY } from '../../support/ingestion-app.js';
import { makeProduct, type Product } from '../../support/product.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { tapWire, type TappedCall, type WireTap } from '../../support/wire-tap.js';
import { type AppCall } from './calls.js';
import { type Client, type Session, type Start } from './client.js';
import { type WebSite } from './web-site.js';

export type Json = Record<string, unknown>;

/** The longest wait of a client after an outage. */
const ARRIVES_WITHIN_MS = 30_000;

/** One client in front of the product, with a wire of its own. */
export interface Scene {
  readonly tap: WireTap;
  readonly session: Session;
  /** Its calls that carried events. */
  posts(): TappedCall[];
  close(): Promise<void>;
}

/** The product as it is installed, a webhook receiver behind it, and a site whose visitors are tracked. */
export class Stage {
  private constructor(
    readonly product: Product,
    readonly receiver: Receiver,
    private readonly site: WebSite,
  ) {}

  static async open(site: WebSite, settings: Record<string, string> = {}): Promise<Stage> {
    const receiver = await startReceiver();
    const own = { BOOTSTRAP_WRITE_KEY: KEY, BOOTSTRAP_WEBHOOK_URL: receiver.url };
    const product = await makeProduct({ ...own, ...settings });
    await product.start();
    return new Stage(product, receiver, site);
  }

  async close(): Promise<void> {
    await this.product.dispose();
    await this.receiver.close();
  }

  async enter(client: Client, start: Partial<Start> = {}): Promise<Scene> {
    const tap = await tapWire(this.product.address);
    const session = await client.open({ host: tap.address, writeKey: KEY, ...start }, this.site);
    return {
      tap,
      session,
      posts: () => tap.calls.filter(carriesEvents),
      close: () => session.close().finally(() => tap.close()),
    };
  }

  /** Copies of a call's event that have arrived. */
  arrivals({ marker }: AppCall): Json[] {
    return this.receiver.events().filter((event) => (event['context'] as Json)['marker'] === marker);
  }

  /** Waits until the events of all have arrived. */
  expectAll(calls: readonly AppCall[]): Promise<void> {
    const missing = () =>
      calls.filter((call) => this.arrivals(call).length === 0).map(({ marker }) => marker);
    return eventually(() => expect(missing()).toEqual([]), ARRIVES_WITHIN_MS);
  }

  /** Waits likewise, and proves with a fence that none comes twice. */
  async expectEachOnce(calls: readonly AppCall[]): Promise<void> {
    await this.expectAll(calls);
    await this.fence();
    const counts = calls.map((call) => [call.marker, this.arrivals(call).length]);
    expect(counts).toEqual(calls.map(({ marker }) => [marker, 1]));
  }

  /** Whatever was accepted before this call has been delivered when it resolves. */
  async fence(): Promise<void> {
    const messageId = crypto.randomUUID();
    const answer = await fetch(`${this.product.address}/v1/track`, {
      method: 'POST',
      body: JSON.stringify({ writeKey: KEY, userId: 'fence', event: 'Fence', messageId, context: {} }),
    });
    expect(answer.status).toBe(200);
    await eventually(() =>
      expect(this.receiver.events()).toContainEqual(expect.objectContaining({ messageId })),
    );
  }
}

/** What SDKs report about themselves is no event. */
export const carriesEvents = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'POST' && !/^\/(v1\/m|rsaMetrics)$/.test(path);

/** The messages of a call as they were on the wire. */
export const messagesOf = ({ body }: TappedCall): Json[] => {
  const parsed = JSON.parse(body) as Json;
  return Array.isArray(parsed['batch']) ? (parsed['batch'] as Json[]) : [parsed];
};
