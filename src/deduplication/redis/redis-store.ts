import { Redis } from 'ioredis';
import { DeduplicationStore, type Standing } from '../deduplication-store.js';
import { type ScriptedClient, scripts } from './scripts.js';

/** Longer than any append, so that no claim ends while its message is on the way. */
const CLAIM_MS = 10_000;
const CONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 1_000;
/** As long as Redis needs no more memory for it; for access rules, and to tell whose keys these are. */
const PREFIX = Buffer.from('td:');

const STANDINGS: Readonly<Record<string, Standing>> = { c: 'claimed', '0': 'pending', '1': 'confirmed' };

/** Ids in a Redis that all collectors share. Bounded by time: each id leaves at the end of its window. */
export class RedisStore extends DeduplicationStore {
  override readonly limitMs = 300;
  private readonly client: Redis & ScriptedClient;

  constructor(
    url: string,
    private readonly windowMs: number,
  ) {
    super();
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(times * 50, LONGEST_RECONNECT_MS),
      scripts,
    });
    // Whoever asks meanwhile is told, and says so once.
    client.on('error', () => undefined);
    this.client = client as Redis & ScriptedClient;
  }

  /** A connection on which nothing comes back is given up: the server may be reached by another one. */
  override async check(): Promise<void> {
    if (this.client.status === 'wait') return this.client.connect();
    const hung = setTimeout(() => this.client.disconnect(true), this.limitMs);
    await this.client.ping().finally(() => clearTimeout(hung));
  }

  override async claim(keys: readonly Buffer[]): Promise<readonly Standing[]> {
    const answer = await this.client.claimIds(keys.length, ...prefixed(keys), CLAIM_MS);
    return Array.from(answer, (letter) => STANDINGS[letter] ?? 'claimed');
  }

  override async confirm(keys: readonly Buffer[]): Promise<boolean> {
    await this.client.confirmIds(keys.length, ...prefixed(keys), this.windowMs);
    return true;
  }

  override async release(keys: readonly Buffer[]): Promise<void> {
    await this.client.releaseIds(keys.length, ...prefixed(keys));
  }

  override close(): Promise<void> {
    this.client.disconnect();
    return Promise.resolve();
  }
}

const prefixed = (keys: readonly Buffer[]): Buffer[] => keys.map((key) => Buffer.concat([PREFIX, key]));
