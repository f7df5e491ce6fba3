import dns from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SettingFault, pointerTo } from '../settings/setting-fault.js';
import { type Handler } from '../contract/handler.js';
import { addressesOf, isEncrypted } from '../contract/settings-marks.js';
import { type AddressFault, type AddressGuard } from './address-guard.js';

const LOOKUP_MS = 2_000;

const SENTENCES: Readonly<Record<AddressFault, string>> = {
  address_blocked:
    'This address leads into a network that destinations may not reach: private, loopback, link-local and other special ' +
    'networks are closed. The operator can open one with DESTINATION_ALLOWED_CIDRS.',
  https_required:
    'This address must be https or use TLS: what is not encrypted is for networks that the operator has opened with ' +
    'DESTINATION_ALLOWED_CIDRS.',
};
/** Protocols of URLs that are encrypted. */
const ENCRYPTED = new Set(['https:', 'rediss:']);
/** `host`, `host:port`, `[address]` or `[address]:port`; an IPv6 address alone needs no brackets. */
const HOST = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d+)?$/;

/** What an address says of itself. */
interface Target {
  readonly host: string;
  readonly encrypted: boolean;
}

/** IP addresses of a host name; rejects when there are none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

const systemLookup: Lookup = async (host) =>
  (await dns.lookup(host, { all: true })).map(({ address }) => address);

/**
 * Judges addresses in settings before they are saved, by the rules of the moment they are called. A name that does not
 * resolve in two seconds is let pass: it may be made later, and the guard looks again at every connection.
 */
export class AddressCheck {
  constructor(
    private readonly guard: AddressGuard,
    private readonly lookup: Lookup = systemLookup,
  ) {}

  /** Settings must have passed checkSettings; pointers begin at the settings. */
  async faultsOf(handler: Pick<Handler, 'settings'>, settings: object): Promise<SettingFault[]> {
    const type = handler.settings;
    const values = new Map<string, unknown>(Object.entries(settings));
    const faults = await Promise.all(
      addressesOf(type).map(async (name): Promise<SettingFault[]> => {
        const value = values.get(name);
        const encrypted = isEncrypted(type, name, settings);
        if (!Array.isArray(value)) return this.faultAt(pointerTo(name), value, encrypted);
        const found = value.map((one, at) => this.faultAt(`${pointerTo(name)}/${at}`, one, encrypted));
        return (await Promise.all(found)).flat();
      }),
    );
    return faults.flat();
  }

  private async faultAt(pointer: string, address: unknown, encrypted: boolean): Promise<SettingFault[]> {
    const target = typeof address === 'string' ? targetOf(address, encrypted) : undefined;
    if (target === undefined) return [];
    const ips = isIP(target.host) === 0 ? await this.resolved(target.host) : [target.host];
    const faults = ips.map((ip) => this.guard.faultOf(ip, target.encrypted ? 'https:' : 'http:'));
    const [fault] = faults.includes(undefined) ? [] : faults;
    return fault === undefined ? [] : [{ pointer, detail: SENTENCES[fault] }];
  }

  /** Empty when the name server does not know, or does not say in time: dns.lookup cannot be called off. */
  private async resolved(host: string): Promise<readonly string[]> {
    const over = new AbortController();
    const late = sleep(LOOKUP_MS, [], { signal: over.signal }).catch(() => []);
    const found = this.lookup(host).catch(() => []);
    try {
      return await Promise.race([found, late]);
    } finally {
      over.abort();
    }
  }
}

/** `encrypted` holds for what is not a URL; undefined for what is no address at all. */
function targetOf(address: string, encrypted: boolean): Target | undefined {
  if (isIP(address) !== 0) return { host: address, encrypted };
  if (!address.includes('://')) {
    const [, bracketed, name] = HOST.exec(address) ?? [];
    const host = bracketed ?? name;
    return host === undefined ? undefined : { host, encrypted };
  }
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ''), encrypted: ENCRYPTED.has(protocol) };
}
