import { parseUrl } from '../../events/parse-url.js';
import { isIP } from 'node:net';
import { withDeadline } from '../../resilience/time-limit.js';
import { pointerTo } from '../../events/json-pointer.js';
import { type SettingFault } from '../settings/setting-fault.js';
import { type Handler } from '../contract/handler.js';
import { unbracketed } from '../contract/network.js';
import { addressesOf, isEncrypted } from '../contract/settings-marks.js';
import { type AddressFault, type AddressGuard } from './address-guard.js';

const LOOKUP_MS = 2_000;

const SENTENCES: Readonly<Record<AddressFault, string>> = {
  address_blocked:
    'This address is in a network that destinations may not reach: private, loopback, link-local and other special ' +
    'networks are closed. The operator can allow one with DESTINATION_ALLOWED_CIDRS.',
  https_required:
    'This address must be https or use TLS: unencrypted connections reach only networks that the operator has allowed ' +
    'with DESTINATION_ALLOWED_CIDRS.',
};
/** Protocols of URLs that mean TLS. */
const ENCRYPTED = new Set(['https:', 'rediss:']);
/** `host`, `host:port`, `[address]` or `[address]:port`. */
const HOST = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d+)?$/;

/** Where an address leads. */
interface Target {
  readonly host: string;
  readonly encrypted: boolean;
}

/** IP addresses of a host name; rejects when there are none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/**
 * Checks the addresses in settings before they are saved, by the rules that also hold at each connection. A name that does
 * not resolve within two seconds passes: it may be created later, and the guard checks every connection again.
 */
export class AddressCheck {
  constructor(
    private readonly guard: AddressGuard,
    private readonly lookup: Lookup = (host) => guard.names.resolve(host),
  ) {}

  /**
   * Faults of all marked addresses in given settings, which need not be valid. A setting that is missing or null has its
   * default: whether a host is reached with TLS may depend on it. Pointers start at the settings.
   */
  async faultsOf(handler: Pick<Handler, 'settings'>, given: object): Promise<SettingFault[]> {
    const type = handler.settings;
    const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
    const settings = Object.assign(new type(), Object.fromEntries(present)) as object;
    const values = new Map<string, unknown>(Object.entries(settings));
    const faults = await Promise.all(
      addressesOf(type).map(async (name): Promise<SettingFault[]> => {
        const value = values.get(name);
        const encrypted = isEncrypted(type, name, settings);
        if (!Array.isArray(value)) return this.faultAt(pointerTo(name), value, encrypted);
        const each = value.map((one, index) => this.faultAt(`${pointerTo(name)}/${index}`, one, encrypted));
        return (await Promise.all(each)).flat();
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

  /** Addresses of a name; empty when it has none or the name server is too slow. */
  private async resolved(host: string): Promise<readonly string[]> {
    const addresses = this.lookup(host).catch(() => []);
    return (await withDeadline(addresses, LOOKUP_MS)) ?? [];
  }
}

/** Undefined for a text that is no address. `encrypted` applies to hosts; a URL says it itself. */
function targetOf(address: string, encrypted: boolean): Target | undefined {
  if (isIP(address) !== 0) return { host: address, encrypted };
  if (!address.includes('://')) {
    const [, bracketed, name] = HOST.exec(address) ?? [];
    const host = bracketed ?? name;
    return host === undefined ? undefined : { host, encrypted };
  }
  const url = parseUrl(address);
  if (url === undefined) return undefined;
  const { protocol, hostname } = url;
  return { host: unbracketed(hostname), encrypted: ENCRYPTED.has(protocol) };
}
