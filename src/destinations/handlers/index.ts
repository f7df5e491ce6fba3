import { console_ } from './console/console.handler.js';
import { webhook } from './webhook/webhook.handler.js';

/** Every destination this build can deliver to. A new one needs one import and one entry. */
export const handlers = [console_, webhook] as const;
export type DestinationType = (typeof handlers)[number]['type'];
