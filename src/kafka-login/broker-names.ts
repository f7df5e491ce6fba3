/** No name server has this domain: RFC 6761 keeps `invalid` free. */
const DOMAIN = '.ipv6.invalid';
const SIX = /^\[([^\]]+)\](:\d+)$/;

/**
 * A broker as kafkajs can read it: its list is split at the first colon, which an IPv6 address has many of. `hostOfBroker` gives
 * the address back where the connection is opened.
 */
export const brokerName = (broker: string): string =>
  broker.replace(
    SIX,
    (_, address: string, port: string) => `${address.replaceAll(':', '_')}${DOMAIN}${port}`,
  );

/** The host to connect to for a host that kafkajs names. */
export const hostOfBroker = (host: string): string =>
  host.endsWith(DOMAIN) ? host.slice(0, -DOMAIN.length).replaceAll('_', ':') : host;
