import { type Request } from 'express';

/** Where clients reach us, as SDKs want it told. */
export interface PublicAddress {
  readonly protocol: 'http' | 'https';
  /** Host, port where there is one, and the path below which we live, without a slash behind it. */
  readonly host: string;
}

const HOST = /^(?:[a-z\d._-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * The address that was configured, or else the one the client used: what Express believes of X-Forwarded-Host and -Proto,
 * which is nothing unless a trusted proxy wrote it. A header that names no host is answered with our own address.
 */
export function publicAddressOf(request: Request, configured?: string): PublicAddress {
  if (configured !== undefined) {
    const { protocol, host, pathname } = new URL(configured);
    return { protocol: protocolOf(protocol.slice(0, -1)), host: host + pathname.replace(/\/+$/, '') };
  }
  // HTTP 1.0 may name none.
  const named = (request.host as string | undefined) ?? '';
  const host = HOST.test(named) ? named : localHostOf(request);
  return { protocol: protocolOf(request.protocol), host };
}

const protocolOf = (name: string): PublicAddress['protocol'] => (name === 'https' ? 'https' : 'http');

function localHostOf({ socket }: Request): string {
  const { localAddress = '127.0.0.1', localPort = 80 } = socket;
  return localAddress.includes(':') ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`;
}
