import { type Socket } from 'node:net';
import { type ConnectionOptions } from 'node:tls';

/** Connections for clients that do not speak HTTP, to permitted addresses only. Refused addresses fail with a DeliveryError. */
export interface DeliveryNetwork {
  /** Opens a connection, encrypted with `tls`. Unencrypted ones reach only networks that the operator has allowed. */
  connect(to: { readonly host: string; readonly port: number; readonly tls?: ConnectionOptions }): Socket;
  /** A socket for a client that calls `connect(port, host)` itself. Set `encrypted` when the client will speak TLS on it. */
  socket(options: { readonly encrypted: boolean }): Socket;
}

/** A host without the brackets that a URL puts around IPv6 addresses. */
export const unbracketed = (host: string): string => host.replace(/^\[|\]$/g, '');
