import { describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.js';
import { shareOf, WorkerPlace, workersOf } from './workers.js';

const SERVERS = {
  DATABASE_URL: 'postgres://host/database',
  KAFKA_BROKERS: 'host:9092',
  REDIS_URL: 'redis://host:6379',
};
const configOf = (environment: Record<string, string>) => loadConfig({ ...SERVERS, ...environment });

describe('the number of workers', () => {
  it('is one by default, as many as set, and with `auto` one per core', () => {
    expect(workersOf(configOf({}), 8)).toBe(1);
    expect(workersOf(configOf({ WORKERS: '3' }), 8)).toBe(3);
    expect(workersOf(configOf({ WORKERS: 'auto' }), 8)).toBe(8);
    expect(workersOf(configOf({ WORKERS: 'auto' }))).toBeGreaterThanOrEqual(1);
  });

  it.each(Object.keys(SERVERS))('is one with `auto` and without %s', (name) => {
    expect(workersOf(configOf({ WORKERS: 'auto', [name]: '' }), 8)).toBe(1);
  });
});

describe('the share of a worker', () => {
  const rolesOf = (ROLES: string) =>
    [1, 2].map((number) => shareOf(configOf({ ROLES }), new WorkerPlace(number, 2)).ROLES);

  it('has no delivery beside a collector, except in the first worker', () => {
    expect(rolesOf('collector,delivery,admin')).toEqual([
      ['collector', 'delivery', 'admin'],
      ['collector', 'admin'],
    ]);
    expect(rolesOf('delivery,admin')).toEqual([
      ['delivery', 'admin'],
      ['delivery', 'admin'],
    ]);
    expect(rolesOf('delivery')).toEqual([['delivery'], ['delivery']]);
  });

  it('has its part of what bounds the machine', () => {
    const config = configOf({ MAX_CONNECTIONS: '1000', MAX_ARRIVING_MIB: '100', MAX_IN_FLIGHT_MIB: '4' });
    expect(shareOf(config, new WorkerPlace(2, 3))).toMatchObject({
      ...{ MAX_CONNECTIONS: 334, MAX_ARRIVING_MIB: 34, MAX_IN_FLIGHT_MIB: 4, FAILED_TOKENS_PER_MINUTE: 4 },
      ...{ HTTP_PORT: 8080, KAFKA_BROKERS: ['host:9092'] },
    });
    expect(shareOf(config, new WorkerPlace(2, 100))).toMatchObject({
      ...{ MAX_CONNECTIONS: 10, MAX_ARRIVING_MIB: 8, MAX_IN_FLIGHT_MIB: 4, FAILED_TOKENS_PER_MINUTE: 1 },
    });
  });

  it('is everything for the only worker', () => {
    const config = configOf({});
    expect(shareOf(config, new WorkerPlace())).toBe(config);
  });
});
