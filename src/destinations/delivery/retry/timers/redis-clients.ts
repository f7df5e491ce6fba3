import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Outage } from '../../../../resilience/outage.js';

/** Bull requires these of clients that it is given. */
const BULL_OPTIONS = { maxRetriesPerRequest: null, enableReadyCheck: false };
const LONGEST_WAIT_MS = 2_000;

/** Creates Bull's clients, logs an outage of Redis once, and disconnects all clients, which Bull leaves to their creator. */
export class RedisClients {
  private readonly outage = new Outage(new Logger(RedisClients.name), {
    lost: 'redis.away',
    back: 'redis.back',
  });
  private readonly clients: Redis[] = [];

  constructor(private readonly url: string) {}

  /** A client that reconnects by itself. */
  create(): Redis {
    const retryStrategy = (times: number): number => Math.min(times * 100, LONGEST_WAIT_MS);
    const client = new Redis(this.url, { ...BULL_OPTIONS, retryStrategy });
    client.on('error', (error: Error) => this.outage.failed(error));
    client.on('ready', () => this.outage.recovered());
    this.clients.push(client);
    return client;
  }

  disconnect(): void {
    for (const client of this.clients) client.disconnect();
  }
}
