import { IsBoolean, IsOptional, IsUrl, Matches } from 'class-validator';
import {
  Address,
  type DeliveryContext,
  type DeliveryItem,
  type ItemResult,
  Secret,
  defineHandler,
  each,
} from '../../handler.js';
import { AreHeaders } from './header-rules.js';
import { SECRET_FORMAT, batchId, signatureHeaders } from './signature.js';

export class WebhookSettings {
  /**
   * Address that events are posted to. `http` only reaches networks the operator has allowed.
   * @example https://example.com/events
   */
  @Address()
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false, disallow_auth: true })
  url!: string;

  /**
   * Standard Webhooks secret, `whsec_` and 24 to 64 bytes in base64; with it every request is signed.
   * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
   */
  @Secret()
  @IsOptional()
  @Matches(SECRET_FORMAT, { message: '$property must be whsec_ followed by 24 to 64 bytes in base64' })
  secret?: string;

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
}

type Context = DeliveryContext<WebhookSettings>;

/** Posts the canonical event as the log holds it, byte for byte; with `batch`, a JSON array of them. */
export const webhook = defineHandler({
  type: 'webhook',
  title: 'Webhook',
  description:
    'Posts events as JSON to an address of yours, signed by Standard Webhooks when it has a secret.',
  settings: WebhookSettings,
  limits: ({ batch }) =>
    batch ? { maxItems: 100, maxBytes: 1_000_000, concurrency: 2 } : { concurrency: 16 },
  deliver: (items, context) => (context.settings.batch ? sendAll(items, context) : sendEach(items, context)),
});

const sendEach = each<WebhookSettings>(({ event, json }, context) => post(event.messageId, json, context));

async function sendAll(items: readonly DeliveryItem[], context: Context): Promise<readonly ItemResult[]> {
  const id = batchId(items.map(({ event }) => event.messageId));
  await post(id, `[${items.map(({ json }) => json).join(',')}]`, context);
  return items.map(() => ({ kind: 'ok' }));
}

async function post(id: string, body: string, { settings, http }: Context): Promise<void> {
  const signature =
    settings.secret === undefined ? {} : signatureHeaders(settings.secret, id, new Date(), body);
  await http.send(settings.url, {
    headers: { 'content-type': 'application/json', ...lowerCased(settings.headers), ...signature },
    body,
  });
}

/** So that a header given twice in different spellings is sent once. */
function lowerCased(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
