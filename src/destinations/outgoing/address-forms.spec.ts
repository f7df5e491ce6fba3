import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUrl } from '../../events/parse-url.js';
import { hostForms } from '../../../test/support/address-forms.js';
import { unbracketed } from '../contract/network.js';
import { addressesOf } from '../contract/settings-marks.js';
import { handlers } from '../handlers/index.js';
import { AddressCheck } from './address-check.js';
import { AddressGuard } from './address-guard.js';
import { GuardedNetwork } from './guarded-network.js';
import { HttpClient } from './http-client.js';
import { HostNames } from './names/host-names.js';

/** A resolver that reads every text as an internal address, as the C library does with short and octal forms. */
class WorstNames extends HostNames {
  override resolve(): Promise<string[]> {
    return Promise.resolve(['127.0.0.1']);
  }
}

/** A setting with an address, for each type that has one. */
const SETTINGS: Readonly<Record<string, (host: string, port: number) => [name: string, value: unknown]>> = {
  webhook: (host, port) => ['url', `https://${host}:${port}/`],
  segment: (host, port) => ['endpoint', `https://${host}:${port}`],
  clickhouse: (host, port) => ['url', `https://${host}:${port}`],
  s3: (host, port) => ['endpoint', `https://${host}:${port}`],
  'redis-stream': (host, port) => ['url', `rediss://${host}:${port}`],
  postgres: (host) => ['host', unbracketed(host)],
  kafka: (host, port) => ['brokers', [`${host}:${port}`]],
};

const FORMS = hostForms();
const guard = new AddressGuard([], new WorstNames());
const typesWithAddress = handlers.filter(({ settings }) => addressesOf(settings).length > 0);

describe(`each of ${FORMS.length} written forms of an internal address`, () => {
  let server: Server;
  let port: number;
  let connections = 0;
  beforeAll(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  it('is one of at least 800, and every type with an address is in this file', () => {
    expect(new Set(FORMS.map(({ host }) => host)).size).toBeGreaterThanOrEqual(800);
    expect(typesWithAddress.map(({ type }) => type).sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  it.each(typesWithAddress)(
    'is refused in the settings of $type, or is no address there',
    async (handler) => {
      const check = new AddressCheck(guard);
      const permitted: string[] = [];
      for (const { form, host } of FORMS) {
        const [name, value] = SETTINGS[handler.type]!(host, port);
        const faults = await check.faultsOf(handler, { [name]: value, tls: true });
        if (faults.length === 0 && isAddress(value)) permitted.push(form);
      }
      expect(permitted).toEqual([]);
    },
  );

  it.each([
    ['before the host', (host: string) => `https://public.example@${host}:1/`],
    ['with a password', (host: string) => `https://public.example:443@${host}/`],
    ['with a backslash', (host: string) => `https://${host}\\@public.example/`],
    ['with a tab', (host: string) => `https://${host.slice(0, 1)}\t${host.slice(1)}/`],
    ['with blanks around', (host: string) => `  https://${host}/  `],
    ['with three slashes', (host: string) => `https:///${host}/`],
    ['with other letters in the protocol', (host: string) => `HtTpS://${host}/`],
  ])('is refused in a URL %s', async (_, write) => {
    const check = new AddressCheck(guard);
    const webhook = handlers.find(({ type }) => type === 'webhook')!;
    const permitted: string[] = [];
    for (const { form, host } of FORMS) {
      const url = write(host);
      const faults = await check.faultsOf(webhook, { url });
      if (faults.length === 0 && isAddress(url)) permitted.push(form);
    }
    expect(permitted).toEqual([]);
  });

  it('is reached by no HTTP request and by no connection, encrypted or not', async () => {
    const http = new HttpClient(guard).until(new AbortController().signal);
    const network = new GuardedNetwork(guard);
    const reached: string[] = [];
    // One expectation for all: an expectation per request takes longer than the request.
    const note = (fails: Promise<unknown>, address: string) =>
      fails.then(() => reached.push(address)).catch(() => undefined);
    for (const { host } of FORMS)
      await Promise.all(
        ['http', 'https'].flatMap((protocol) => {
          const sent = ['//', '', '/', '///', '\\\\'].map((slashes) => {
            const url = `${protocol}:${slashes}${host}:${port}/`;
            return note(http.send(url, { body: '{}' }), url);
          });
          const tls = protocol === 'https' ? { tls: {} } : {};
          const socket = network.connect({ host: unbracketed(host), port, ...tls });
          const connected = once(socket, 'connect').finally(() => socket.destroy());
          return [...sent, note(connected, `${protocol} to ${host}`)];
        }),
      );
    expect(reached).toEqual([]);
    expect(connections).toBe(0);
  }, 60_000);
});

/** What the URL parser refuses is refused by the rules of the setting, before any address is looked at. */
function isAddress(value: unknown): boolean {
  return typeof value === 'string' && (!value.includes('://') || parseUrl(value) !== undefined);
}
