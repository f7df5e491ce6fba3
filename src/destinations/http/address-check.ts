import dns from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, pointerTo } from '../fault.js';
import { type Handler, addressesOf } from '../handler.js';
import { type AddressFault, type AddressGuard } from './address-guard.js';

const LOOKUP_MS = 2_000;

const SENTENCES: Readonly<Record<AddressFault, string>> = {
  address_blocked:
    'This address leads into a network that destinations may not reach: private, loopback, link-local and other special ' +
    'networks are closed. The operator can open one with DESTINATION_ALLOWED_CIDRS.',
  https_required:
    'This address must be https: plain http is for networks that the operator has opened with DESTINATION_ALLOWED_CIDRS.',
};

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
  async faultsOf(handler: Pick<Handler, 'settings'>, settings: object): Promise<Fault[]> {
    const values = new Map<string, unknown>(Object.entries(settings));
    const faults = await Promise.all(
      addressesOf(handler.settings).map(async (name): Promise<Fault[]> => {
        const fault = await this.faultOf(values.get(name));
        return fault === undefined ? [] : [{ pointer: pointerTo(name), detail: SENTENCES[fault] }];
      }),
    );
    return faults.flat();
  }

  private async faultOf(address: unknown): Promise<AddressFault | undefined> {
    if (typeof address !== 'string' || !URL.canParse(address)) return undefined;
    const { protocol, hostname } = new URL(address);
    const host = hostname.replace(/^\[|\]$/g, '');
    const ips = isIP(host) === 0 ? await this.resolved(host) : [host];
    const faults = ips.map((ip) => this.guard.faultOf(ip, protocol));
    return faults.includes(undefined) ? undefined : faults[0];
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
