import { isIP } from 'node:net';
import { type Request } from 'express';

/**
 * Address of the caller: the right-most hop of X-Forwarded-For that is not a trusted proxy, as Express finds it by
 * `trust proxy`. Undefined when a proxy wrote something other than an address there.
 */
export function clientAddress(request: Request): string | undefined {
  const hop = (request.ip ?? '').trim();
  const withoutPort = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^([\d.]+):\d+$/, '$1');
  const address = withoutPort.replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(address) === 0 ? undefined : address;
}
