import { describe, expect, it } from 'vitest';
import { type JsonObject } from '../../events/event.js';
import { unbracketed } from '../contract/network.js';
import { addressesOf } from '../contract/settings-marks.js';
import { type Handler } from '../contract/handler.js';
import { handlers } from '../handlers/index.js';
import { checkSettings } from './check-settings.js';
import { trimmedSettings } from './trimmed-settings.js';

/** The settings that each type with an address needs, with a host. Other settings have their defaults. */
const WITH_HOST: Readonly<Record<string, (host: string) => JsonObject>> = {
  webhook: (host) => ({ url: `https://${host}:8443/events?a=b` }),
  segment: (host) => ({ endpoint: `https://${host}`, writeKey: 'key' }),
  clickhouse: (host) => ({ url: `https://${host}:8443/` }),
  s3: (host) => ({
    bucket: 'my-bucket',
    accessKeyId: 'id',
    secretAccessKey: 'k',
    endpoint: `https://${host}:9000`,
  }),
  'redis-stream': (host) => ({ url: `rediss://${host}:6380/0` }),
  postgres: (host) => ({ host, database: 'd', user: 'u' }),
  kafka: (host) => ({ brokers: [`${host}:9092`], topic: 't' }),
};
const types = handlers.filter(({ settings }) => addressesOf(settings).length > 0);

const faultsOf = (handler: Handler, settings: JsonObject): string[] => {
  const checked = checkSettings(handler, settings);
  return 'faults' in checked ? checked.faults.map(({ detail }) => detail) : [];
};
const withHost = (handler: Handler, host: string): JsonObject => WITH_HOST[handler.type]!(host);

it('every type with an address is in this file', () => {
  expect(types.map(({ type }) => type).sort()).toEqual(Object.keys(WITH_HOST).sort());
});

describe.each(types)('the address of $type', (handler) => {
  it.each([
    ...[
      'example.com',
      'example.com.',
      'EXAMPLE.com',
      'db',
      'db_1',
      'db_1.',
      'my_db.internal',
      '_srv.example',
    ],
    ...['localhost', 'clickhouse.svc.cluster.local', 'xn--bcher-kva.example', 'bücher.example', '10.0.0.7'],
    ...['[::1]', '[fd00::1]', '[2001:db8:0:0:0:0:0:1]'],
  ])('may have the host %s', (host) => {
    expect(faultsOf(handler, withHost(handler, host))).toEqual([]);
  });

  it.each(['', 'a b', 'a..b', '-a', 'a_b-', '*.example.com', 'a"b', '[::1', '[fe80::1%25eth0]', 'a\\b'])(
    'may not have the host %j',
    (host) => expect(faultsOf(handler, withHost(handler, host))).toHaveLength(1),
  );

  it('may have an IPv6 address without brackets only where no port follows', () => {
    const host = unbracketed('[fd00::1]');
    expect(faultsOf(handler, withHost(handler, host))).toEqual(
      handler.type === 'postgres' ? [] : [expect.stringContaining('must have an IPv6 address in brackets')],
    );
  });

  it('says where a user and a password belong, and never what they are', () => {
    const [fault = '', ...others] = faultsOf(handler, withHost(handler, 'user:hunter2@example.com'));
    expect(others).toEqual([]);
    expect(fault).toMatch(
      /must not hold a user or a password: put|must be a host without a user and a password/,
    );
    expect(fault).not.toContain('hunter2');
  });

  it('loses white space at its end, and no text of several lines does', () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    const given = { ...withHost(handler, 'db_1'), caCertificate: certificate };
    const [name = ''] = addressesOf(handler.settings);
    const blank = (value: unknown) =>
      Array.isArray(value) ? value.map((one) => `${one} \n`) : `${String(value)}\r\n`;
    expect(trimmedSettings({ ...given, [name]: blank(given[name as keyof typeof given]) })).toEqual(given);
  });
});

it('trims each text of the settings, however deep', () => {
  const given = { a: 'x ', b: ['y\n', 5], c: { d: 'z\t', e: null }, f: ' ', g: true, h: ' in side ' };
  const trimmed = { a: 'x', b: ['y', 5], c: { d: 'z', e: null }, f: '', g: true, h: ' in side' };
  expect(trimmedSettings(given)).toEqual(trimmed);
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown;
  expect(trimmedSettings({ deep })).toHaveProperty('deep');
});
