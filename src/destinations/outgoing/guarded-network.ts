import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { Injectable } from '@nestjs/common';
import { type ConnectionTarget, type DeliveryNetwork, type Inspect } from '../contract/network.js';
import { AddressGuard } from './address-guard.js';
import { AnswerBudget } from './containment/answer-budget.js';
import { contain } from './containment/contain.js';
import { GuardedSocket } from './guarded-socket.js';

/**
 * Connections for handlers whose clients do not speak HTTP through HttpClient, to permitted addresses only. No answer on them
 * can end the process, and each network has one budget of received bytes.
 */
@Injectable()
export class GuardedNetwork implements DeliveryNetwork {
  private readonly budget = new AnswerBudget();

  constructor(private readonly guard: AddressGuard) {}

  /** The network of one destination: with the same guard and a budget of its own. */
  ofOneDestination(): GuardedNetwork {
    return new GuardedNetwork(this.guard);
  }

  socket({ encrypted, inspect }: Parameters<DeliveryNetwork['socket']>[0]): Socket {
    return contain(new GuardedSocket(this.guard, encrypted), this.budget, inspect);
  }

  contain(socket: Socket, inspect?: Inspect): void {
    contain(socket, this.budget, inspect);
  }

  /** TLS checks the certificate against the host name, unless the options name another. */
  connect({ host, port, tls: options, inspect }: ConnectionTarget): Socket {
    const to = { host, port, keepAlive: true };
    if (options === undefined)
      return contain(new GuardedSocket(this.guard, false), this.budget, inspect).connect(to);
    // Encrypted bytes have a budget of their own, or each byte would count twice.
    const socket = contain(new GuardedSocket(this.guard, true), new AnswerBudget()).connect(to);
    // A certificate may name an IP address, but SNI must not carry one (RFC 6066, section 3).
    // Nor may it carry the dot at the end of a full name.
    const peer = isIP(host) === 0 ? { servername: host.replace(/\.$/, '') } : { host };
    const encrypted = contain(tls.connect({ ...peer, ...options, socket }), this.budget, inspect);
    // Both sockets may report the same failure, so no listener here may be removed after the first report.
    socket.on('error', (error) => encrypted.destroy(error));
    return encrypted;
  }
}
