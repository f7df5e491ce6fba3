import { type Redis } from 'ioredis';
import { checkRedis, scriptedRedis } from '../resilience/scripted-redis.js';
import { type ClaimState, DeduplicationStore } from './deduplication-store.js';
import { GatheredKeys } from './gathered-keys.js';

/** Lease of a claim, in ms: longer than any append, so that no claim expires while its message is in flight. */
const CLAIM_MS = 10_000;
/** For access rules of Redis, and short, because every id has it. */
const PREFIX = Buffer.from('td:');

/** Answers of the claim script, one character per id. */
const STATES: Readonly<Record<string, ClaimState>> = { c: 'claimed', '0': 'pending', '1': 'confirmed' };

/**
 * The value of an id is `0` while it is pending and `1` when it is confirmed: Redis stores small integers without extra
 * memory. One script handles the ids of many calls in one round trip, with one promise instead of thousands.
 */
const CLAIM = `
local answers = {}
for index, key in ipairs(KEYS) do
  local claimed = redis.call('SET', key, '0', 'NX', 'PX', ARGV[1])
  answers[index] = claimed and 'c' or redis.call('GET', key)
end
return table.concat(answers)`;

const CONFIRM = `
for _, key in ipairs(KEYS) do redis.call('SET', key, '1', 'PX', ARGV[1]) end
return ''`;

/** Keeps confirmed ids: another collector may have published the message after its wait ended. */
const RELEASE = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == '0' then redis.call('DEL', key) end
end
return ''`;

/** ioredis sends a script once, and its hash from then on. */
const SCRIPTS = { claimIds: { lua: CLAIM }, confirmIds: { lua: CONFIRM }, releaseIds: { lua: RELEASE } };

/** The methods that the scripts add to a client: the number of keys, the keys, the arguments. */
interface ScriptedClient {
  claimIds(count: number, ...keysAndTtl: (Buffer | number)[]): Promise<string>;
  confirmIds(count: number, ...keysAndTtl: (Buffer | number)[]): Promise<string>;
  releaseIds(count: number, ...keys: Buffer[]): Promise<string>;
}

/** Ids in a Redis that all collectors share. Its size is limited by time: each id expires at the end of its window. */
export class RedisIds extends DeduplicationStore {
  override readonly limitMs = 300;
  private readonly client: Redis & ScriptedClient;
  private readonly claims: GatheredKeys;
  private readonly confirmations: GatheredKeys;
  private readonly releases: GatheredKeys;

  constructor(url: string, windowMs: number) {
    super();
    const client = scriptedRedis(url, SCRIPTS) as Redis & ScriptedClient;
    this.client = client;
    this.claims = new GatheredKeys((keys) => client.claimIds(keys.length, ...prefixed(keys), CLAIM_MS));
    this.confirmations = new GatheredKeys((keys) =>
      client.confirmIds(keys.length, ...prefixed(keys), windowMs),
    );
    this.releases = new GatheredKeys((keys) => client.releaseIds(keys.length, ...prefixed(keys)));
  }

  override check(): Promise<void> {
    return checkRedis(this.client);
  }

  override async claim(keys: readonly Buffer[]): Promise<readonly ClaimState[]> {
    const answer = await this.claims.ask(keys);
    return Array.from(answer, (character) => STATES[character] ?? 'claimed');
  }

  override async confirm(keys: readonly Buffer[]): Promise<boolean> {
    await this.confirmations.ask(keys);
    return true;
  }

  override async release(keys: readonly Buffer[]): Promise<void> {
    await this.releases.ask(keys);
  }

  override close(): Promise<void> {
    this.client.disconnect();
    return Promise.resolve();
  }
}

const prefixed = (keys: readonly Buffer[]): Buffer[] => keys.map((key) => Buffer.concat([PREFIX, key]));
