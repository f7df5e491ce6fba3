import { Logger } from '@nestjs/common';
import { type Redis } from 'ioredis';

/** Hands Bull its clients, says an outage once, and disconnects them all, which Bull does not do with clients it was given. */
export class RedisClients {
  private readonly logger = new Logger(RedisClients.name);
  private readonly clients: Redis[] = [];
  private away = false;

  constructor(private readonly connect: () => Redis) {}

  create(): Redis {
    const client = this.connect();
    client.on('error', (error: Error) => this.lost(error));
    client.on('ready', () => this.found());
    this.clients.push(client);
    return client;
  }

  disconnect(): void {
    for (const client of this.clients) client.disconnect();
  }

  private lost(error: Error): void {
    if (!this.away)
      this.logger.warn({ event: 'redis.away', problem: 'code' in error ? error.code : error.name });
    this.away = true;
  }

  private found(): void {
    if (this.away) this.logger.log({ event: 'redis.back' });
    this.away = false;
  }
}
