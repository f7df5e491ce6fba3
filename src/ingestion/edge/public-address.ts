import { type Request } from 'express';

/** The address at which clients reach us, in the parts that SDKs need. */
export interface PublicAddress {
  readonly protocol: 'http' | 'https';
  /** Host, port if any, and the path prefix if any, without a trailing slash. */
  readonly host: string;
}

const HOST = /^(?:[a-z\d._-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * The configured address, or else the one that the client used. Express reads it from X-Forwarded-Host and -Proto, if a trusted
 * proxy wrote them, and from Host. If that is not a valid host, it is our local address.
 */
export function publicAddressOf(request: Request, configured?: string): PublicAddress {
  if (configured !== undefined) {
    const { protocol, host, pathname } = new URL(configured);
    return { protocol: protocolOf(protocol.slice(0, -1)), host: host + pathname.replace(/\/+$/, '') };
  }
  return { protocol: protocolOf(request.protocol), host: namedHostOf(request) ?? localHostOf(request) };
}

/** The URL that an SDK needs as its host, for a message; undefined when it is not configured and the client named none. */
export function publicUrlOf(request: Request, configured?: string): string | undefined {
  if (configured === undefined && namedHostOf(request) === undefined) return undefined;
  const { protocol, host } = publicAddressOf(request, configured);
  return `${protocol}://${host}`;
}

function namedHostOf(request: Request): string | undefined {
  // HTTP 1.0 needs no Host header.
  const named = (request.host as string | undefined) ?? '';
  return HOST.test(named) ? named : undefined;
}

const protocolOf = (name: string): PublicAddress['protocol'] => (name === 'https' ? 'https' : 'http');

function localHostOf({ socket }: Request): string {
  const { localAddress = '127.0.0.1', localPort = 80 } = socket;
  return localAddress.includes(':') ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`;
}
