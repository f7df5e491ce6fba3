import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, IsUrl, Matches, Max, Min } from 'class-validator';
import { type DeliveryContext } from '../../contract/context.js';
import { defineHandler, each } from '../../contract/define-handler.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { Address, Secret } from '../../contract/settings-marks.js';
import { AreHeaders } from './header-rules.js';
import { SECRET_FORMAT, batchId, signatureHeaders } from './signature.js';

export const WEBHOOK_METHODS = ['POST', 'PUT', 'PATCH'] as const;

export class WebhookSettings {
  /**
   * Address that events are posted to. `http` only reaches networks the operator has allowed.
   * @example https://example.com/events
   */
  @Address()
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false, disallow_auth: true })
  url!: string;

  /** Method of the requests. */
  @ApiProperty({ enum: WEBHOOK_METHODS })
  @IsIn(WEBHOOK_METHODS)
  method: (typeof WEBHOOK_METHODS)[number] = 'POST';

  /**
   * Standard Webhooks secret, `whsec_` and 24 to 64 bytes in base64; with it every request is signed.
   * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
   */
  @Secret()
  @IsOptional()
  @Matches(SECRET_FORMAT, { message: '$property must be whsec_ followed by 24 to 64 bytes in base64' })
  secret?: string;

  /**
   * The secret before this one, while receivers change over: requests are signed with both, and each receiver goes by the one
   * that it knows. Without `secret` it does nothing.
   * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
   */
  @Secret()
  @IsOptional()
  @Matches(SECRET_FORMAT, { message: '$property must be whsec_ followed by 24 to 64 bytes in base64' })
  previousSecret?: string;

  /**
   * Headers sent with every request, such as `Authorization`.
   * @example { "authorization": "Bearer YOUR_TOKEN" }
   */
  @Secret()
  @IsOptional()
  @AreHeaders()
  headers?: Record<string, string>;

  /** Send a JSON array of events per request instead of one event. */
  @IsBoolean()
  batch: boolean = false;

  /** Most events in one request when `batch` is set. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  maxItems: number = 100;

  /** How long the address may take to answer a request, in seconds; after that the request counts as failed. */
  @IsInt()
  @Min(1)
  @Max(60)
  timeoutSeconds: number = 10;
}

type Context = DeliveryContext<WebhookSettings>;

/** Posts the canonical event as the log holds it, byte for byte; with `batch`, a JSON array of them. */
export const webhook = defineHandler({
  type: 'webhook',
  title: 'Webhook',
  description:
    'Sends events as JSON to an address of yours, signed by Standard Webhooks when it has a secret: one per request, 16 ' +
    'requests side by side, or in arrays of up to `maxItems` events and 1 MB; in no order. An event that comes twice has the ' +
    'same `messageId` and, in an equal request, the same `webhook-id`.',
  settings: WebhookSettings,
  limits: ({ batch, maxItems, timeoutSeconds }) => ({
    timeoutMs: timeoutSeconds * 1_000,
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
      // Replayed events and others are never in one batch.
      ...(first?.replay !== undefined && { 'tributary-replay': first.replay }),
    },
    body,
  });
}

/** So that a header given twice in different spellings is sent once. */
function lowerCased(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
