import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { Injectable } from '@nestjs/common';
import { type DeliveryNetwork } from '../contract/network.js';
import { AddressGuard } from './address-guard.js';
import { GuardedSocket } from './guarded-socket.js';

/** Connections for handlers whose clients do not speak HTTP through HttpClient, to permitted addresses only. */
@Injectable()
export class GuardedNetwork implements DeliveryNetwork {
  constructor(private readonly guard: AddressGuard) {}

  socket({ encrypted }: { readonly encrypted: boolean }): Socket {
    return new GuardedSocket(this.guard, encrypted);
  }

  /** TLS checks the certificate against the host name, unless the options name another. */
  connect({ host, port, tls: options }: Parameters<DeliveryNetwork['connect']>[0]): Socket {
    const socket = this.socket({ encrypted: options !== undefined });
    socket.connect({ host, port, keepAlive: true });
    if (options === undefined) return socket;
    // A certificate may name an IP address, but SNI must not carry one (RFC 6066, section 3).
    const peer = isIP(host) === 0 ? { servername: host } : { host };
    const encrypted = tls.connect({ ...peer, ...options, socket });
    socket.once('error', (error) => encrypted.destroy(error));
    return encrypted;
  }
}
