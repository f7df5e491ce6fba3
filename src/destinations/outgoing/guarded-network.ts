import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { type DeliveryNetwork } from '../contract/network.js';
import { type AddressGuard } from './address-guard.js';
import { GuardedSocket } from './guarded-socket.js';

/** Connections of handlers that do not speak HTTP, to permitted addresses only (DESTINATIONS 3). */
export class GuardedNetwork implements DeliveryNetwork {
  constructor(private readonly guard: AddressGuard) {}

  socket({ encrypted }: { readonly encrypted: boolean }): Socket {
    return new GuardedSocket(this.guard, encrypted);
  }

  /** A certificate is checked against the host's name, unless the options name another. */
  connect({ host, port, tls: options }: Parameters<DeliveryNetwork['connect']>[0]): Socket {
    const socket = this.socket({ encrypted: options !== undefined });
    socket.connect({ host, port, keepAlive: true });
    if (options === undefined) return socket;
    // An address is checked like a name, but may not be sent as one (RFC 6066).
    const peer = isIP(host) === 0 ? { servername: host } : { host };
    const encrypted = tls.connect({ ...peer, ...options, socket });
    socket.once('error', (error) => encrypted.destroy(error));
    return encrypted;
  }
}
