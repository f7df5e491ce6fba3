import { describe, expect, it } from 'vitest';
import { Address } from '../contract/settings-marks.js';
import { kafka } from '../handlers/kafka/kafka.handler.js';
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
  ])('refuses %s, and names the setting of the operator', async (url) => {
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

  it.each([`http://${PUBLIC}/`, 'http://public.example/'])('requires https at %s', async (url) => {
    const [fault] = await check(url);
    expect(fault?.detail).toMatch(/must be https/);
  });

  it('permits the networks that the operator allows, also without encryption', async () => {
    expect(await check('http://inside.example/', ['10.0.0.0/8'])).toEqual([]);
    expect(await check('http://localhost/', ['10.0.0.0/8'])).toHaveLength(1);
  });

  it('lets an unknown name pass: the guard checks every connection again', async () => {
    expect(await check('https://unknown.example/')).toEqual([]);
  });

  it('lets a name pass whose name server does not answer in time', async () => {
    expect(await check('https://slow.example/', [], () => new Promise(() => undefined))).toEqual([]);
  });

  it('checks addresses only', async () => {
    const settings = { url: `https://${PUBLIC}/`, headers: { referer: 'https://127.0.0.1/' } };
    expect(await new AddressCheck(new AddressGuard([]), lookup).faultsOf(webhook, settings)).toEqual([]);
  });

  describe('of other protocols than HTTP', () => {
    class Settings {
      @Address<Settings>({ encrypted: ({ tls }) => tls })
      at!: unknown;

      tls!: boolean;
    }
    const faultsAt = (at: unknown, tls = true, allowed: string[] = []) =>
      new AddressCheck(new AddressGuard(allowed), lookup).faultsOf({ settings: Settings }, { at, tls });

    it.each([
      '127.0.0.1',
      '::1',
      '[::1]:5432',
      '[fd00::1]',
      '10.0.0.1:9092',
      'localhost',
      'inside.example:9092',
      'redis://127.0.0.1:6379',
      'rediss://inside.example',
      'redis://[::1]:6379/1',
    ])('refuses %s', async (at) => {
      const [fault] = await faultsAt(at);
      expect(fault).toMatchObject({
        pointer: '/at',
        detail: expect.stringMatching(/may not reach/) as unknown,
      });
    });

    it.each(['public.example', 'public.example:9092', PUBLIC, `${PUBLIC}:1`, 'rediss://public.example:6380'])(
      'permits %s',
      async (at) => {
        expect(await faultsAt(at)).toEqual([]);
      },
    );

    it.each(['public.example:9092', PUBLIC])('requires TLS at %s when the settings have none', async (at) => {
      expect(await faultsAt(at, false)).toMatchObject([
        { detail: expect.stringMatching(/use TLS/) as unknown },
      ]);
      expect(await faultsAt(at, false, [`${PUBLIC}/32`])).toEqual([]);
    });

    it.each([{}, { tls: null }, { tls: undefined }])(
      'takes the default of a setting that is left out: %j',
      async (more) => {
        class Encrypted extends Settings {
          @Address<Settings>({ encrypted: ({ tls }) => tls })
          override at!: unknown;

          override tls = true;
        }
        const given = { at: 'public.example:9092', ...more };
        const check = new AddressCheck(new AddressGuard([]), lookup);
        expect(await check.faultsOf({ settings: Encrypted }, given)).toEqual([]);
        expect(await check.faultsOf({ settings: Encrypted }, { ...given, tls: false })).toHaveLength(1);
      },
    );

    it('permits a Kafka cluster whose settings leave tls out', async () => {
      const check = new AddressCheck(new AddressGuard([]), lookup);
      const brokers = ['public.example:9093'];
      expect(await check.faultsOf(kafka, { brokers, topic: 'events' })).toEqual([]);
      expect(await check.faultsOf(kafka, { brokers, topic: 'events', tls: false })).toMatchObject([
        { pointer: '/brokers/0' },
      ]);
    });

    it('trusts the protocol of a URL more than other settings', async () => {
      expect(await faultsAt('redis://public.example', true)).toHaveLength(1);
      expect(await faultsAt('rediss://public.example', false)).toEqual([]);
    });

    it('checks every address of a list, and points to the refused ones', async () => {
      const list = ['public.example:9092', 'inside.example:9092', 5, '[::1]:9092'];
      expect((await faultsAt(list)).map(({ pointer }) => pointer)).toEqual(['/at/1', '/at/3']);
    });
  });
});
