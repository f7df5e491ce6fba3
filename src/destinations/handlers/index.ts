import { console_ } from './console/console.handler.js';
import { kafka } from './kafka/kafka.handler.js';
import { postgres } from './postgres/postgres.handler.js';
import { redisStream } from './redis-stream/redis-stream.handler.js';
import { segment } from './segment/segment.handler.js';
import { webhook } from './webhook/webhook.handler.js';

/** Every destination this build can deliver to. A new one needs one import and one entry. */
export const handlers = [console_, kafka, postgres, redisStream, segment, webhook] as const;
export type DestinationType = (typeof handlers)[number]['type'];
