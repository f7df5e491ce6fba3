import { type Redis } from 'ioredis';
import { checkRedis, scriptedRedis } from '../../resilience/scripted-redis.js';
import { type Store } from '../../resilience/store-guard.js';
import { type Admission, type Demand } from './windows.js';

/**
 * Decides demands in one round trip. A limit is one key with `<second>:<calls>`; the second is that of Redis, which all
 * instances share. ARGV has for each demand: its calls, its number of limits, then for each limit the index of its key and
 * its calls per second. The answer has for each demand: the calls admitted, then for each limit the calls it has left.
 */
const TAKE = `
local second = redis.call('TIME')[1]
local before, used = {}, {}
for index, key in ipairs(KEYS) do
  local at, calls = string.match(redis.call('GET', key) or '', '^(%d+):(%d+)$')
  before[index] = at == second and tonumber(calls) or 0
  used[index] = before[index]
end
local answer, position = {}, 1
while position <= #ARGV do
  local calls, last = tonumber(ARGV[position]), position + 1 + 2 * tonumber(ARGV[position + 1])
  for at = position + 2, last, 2 do
    local left = tonumber(ARGV[at + 1]) - used[tonumber(ARGV[at])]
    calls = math.max(math.min(calls, left), 0)
  end
  answer[#answer + 1] = calls
  for at = position + 2, last, 2 do
    local index = tonumber(ARGV[at])
    used[index] = used[index] + calls
    answer[#answer + 1] = math.max(tonumber(ARGV[at + 1]) - used[index], 0)
  end
  position = last + 1
end
for index, key in ipairs(KEYS) do
  if used[index] > before[index] then
    redis.call('SET', key, second .. ':' .. string.format('%d', used[index]), 'PX', 2000)
  end
end
return answer`;

/** The command that ioredis makes of the script: the number of keys, the keys, the arguments. */
interface TakeClient {
  takeCalls(count: number, ...keysAndArguments: (string | number)[]): Promise<number[]>;
}

/**
 * For access rules, and to recognise the keys. In a cluster the part in braces places all of them on one node, because one
 * script takes the limits of a key and of its workspace together.
 */
const PREFIX = 'tl:{limits}:';

/** Windows in a Redis that all collectors share. Redis forgets an unused limit after two seconds. */
export class RedisWindows implements Store {
  /** Longest wait of a call, in ms; then this process decides alone. */
  readonly limitMs = 50;
  private readonly client: Redis & TakeClient;

  constructor(url: string) {
    this.client = scriptedRedis(url, { takeCalls: { lua: TAKE } }) as Redis & TakeClient;
  }

  check(): Promise<void> {
    return checkRedis(this.client);
  }

  /** One admission per demand, in order, in one round trip; rejects while Redis is away. */
  async take(demands: readonly Demand[]): Promise<Admission[]> {
    const indexes = new Map<string, number>();
    const indexOf = (name: string): number => {
      const index = indexes.get(name) ?? indexes.size + 1;
      indexes.set(name, index);
      return index;
    };
    const parameters = demands.flatMap(({ limits, calls }) => [
      calls,
      limits.length,
      ...limits.flatMap(({ name, perSecond }) => [indexOf(name), perSecond]),
    ]);
    const keys = [...indexes.keys()].map((name) => `${PREFIX}${name}`);
    const answer = await this.client.takeCalls(keys.length, ...keys, ...parameters);
    let position = 0;
    return demands.map(({ limits }) => {
      const [calls = 0, ...left] = answer.slice(position, (position += 1 + limits.length));
      return { calls, left };
    });
  }

  close(): void {
    this.client.disconnect();
  }
}
