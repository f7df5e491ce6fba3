import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { redisStream } from '../../../src/destinations/handlers/redis-stream/redis-stream.handler.js';
import { lineTo } from '../../support/line-to-server.js';
import { describeHandler, type Stage, throughLine } from './suite.js';

const handler = redisStream as unknown as Handler;

/** New streams on the server of the test run. The key for `alias` holds a text instead of a stream. */
async function start(more: object, duplicates: Stage['duplicates']): Promise<Stage> {
  const server = new URL(process.env['REDIS_URL']!);
  const line = await lineTo(server.hostname, Number(server.port));
  const reader = new Redis(server.href);
  const name = `test:${randomUUID()}`;
  await reader.set(`${name}:alias`, 'a text');
  const settings = { url: `redis://127.0.0.1:${line.port}`, stream: `${name}:{type}`, ...more };
  return {
    settings,
    refusedSettings: { ...settings, username: 'nobody', password: 'wrong' },
    delivered: async () => {
      const entries = await reader.xrange(`${name}:track`, '-', '+');
      return entries.map(([, fields]) => fields[1]!);
    },
    ...throughLine(line),
    poison: { type: 'alias', previousId: 'u0' },
    duplicates,
    close: async () => {
      const keys = await reader.keys(`${name}:*`);
      await reader.del(...keys);
      reader.disconnect();
      await line.cut();
    },
  };
}

describeHandler({ handler, start: () => start({}, 'told') });
describeHandler({
  handler,
  variant: 'with deduplication',
  start: () => start({ deduplicationSeconds: 600 }, 'none'),
});
