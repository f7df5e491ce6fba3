import { describe, expect, it } from 'vitest';
import { addressesOf, secretsOf } from '../../contract/settings-marks.js';
import { checkSettings } from '../../settings/check-settings.js';
import { clickhouse } from './clickhouse.handler.js';
import { ClickHouseSettings } from './clickhouse.settings.js';

const good = { url: 'https://clickhouse.example.com:8443' };
const faultsOf = (more: object) => {
  const checked = checkSettings(clickhouse, { ...good, ...more });
  return 'faults' in checked ? checked.faults.map(({ pointer }) => pointer) : [];
};

describe('settings of clickhouse', () => {
  it('need an address only, and default to one table that is created on demand', () => {
    expect(checkSettings(clickhouse, good)).toEqual({
      settings: {
        ...good,
        username: 'default',
        database: 'default',
        table: 'events',
        createTable: true,
        maxWaitSeconds: 1,
      },
    });
  });

  it('mark the address and the password', () => {
    expect([addressesOf(ClickHouseSettings), secretsOf(ClickHouseSettings)]).toEqual([['url'], ['password']]);
  });

  it('decide how long events wait for a larger batch', () => {
    const settings = Object.assign(new ClickHouseSettings(), { ...good, maxWaitSeconds: 5 });
    expect(clickhouse.limits?.(settings)).toMatchObject({ maxItems: 10_000, maxWaitMs: 5_000 });
  });

  it.each([
    { url: 'http://localhost:8123/' },
    { url: 'https://my_clickhouse' },
    { url: 'https://[2001:db8::1]:8443' },
    { username: 'tributary@example.com', password: 'a:b ü' },
    { database: 'my-database' },
    { table: '{type}' },
    { table: 'tributary_{type}_v2', createTable: false, maxWaitSeconds: 0 },
    { caCertificate: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
  ])('may be %j', (more) => {
    expect(faultsOf(more)).toEqual([]);
  });

  it.each([
    [{ url: 'clickhouse://clickhouse.example.com' }, '/url'],
    [{ url: 'clickhouse.example.com:8443' }, '/url'],
    [{ url: 'https://user:word@clickhouse.example.com' }, '/url'],
    [{ url: 'https://clickhouse.example.com/analytics' }, '/url'],
    [{ url: 'https://clickhouse.example.com?database=analytics' }, '/url'],
    [{ username: 'a:b' }, '/username'],
    [{ password: '' }, '/password'],
    [{ caCertificate: '/etc/ssl/ca.pem' }, '/caCertificate'],
    [{ database: 'a\u0000b' }, '/database'],
    [{ table: 'my-events' }, '/table'],
    [{ table: '{source}' }, '/table'],
    [{ table: '1st' }, '/table'],
    [{ createTable: 'yes' }, '/createTable'],
    [{ maxWaitSeconds: 61 }, '/maxWaitSeconds'],
  ])('may not be %j', (more, pointer) => {
    expect(faultsOf(more)).toEqual([pointer]);
  });
});
