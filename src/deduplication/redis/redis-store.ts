import { type Redis } from 'ioredis';
import { checkRedis, scriptedRedis } from '../../resilience/scripted-redis.js';
import { DeduplicationStore, type ClaimState } from '../deduplication-store.js';
import { type ScriptedClient, deduplicationScripts } from './scripts.js';

/** Longer than any append, so that no claim ends while its message is on the way. */
const CLAIM_MS = 10_000;
/** As long as Redis needs no more memory for it; for access rules, and to tell whose keys these are. */
const PREFIX = Buffer.from('td:');

const STANDINGS: Readonly<Record<string, ClaimState>> = { c: 'claimed', '0': 'pending', '1': 'confirmed' };

/** Ids in a Redis that all collectors share. Bounded by time: each id leaves at the end of its window. */
export class RedisStore extends DeduplicationStore {
  override readonly limitMs = 300;
  private readonly client: Redis & ScriptedClient;

  constructor(
    url: string,
    private readonly windowMs: number,
  ) {
    super();
    this.client = scriptedRedis(url, deduplicationScripts) as Redis & ScriptedClient;
  }

  override check(): Promise<void> {
    return checkRedis(this.client);
  }

  override async claim(keys: readonly Buffer[]): Promise<readonly ClaimState[]> {
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
