/** Codes of Node and undici, in our words: a tenant learns what failed, not where. */
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

/** Of Node's handshake and of OpenSSL's judgement of certificates. */
const TLS = /^ERR_(?:TLS|SSL|OSSL)|CERT|^UNABLE_TO_VERIFY/;

/** Why a connection failed, as a short code: `connection_refused`, `tls`, and `network` for what nobody has named. */
export function networkReason(error: unknown): string {
  return namedReason(error) ?? 'network';
}

/** The same for errors of which nobody knows whether a connection failed; undefined for what has no name here. */
export function namedReason(error: unknown): string | undefined {
  const code = codeOf(error);
  return TLS.test(code) ? 'tls' : REASONS[code];
}

/** Several addresses that all fail come as one AggregateError, with the code of the last one inside. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors.at(-1));
  return error.name === 'AbortError' ? 'UND_ERR_ABORTED' : codeOf(error.cause);
}
