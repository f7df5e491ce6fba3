import { type Socket } from 'node:net';
import { type ConnectionOptions } from 'node:tls';

/** Where to connect to, and how. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly tls?: ConnectionOptions;
  readonly inspect?: Inspect;
}

/** Reads decrypted bytes before the client does. What it throws closes the connection. */
export type Inspect = (chunk: Buffer) => void;

/**
 * Connections for clients that do not speak HTTP, to permitted addresses only. Refused addresses fail with a DeliveryError, as
 * do connections whose server sends too much, or sends what the client cannot read. Listeners may throw.
 */
export interface DeliveryNetwork {
  /** Opens a connection, encrypted with `tls`. Unencrypted ones reach only networks that the operator has allowed. */
  connect(to: ConnectionTarget): Socket;
  /** A socket for a client that calls `connect(port, host)` itself. Set `encrypted` when the client will speak TLS on it. */
  socket(options: { readonly encrypted: boolean; readonly inspect?: Inspect | undefined }): Socket;
  /** Applies the limits of this network to a TLS socket that a client has opened on a socket of it. Call it once per socket. */
  contain(socket: Socket, inspect?: Inspect): void;
}

/** A host without the brackets that a URL puts around IPv6 addresses. */
export const unbracketed = (host: string): string => host.replace(/^\[|\]$/g, '');
