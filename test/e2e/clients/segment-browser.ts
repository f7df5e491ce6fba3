import { KINDS } from './calls.js';
import { type Client, type Start } from './client.js';
import { openTab, type ShopWindow } from './tab.js';

interface SegmentIo {
  readonly apiHost?: string;
  readonly protocol?: 'http' | 'https';
  readonly apiKey?: string;
  readonly deliveryStrategy: { strategy: 'standard' | 'batching'; config: object };
}

interface Load {
  readonly settings: object;
  readonly segmentIo: SegmentIo;
}

interface AnalyticsBrowser {
  load(settings: object, options: object): ShopWindow['shop'] & PromiseLike<unknown>;
}

type SegmentWindow = ShopWindow & { AnalyticsNext: { AnalyticsBrowser: AnalyticsBrowser } };

/** Runs in the page. */
async function load({ settings, segmentIo }: Load): Promise<void> {
  const page = globalThis as unknown as SegmentWindow;
  const analytics = page.AnalyticsNext.AnalyticsBrowser.load(settings, {
    integrations: { 'Segment.io': segmentIo },
  });
  analytics['on']?.('error', (error: unknown) => {
    const { code, reason } = error as { code: string; reason: unknown };
    globalThis.console.error(`${code}: ${String(reason)}`);
  });
  page.shop = analytics;
  await analytics.then(undefined, () => undefined);
}

function loadOf(
  { host, writeKey, knowsSource = false }: Start,
  deliveryStrategy: SegmentIo['deliveryStrategy'],
): Load {
  if (!knowsSource) return { settings: { writeKey, cdnURL: host }, segmentIo: { deliveryStrategy } };
  const own = { apiKey: writeKey, apiHost: `${new URL(host).host}/v1` };
  return {
    settings: { writeKey, cdnSettings: { integrations: { 'Segment.io': own } } },
    segmentIo: { apiHost: own.apiHost, protocol: 'http', deliveryStrategy },
  };
}

const common = {
  kinds: KINDS,
  without: { gzip: 'never compresses' },
  obeysRetryAfter: true,
} as const;

/** One request a call. `keepalive` lets those outlive the page that are under way; the others wait for the next visit. */
export const segmentPlain: Client = {
  ...common,
  name: '@segment/analytics-next',
  complains: true,
  sendsOnLeaving: false,
  open: (start, site) =>
    openTab(
      site,
      'segment',
      load,
      loadOf(start, { strategy: 'standard', config: { keepalive: true } }),
      start.host,
    ),
};

export const segmentBatching: Client = {
  ...common,
  name: '@segment/analytics-next, batching',
  complains: false,
  sendsOnLeaving: true,
  open: (start, site) => {
    const config = start.holdsBack ? { timeout: 3_600_000 } : { timeout: 100 };
    return openTab(site, 'segment', load, loadOf(start, { strategy: 'batching', config }), start.host);
  },
};
