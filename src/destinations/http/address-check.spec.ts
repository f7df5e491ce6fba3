import { describe, expect, it } from 'vitest';
import { webhook } from '../handlers/webhook/webhook.handler.js';
import { AddressCheck, type Lookup } from './address-check.js';
import { AddressGuard } from './address-guard.js';

const PUBLIC = '93.184.216.34';
const ZONE: Readonly<Record<string, readonly string[]>> = {
  'public.example': [PUBLIC],
  'inside.example': ['10.0.0.1'],
  'both.example': ['10.0.0.1', PUBLIC],
  localhost: ['127.0.0.1', '::1'],
};
const lookup: Lookup = (host) => {
  const ips = ZONE[host];
  return ips ? Promise.resolve(ips) : Promise.reject(new Error('ENOTFOUND'));
};

const check = (url: unknown, allowed: string[] = [], find = lookup) =>
  new AddressCheck(new AddressGuard(allowed), find).faultsOf(webhook, { url });

describe('AddressCheck', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1',
    'http://0x7f.1',
    'https://2130706433/',
    'https://0177.0.0.1',
    'https://0',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://192.168.1.1:8443/',
    'https://100.64.0.1',
    'https://[fd00::1]/',
    'https://localhost/',
    'https://inside.example/',
    'https://INSIDE.example/',
    'http://inside.example/',
  ])('refuses %s, and says who can open the network', async (url) => {
    const faults = await check(url);
    expect(faults).toMatchObject([{ pointer: '/url' }]);
    expect(faults[0]!.detail).toMatch(/may not reach.*DESTINATION_ALLOWED_CIDRS/s);
    expect(faults[0]!.detail).not.toContain('10.0.0.1');
  });

  it.each([`https://${PUBLIC}/`, 'https://public.example/', 'https://both.example/'])(
    'permits %s',
    async (url) => {
      expect(await check(url)).toEqual([]);
    },
  );

  it.each([`http://${PUBLIC}/`, 'http://public.example/'])('asks for https at %s', async (url) => {
    const [fault] = await check(url);
    expect(fault?.detail).toMatch(/must be https/);
  });

  it('permits the networks that the operator has opened, without encryption too', async () => {
    expect(await check('http://inside.example/', ['10.0.0.0/8'])).toEqual([]);
    expect(await check('http://localhost/', ['10.0.0.0/8'])).toHaveLength(1);
  });

  it('lets a name pass that nobody knows: the guard looks again at every connection', async () => {
    expect(await check('https://unknown.example/')).toEqual([]);
  });

  it('lets a name pass whose server does not answer in time', async () => {
    expect(await check('https://slow.example/', [], () => new Promise(() => undefined))).toEqual([]);
  });

  it('looks at nothing but addresses', async () => {
    const settings = { url: `https://${PUBLIC}/`, headers: { referer: 'https://127.0.0.1/' } };
    expect(await new AddressCheck(new AddressGuard([]), lookup).faultsOf(webhook, settings)).toEqual([]);
  });
});
