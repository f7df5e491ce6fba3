import { describe, expect, it } from 'vitest';
import { checkSettings } from '../../settings/check-settings.js';
import { postgres } from './postgres.handler.js';

const good = { host: 'db.example.com', database: 'analytics', user: 'tributary', password: 'p' };
const faultsOf = (more: object) => {
  const checked = checkSettings(postgres, { ...good, ...more });
  return 'faults' in checked ? checked.faults.map(({ pointer }) => pointer) : [];
};

describe('settings of postgres', () => {
  it('default to a checked certificate, the public schema and one table', () => {
    expect(checkSettings(postgres, good)).toEqual({
      settings: {
        ...good,
        port: 5432,
        tls: 'verify-full',
        schema: 'public',
        layout: 'one-table',
        tablePrefix: 'tributary_',
      },
    });
  });

  it.each([
    { host: '192.0.2.1' },
    { host: '2001:db8::1' },
    { host: 'my_db' },
    { schema: 'Odd', tablePrefix: '_a1', layout: 'table-per-type' },
    { tls: 'verify-full', caCertificate: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
  ])('may be %j', (more) => {
    expect(faultsOf(more)).toEqual([]);
  });

  it.each([
    [{ host: '/var/run/postgresql' }, '/host'],
    [{ host: 'db.example.com:5432' }, '/host'],
    [{ host: 'postgres://db.example.com' }, '/host'],
    [{ host: '' }, '/host'],
    [{ port: 0 }, '/port'],
    [{ port: '5432' }, '/port'],
    [{ database: 'a\u0000b' }, '/database'],
    [{ user: '' }, '/user'],
    [{ tls: 'prefer' }, '/tls'],
    [{ caCertificate: '/etc/ssl/ca.pem' }, '/caCertificate'],
    [{ schema: 'public"; DROP TABLE x; --' }, '/schema'],
    [{ tablePrefix: 'a.b' }, '/tablePrefix'],
    [{ tablePrefix: 'x'.repeat(51) }, '/tablePrefix'],
    [{ layout: 'wide' }, '/layout'],
  ])('may not be %j', (more, pointer) => {
    expect(faultsOf(more)).toEqual([pointer]);
  });
});
