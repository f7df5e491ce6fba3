import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { type CanonicalEvent, type JsonObject } from '../../../events/event.js';
import { parseJson, stringifyJson } from '../../../events/exact-json.js';
import { type DeliveryContext } from '../../contract/context.js';
import { defineHandler } from '../../contract/define-handler.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { IsUrlOf } from '../../contract/setting-rules.js';
import { Address, Secret } from '../../contract/settings-marks.js';
import { segmentRefusal, segmentResultsOf } from './segment.failure.js';

export class SegmentDestinationSettings {
  /**
   * Base address of the collector; `/v1/batch` is appended. `http` reaches only networks that the operator has allowed.
   * @example https://events.eu1.segmentapis.com
   */
  @Address()
  @ApiProperty({ format: 'uri' })
  @IsUrlOf({ protocols: ['https', 'http'], userInfo: 'put the write key into `writeKey`', query: false })
  endpoint: string = 'https://api.segment.io';

  /**
   * Write key of the source at that collector.
   * @example YOUR_WRITE_KEY
   */
  @Secret()
  @Matches(/^[\x21-\x39\x3b-\x7e]{1,200}$/, {
    message: '$property must be 1 to 200 printable ASCII characters without spaces and colons',
  })
  writeKey!: string;
}

/** Forwards events to Segment or to any collector with the same API, such as another Tributary. */
export const segment = defineHandler({
  type: 'segment',
  title: 'Segment',
  description:
    'Forwards events to Segment or any collector with the same API (`/v1/batch`), up to 100 events and 450 kB per call, and ' +
    'keeps the order of the events of each user. Message id, time and integrations stay as they are. An event that is ' +
    'delivered twice has the same `messageId`, by which collectors drop the second one.',
  settings: SegmentDestinationSettings,
  limits: () => ({ maxItems: 100, maxBytes: 450_000, concurrency: 4, ordering: 'per-user' }),
  deliver: sendAll,
});

async function sendAll(
  items: readonly DeliveryItem[],
  { settings: { endpoint, writeKey }, http }: DeliveryContext<SegmentDestinationSettings>,
): Promise<readonly ItemResult[]> {
  const sending = http.send(`${endpoint.replace(/\/+$/, '')}/v1/batch`, {
    headers: {
      'content-type': 'application/json',
      // A collector answers 200 although it rejects some messages. With this header another Tributary lists them.
      prefer: 'return=representation',
      // A batch never mixes replayed events with others.
      ...(items[0]?.replay !== undefined && { 'tributary-replay': items[0].replay }),
      authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
    },
    body: stringifyJson({ batch: items.map(({ json }) => messageOf(json)) }),
  });
  try {
    return segmentResultsOf(items.length, (await sending).body);
  } catch (error) {
    throw segmentRefusal(error);
  }
}

/**
 * Fields that a collector sets itself (WIRE 3.1), plus `sentAt` and `originalTimestamp`. With those two the next collector
 * would read the delay of the delivery, which may be hours, as clock skew and move `timestamp` again (WIRE 2.3).
 */
const OMITTED: ReadonlySet<string> = new Set([
  'projectId',
  'version',
  'receivedAt',
  'sentAt',
  'originalTimestamp',
]);

/** The message that becomes an equal event at the next collector. It is parsed from the JSON text, which has every digit. */
function messageOf(json: string): JsonObject {
  const event = parseJson(json) as CanonicalEvent;
  return Object.fromEntries(Object.entries(event).filter(([name]) => !OMITTED.has(name)));
}
