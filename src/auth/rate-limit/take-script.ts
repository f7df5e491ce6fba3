/**
 * A limit is one key with `<second>:<calls>`, so that its name says everything about where it lives. The second is that of
 * Redis, which all instances share. ARGV has for each demand: calls, number of limits, then for each limit the index of its
 * key and the calls per second. The answer has for each demand: calls admitted, then for each limit what it has left.
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

/** For ioredis, which sends a script itself once and its hash from then on. */
export const rateLimitScripts = { takeCalls: { lua: TAKE } };

/** What the script adds to a client: the number of keys, the keys, the arguments. */
export interface TakeClient {
  takeCalls(count: number, ...keysAndArguments: (string | number)[]): Promise<number[]>;
}
