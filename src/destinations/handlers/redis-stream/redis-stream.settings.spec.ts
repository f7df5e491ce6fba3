import { describe, expect, it } from 'vitest';
import { checkSettings } from '../../settings/check-settings.js';
import { redisStream } from './redis-stream.handler.js';

const url = 'rediss://redis.example.com:6380/2';
const faultsOf = (more: object) => {
  const checked = checkSettings(redisStream, { url, ...more });
  return 'faults' in checked ? checked.faults.map(({ pointer }) => pointer) : [];
};

describe('settings of redis-stream', () => {
  it('need an address only', () => {
    expect(checkSettings(redisStream, { url })).toEqual({ settings: { url, stream: 'tributary:events' } });
  });

  it.each([
    { url: 'redis://localhost' },
    { url: 'redis://my_redis:6379/' },
    { url: 'redis://[2001:db8::1]:6379/15' },
    { stream: 'events:{source}:{type}' },
    { maxLength: 1_000_000, deduplicationSeconds: 3_600 },
  ])('may be %j', (more) => {
    expect(faultsOf(more)).toEqual([]);
  });

  it.each([
    [{ url: 'https://redis.example.com' }, '/url'],
    [{ url: 'redis://user:word@redis.example.com' }, '/url'],
    [{ url: 'redis://redis.example.com/name' }, '/url'],
    [{ url: 'redis://redis.example.com?family=6' }, '/url'],
    [{ url: 'redis.example.com:6379' }, '/url'],
    [{ stream: 'events:{user}' }, '/stream'],
    [{ stream: 'two words' }, '/stream'],
    [{ stream: '' }, '/stream'],
    [{ maxLength: 0 }, '/maxLength'],
    [{ deduplicationSeconds: 10_000_000 }, '/deduplicationSeconds'],
    [{ password: '' }, '/password'],
  ])('may not be %j', (more, pointer) => {
    expect(faultsOf(more)).toEqual([pointer]);
  });
});
