import { isIP, type LookupFunction, Socket, type SocketConnectOpts } from 'node:net';
import { unbracketed } from '../contract/network.js';
import { AddressBlocked } from './address-blocked.js';
import { type AddressGuard } from './address-guard.js';
import { guardedLookup } from './guarded-lookup.js';

/**
 * A socket that reaches permitted addresses only, for clients that call `connect` themselves. The guard checks all three: an
 * address given to `connect`, the name server's answer, and the peer of the connected socket.
 */
export class GuardedSocket extends Socket {
  /** For the guard: `https:` when the client will speak TLS on the socket, for any application protocol. */
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

  override connect(...args: unknown[]): this {
    const options = optionsOf(args);
    const listener = args.find((one) => typeof one === 'function') as (() => void) | undefined;
    if (!('port' in options)) return this.refuse('address_blocked');
    const host = unbracketed(options.host ?? 'localhost');
    const fault = isIP(host) === 0 ? undefined : this.guard.faultOf(host, this.protocol);
    if (fault !== undefined) return this.refuse(fault);
    const guarded = { ...options, host, lookup: guardedLookup(this.guard, this.protocol) };
    return super.connect(guarded, listener);
  }

  /**
   * Fails in a later turn of the event loop, as an unknown name does. Callers such as Node's HTTP agent add their listener
   * after `connect`, and an `error` event without a listener would end the process.
   */
  private refuse(fault: AddressBlocked['fault']): this {
    const lookup: LookupFunction = (_name, _options, callback) => {
      setImmediate(callback, new AddressBlocked(fault), '');
    };
    return super.connect({ host: 'refused.invalid', port: 1, lookup });
  }
}

/** Options of the forms `connect(options)`, `connect(port, host)` and `connect(path)`; the caller refuses a path. */
function optionsOf([first, second]: readonly unknown[]): SocketConnectOpts {
  if (typeof first === 'object' && first !== null) return first as SocketConnectOpts;
  const host = typeof second === 'string' ? { host: second } : {};
  return typeof first === 'number' ? { port: first, ...host } : { path: String(first) };
}
