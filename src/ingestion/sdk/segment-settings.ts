import { type PublicAddress } from '../edge/public-address.js';
import { type SegmentSettings } from './segment-settings.dto.js';

/** Makes SDKs treat refusals as final and respect Retry-After; without it the Swift SDK retries after 401 forever (WIRE 8.3). */
const HTTP_CONFIG = { rateLimitConfig: { enabled: true }, backoffConfig: { enabled: true } };
const ALLOWED = { __default: { enabled: true } };

/** Settings for the SDKs of a source. SDKs assume https; only those in browsers read `protocol`. */
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
