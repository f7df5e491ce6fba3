import { IsUrl, Matches } from 'class-validator';
import { type CanonicalEvent, type JsonObject } from '../../../events/event.js';
import { parseJson, stringifyJson } from '../../../events/exact-json.js';
import { type DeliveryContext } from '../../contract/context.js';
import { defineHandler } from '../../contract/define-handler.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { Address, Secret } from '../../contract/settings-marks.js';
import { resultsOf } from './answer.js';

export class SegmentDestinationSettings {
  /**
   * Where the collector answers; `/v1/batch` is appended. `http` only reaches networks the operator has allowed.
   * @example https://events.eu1.segmentapis.com
   */
  @Address()
  @IsUrl({
    ...{ protocols: ['https', 'http'], require_protocol: true, require_tld: false },
    ...{ disallow_auth: true, allow_query_components: false, allow_fragments: false },
  })
  endpoint: string = 'https://api.segment.io';

  /**
   * Write key of the source that the events are to come from there.
   * @example YOUR_WRITE_KEY
   */
  @Secret()
  @Matches(/^[\x21-\x39\x3b-\x7e]{1,200}$/, {
    message: '$property must be 1 to 200 printable ASCII characters without spaces and colons',
  })
  writeKey!: string;
}

/** Forwards events to Segment, or to any collector that speaks its protocol, such as another Tributary. */
export const segment = defineHandler({
  type: 'segment',
  title: 'Segment',
  description:
    'Forwards events to Segment or any collector with the same API (`/v1/batch`), up to 100 events and 450 kB per call, each ' +
    'user’s in their order. They keep their message id, time and integrations; an event that comes twice has the same ' +
    '`messageId`, by which collectors drop it.',
  settings: SegmentDestinationSettings,
  limits: () => ({ maxItems: 100, maxBytes: 450_000, concurrency: 4, ordering: 'per-user' }),
  deliver: sendAll,
});

async function sendAll(
  items: readonly DeliveryItem[],
  { settings: { endpoint, writeKey }, http }: DeliveryContext<SegmentDestinationSettings>,
): Promise<readonly ItemResult[]> {
  const { body } = await http.send(`${endpoint.replace(/\/+$/, '')}/v1/batch`, {
    headers: {
      'content-type': 'application/json',
      // A collector that stores the good messages of a batch answers 200: one of ours says then which were not.
      prefer: 'return=representation',
      // Replayed events and others are never in one batch.
      ...(items[0]?.replay !== undefined && { 'tributary-replay': items[0].replay }),
      authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
    },
    body: stringifyJson({ batch: items.map(({ json }) => messageOf(json)) }),
  });
  return resultsOf(items.length, body);
}

/**
 * What a collector says itself (WIRE 3.1), and `sentAt` and `originalTimestamp`: with those, here or in the envelope, the next one
 * would take our delay, which may be hours, for a wrong clock and move `timestamp`, which has been corrected once (WIRE 2.3).
 * Without them it keeps it.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'projectId',
  'version',
  'receivedAt',
  'sentAt',
  'originalTimestamp',
]);

/** The message that makes an equal event at the next collector, read from the bytes of the log, which have every digit. */
function messageOf(json: string): JsonObject {
  const event = parseJson(json) as CanonicalEvent;
  return Object.fromEntries(Object.entries(event).filter(([name]) => !LEFT_OUT.has(name)));
}
