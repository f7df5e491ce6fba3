import { isIP, type LookupFunction, Socket, type SocketConnectOpts } from 'node:net';
import { AddressBlocked } from './address-blocked.js';
import { type AddressGuard } from './address-guard.js';
import { guardedLookup } from './guarded-lookup.js';

/**
 * A socket that only reaches permitted addresses, for clients that call `connect` themselves. The guard stands at the three
 * places an address can come from: given as such, answered by the name server, and the peer that it is really connected to.
 */
export class GuardedSocket extends Socket {
  /** What the guard goes by: `https:` when TLS will be spoken on it, whatever the protocol above. */
  private readonly protocol: 'https:' | 'http:';

  constructor(
    private readonly guard: AddressGuard,
    encrypted: boolean,
  ) {
    super();
    this.protocol = encrypted ? 'https:' : 'http:';
    this.once('connect', () => {
      const fault = this.guard.faultOf(this.remoteAddress ?? '', this.protocol);
      if (fault !== undefined) this.destroy(new AddressBlocked(fault));
    });
  }

  override connect(...given: unknown[]): this {
    const options = optionsOf(given);
    const listener = given.find((one) => typeof one === 'function') as (() => void) | undefined;
    if (!('port' in options)) return this.refuse('address_blocked');
    const host = (options.host ?? 'localhost').replace(/^\[|\]$/g, '');
    const fault = isIP(host) === 0 ? undefined : this.guard.faultOf(host, this.protocol);
    if (fault !== undefined) return this.refuse(fault);
    const guarded = { ...options, host, lookup: guardedLookup(this.guard, this.protocol) };
    return super.connect(guarded, listener);
  }

  /**
   * Fails as a name that is not found does, later: whoever connects may listen only then, as Node's HTTP agent does, and an
   * error that nobody hears ends the process.
   */
  private refuse(fault: AddressBlocked['fault']): this {
    const lookup: LookupFunction = (_name, _options, told) => {
      setImmediate(told, new AddressBlocked(fault), '');
    };
    return super.connect({ host: 'refused.invalid', port: 1, lookup });
  }
}

/** `connect(options)`, `connect(port, host)` and `connect(path)`, which is refused. */
function optionsOf([first, second]: readonly unknown[]): SocketConnectOpts {
  if (typeof first === 'object' && first !== null) return first as SocketConnectOpts;
  const host = typeof second === 'string' ? { host: second } : {};
  return typeof first === 'number' ? { port: first, ...host } : { path: String(first) };
}
