import { type Application, type Request } from 'express';
import { addressOfHop, forwardedHops, hopsOf } from './hops.js';
import { Networks } from './networks.js';

/** The header in which proxies name the caller. */
export const CLIENT_ADDRESS_HEADERS = ['x-forwarded-for', 'forwarded'] as const;
export type ClientAddressHeader = (typeof CLIENT_ADDRESS_HEADERS)[number];

/** The setting of Express that holds how addresses are found: requests reach it without injection. */
const SETTING = 'tributary client address';

type Connected = Pick<Request, 'headers' | 'socket'>;
type AddressOf = (request: Connected) => string | undefined;

/** Decides for all requests of an application which header names the caller, and whose header is believed. */
export function findClientAddresses(
  app: Application,
  trustedProxies: readonly string[],
  header: ClientAddressHeader,
): void {
  app.set(SETTING, behind(trustedProxies, header));
}

/**
 * Address of the caller: the nearest hop that is not a trusted proxy. Undefined when a proxy wrote something other than an
 * address there, since the entries before it may come from the caller.
 */
export function clientAddress(request: Request): string | undefined {
  const addressOf = request.app.get(SETTING) as AddressOf | undefined;
  return (addressOf ?? peerOf)(request);
}

const peerOf: AddressOf = ({ socket }) => addressOfHop(socket.remoteAddress ?? '');

function behind(trustedProxies: readonly string[], header: ClientAddressHeader): AddressOf {
  if (trustedProxies.length === 0) return peerOf;
  const trusted = new Networks(trustedProxies);
  return (request) => {
    let address = peerOf(request);
    if (!trusted.admit(address)) return address;
    for (const hop of hopsIn(request, header).reverse()) {
      address = addressOfHop(hop);
      if (!trusted.admit(address)) return address;
    }
    // Every hop is a proxy of ours: the first one made the call.
    return address;
  };
}

function hopsIn({ headers }: Connected, header: ClientAddressHeader): string[] {
  const value = headers[header];
  const text = Array.isArray(value) ? value.join() : value;
  return header === 'forwarded' ? forwardedHops(text) : hopsOf(text);
}
