import { isIP } from 'node:net';
import { type Request } from 'express';

/**
 * Address of the caller: the right-most hop of X-Forwarded-For that is no trusted proxy, which is what Express makes of
 * `trust proxy`. Undefined when a proxy wrote something else than an address there.
 */
export function clientAddress(request: Request): string | undefined {
  const hop = (request.ip ?? '').trim();
  const withoutPort = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^([\d.]+):\d+$/, '$1');
  const address = withoutPort.replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(address) === 0 ? undefined : address;
}
