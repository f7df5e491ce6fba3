import { type PublicAddress } from './public-address.js';
import { type SegmentSettings } from './segment-settings.dto.js';

/** Makes the SDKs treat refusals as final and heed Retry-After; without it Swift's sends a 401 again forever (WIRE 8.3). */
const HTTP_CONFIG = { rateLimitConfig: { enabled: true }, backoffConfig: { enabled: true } };
const ALLOWED = { __default: { enabled: true } };

/** SDKs assume https; only a browser's can be told otherwise. */
export function segmentSettings(writeKey: string, { protocol, host }: PublicAddress): SegmentSettings {
  const apiHost = `${host}/v1`;
  const segment = {
    apiKey: writeKey,
    apiHost,
    ...(protocol === 'http' && { protocol }),
    httpConfig: HTTP_CONFIG,
  };
  return {
    integrations: { 'Segment.io': segment },
    plan: { track: ALLOWED, identify: ALLOWED, group: ALLOWED },
    middlewareSettings: { routingRules: [] },
    metrics: { sampleRate: 0, host: apiHost },
    enabledMiddleware: {},
    remotePlugins: [],
    edgeFunction: {},
    legacyVideoPluginsEnabled: false,
  };
}
