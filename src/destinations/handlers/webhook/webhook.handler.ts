import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { type DeliveryContext } from '../../contract/context.js';
import { defineHandler, each } from '../../contract/define-handler.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { IsUrlOf } from '../../contract/setting-rules.js';
import { Address, Secret } from '../../contract/settings-marks.js';
import { AreHeaders } from './header-rules.js';
import { SECRET_FORMAT, batchId, signatureHeaders } from './signature.js';

export const WEBHOOK_METHODS = ['POST', 'PUT', 'PATCH'] as const;
export const WEBHOOK_ORDERS = ['user', 'none'] as const;

export class WebhookSettings {
  /**
   * Address that receives the events. `http` reaches only networks that the operator has allowed.
   * @example https://example.com/events
   */
  @Address()
  @ApiProperty({ format: 'uri' })
  @IsUrlOf({
    protocols: ['https', 'http'],
    userInfo: 'put them into `headers`, as `authorization` with the scheme Basic',
  })
  url!: string;

  /** HTTP method of the requests. */
  @ApiProperty({ enum: WEBHOOK_METHODS })
  @IsIn(WEBHOOK_METHODS)
  method: (typeof WEBHOOK_METHODS)[number] = 'POST';

  /**
   * Secret of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. With a secret every request is signed.
   * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
   */
  @Secret()
  @IsOptional()
  @Matches(SECRET_FORMAT, { message: '$property must be whsec_ followed by 24 to 64 bytes in base64' })
  secret?: string;

  /**
   * The earlier secret, for the time of a rotation. Requests are signed with both secrets, and each receiver verifies with the
   * one that it knows. Without `secret` it has no effect.
   * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
   */
  @Secret()
  @IsOptional()
  @Matches(SECRET_FORMAT, { message: '$property must be whsec_ followed by 24 to 64 bytes in base64' })
  previousSecret?: string;

  /**
   * Headers of every request, such as `Authorization`.
   * @example { "authorization": "Bearer YOUR_TOKEN" }
   */
  @Secret()
  @IsOptional()
  @AreHeaders()
  headers?: Record<string, string>;

  /** Send a JSON array of events per request instead of one event. */
  @IsBoolean()
  batch: boolean = false;

  /** Maximum number of events in one request when `batch` is set. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  maxItems: number = 100;

  /**
   * `user`: the events of a user arrive in the order in which they were received, and later ones wait behind one that is
   * retried. The user is the user id, else the anonymous id. `none`: events are sent as soon as a request is free.
   */
  @ApiProperty({ enum: WEBHOOK_ORDERS })
  @IsIn(WEBHOOK_ORDERS)
  order: (typeof WEBHOOK_ORDERS)[number] = 'user';

  /** Time limit of a request, in seconds. A request without a response in that time has failed. */
  @IsInt()
  @Min(1)
  @Max(60)
  timeoutSeconds: number = 10;
}

type Context = DeliveryContext<WebhookSettings>;

/** Posts the canonical event byte for byte as the event log holds it; with `batch`, a JSON array of events. */
export const webhook = defineHandler({
  type: 'webhook',
  title: 'Webhook',
  description:
    'Sends events as JSON to your address, signed by Standard Webhooks when a secret is set. It sends one event per request ' +
    'with up to 16 requests in flight, or arrays of up to `maxItems` events and 1 MB. The events of each user keep their order, ' +
    'unless `order` is `none`. An event that is delivered twice has the same `messageId` and, in an equal request, the same ' +
    '`webhook-id`.',
  settings: WebhookSettings,
  limits: ({ batch, maxItems, order, timeoutSeconds }) => ({
    timeoutMs: timeoutSeconds * 1_000,
    ordering: order === 'user' ? 'per-user' : 'none',
    ...(batch ? { maxItems, maxBytes: 1_000_000, concurrency: 2 } : { concurrency: 16 }),
  }),
  deliver: (items, context) => (context.settings.batch ? sendAll(items, context) : sendEach(items, context)),
});

const sendEach = each((item, context: Context) => post(item.event.messageId, item.json, [item], context));

async function sendAll(items: readonly DeliveryItem[], context: Context): Promise<readonly ItemResult[]> {
  const id = batchId(items.map(({ event }) => event.messageId));
  await post(id, `[${items.map(({ json }) => json).join(',')}]`, items, context);
  return items.map(() => ({ kind: 'ok' }));
}

async function post(
  id: string,
  body: string,
  [first]: readonly DeliveryItem[],
  { settings, http }: Context,
): Promise<void> {
  const { method, secret, previousSecret } = settings;
  const secrets = secret === undefined ? [] : [secret, ...(previousSecret ? [previousSecret] : [])];
  const signature = secrets.length === 0 ? {} : signatureHeaders(secrets, id, new Date(), body);
  await http.send(settings.url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...lowerCased(settings.headers),
      ...signature,
      // A batch never mixes replayed events with others.
      ...(first?.replay !== undefined && { 'tributary-replay': first.replay }),
    },
    body,
    ignoresBody: true,
  });
}

/** Header names in lower case: a name that is given in two spellings is sent once. */
function lowerCased(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
