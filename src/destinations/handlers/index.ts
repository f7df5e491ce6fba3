import { clickhouse } from './clickhouse/clickhouse.handler.js';
import { console_ } from './console/console.handler.js';
import { kafka } from './kafka/kafka.handler.js';
import { postgres } from './postgres/postgres.handler.js';
import { redisStream } from './redis-stream/redis-stream.handler.js';
import { s3 } from './s3/s3.handler.js';
import { segment } from './segment/segment.handler.js';
import { webhook } from './webhook/webhook.handler.js';

/** All destination types of this build. A new one needs one import and one entry. */
export const handlers = [clickhouse, console_, kafka, postgres, redisStream, s3, segment, webhook] as const;
export type DestinationType = (typeof handlers)[number]['type'];
