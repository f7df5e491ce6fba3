import { type Kind } from './calls.js';
import { type Client, type Start } from './client.js';
import { openTab, type ShopWindow } from './tab.js';

/** It has no screens. */
const KINDS: readonly Kind[] = ['identify', 'track', 'page', 'group', 'alias'];

interface Load {
  readonly writeKey: string;
  readonly host: string;
  readonly options: object;
  /** Given to its `getSourceConfig`. */
  readonly source: object | undefined;
}

interface Rudder {
  load(writeKey: string, dataPlaneUrl: string, options: object): void;
  ready(callback: () => void): void;
}

type RudderWindow = ShopWindow & {
  rudderanalytics: { RudderAnalytics: new () => Rudder & ShopWindow['shop'] };
  addEventListener(event: string, listener: () => void): void;
};

/** Runs in the page. The SDK tells a failed load on the console only. */
async function load({ writeKey, host, options, source }: Load): Promise<void> {
  const page = globalThis as unknown as RudderWindow;
  const analytics = new page.rudderanalytics.RudderAnalytics();
  page.shop = analytics;
  const tell = globalThis.console.error;
  await new Promise<void>((resolve) => {
    globalThis.console.error = (...words: unknown[]) => {
      tell(...words);
      resolve();
    };
    analytics.ready(() => resolve());
    analytics.load(writeKey, host, source ? { ...options, getSourceConfig: () => ({ source }) } : options);
  });
}

function loadOf({ host, writeKey, knowsSource = false }: Start, own: object): Load {
  const source = {
    id: 'src',
    name: 'shop',
    writeKey,
    workspaceId: 'ws',
    enabled: true,
    config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
    destinations: [],
  };
  return { host, writeKey, options: { configUrl: host, ...own }, source: knowsSource ? source : undefined };
}

/** Far quicker than its defaults, of 2 s for the first retry. */
const retries = { minRetryDelay: 100, maxRetryDelay: 2_000, maxAttempts: 20 };
const common = {
  kinds: KINDS,
  without: { gzip: 'never compresses' },
  obeysRetryAfter: false,
  complains: true,
  sendsOnLeaving: false,
} as const;

export const rudderXhr: Client = {
  ...common,
  name: '@rudderstack/analytics-js, XHR',
  open: (start, site) => openTab(site, 'rudder', load, loadOf(start, { queueOptions: retries }), start.host),
};

export const rudderBatching: Client = {
  ...common,
  name: '@rudderstack/analytics-js, XHR batching',
  open: (start, site) => {
    const batch = start.holdsBack
      ? { enabled: true, maxItems: 100, flushInterval: 3_600_000 }
      : { enabled: true, maxItems: 3, flushInterval: 100 };
    return openTab(site, 'rudder', load, loadOf(start, { queueOptions: { ...retries, batch } }), start.host);
  },
};

const deaf = 'a beacon is told no answer, and not sent again';

export const rudderBeacon: Client = {
  ...common,
  name: '@rudderstack/analytics-js, beacon',
  without: { ...common.without, overload: deaf, outage: deaf, lostAnswer: deaf, killed: deaf },
  complains: false,
  sendsOnLeaving: true,
  open: (start, site) => {
    const beaconQueueOptions = start.holdsBack ? {} : { maxItems: 3, flushQueueInterval: 100 };
    return openTab(site, 'rudder', load, loadOf(start, { useBeacon: true, beaconQueueOptions }), start.host);
  },
};
