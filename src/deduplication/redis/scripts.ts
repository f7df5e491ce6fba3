/**
 * `0` is a pending id and `1` a confirmed one: small integers cost Redis no memory of their own. One script takes all ids
 * of a call: one round trip, and one promise here instead of thousands.
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
return 1`;

/** Somebody may have published the message meanwhile, tired of waiting: what is confirmed stays. */
const RELEASE = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == '0' then redis.call('DEL', key) end
end
return 1`;

/** For ioredis, which sends a script itself once and its hash from then on. */
export const deduplicationScripts = {
  claimIds: { lua: CLAIM },
  confirmIds: { lua: CONFIRM },
  releaseIds: { lua: RELEASE },
};

/** What the scripts add to a client: the number of keys, the keys, the arguments. */
export interface ScriptedClient {
  claimIds(count: number, ...keysAndTtl: (Buffer | number)[]): Promise<string>;
  confirmIds(count: number, ...keysAndTtl: (Buffer | number)[]): Promise<unknown>;
  releaseIds(count: number, ...keys: Buffer[]): Promise<unknown>;
}
