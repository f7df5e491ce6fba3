import { causeChainOf } from './cause-chain.js';

/** Codes of Node and undici as reason codes. A tenant learns what failed, but no address of the operator's network. */
const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  EHOSTUNREACH: 'host_unreachable',
  ENETUNREACH: 'host_unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_ABORTED: 'timeout',
};

/** Codes of Node's TLS handshake and of OpenSSL's certificate checks. */
const TLS = /^ERR_(?:TLS|SSL|OSSL)|CERT|^UNABLE_TO_VERIFY/;

/** Why a connection failed, as a short code such as `connection_refused` or `tls`; `network` for unknown codes. */
export function networkReason(error: unknown): string {
  return namedReason(error) ?? 'network';
}

/** Like networkReason, for errors that need not come from a connection; undefined for unknown codes. */
export function namedReason(error: unknown): string | undefined {
  const code = networkCodeOf(error);
  return TLS.test(code) ? 'tls' : REASONS[code];
}

/**
 * Code of Node or undici of an error or of its causes; empty when there is none. When all addresses of a name fail, Node
 * throws an AggregateError; the code of its last error counts.
 */
export function networkCodeOf(error: unknown): string {
  for (const cause of causeChainOf(error)) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause instanceof AggregateError) return networkCodeOf(cause.errors.at(-1));
    if (cause.name === 'AbortError') return 'UND_ERR_ABORTED';
  }
  return '';
}
