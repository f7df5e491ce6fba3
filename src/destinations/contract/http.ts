export interface HttpRequest {
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Set where the status says all: then a success resolves at its status line, whatever follows it. */
  readonly ignoresBody?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** The first 64 kB of the body, as far as they arrive in time; empty where a success ignores it. */
  readonly body: string;
}

/** HTTP for handlers: follows no redirects, reaches no private addresses, and limits time and size of a response. */
export interface DeliveryHttp {
  /** Resolves for a status 2xx. Throws a DeliveryError with the matching result for every other status and for failures. */
  send(url: string, request: HttpRequest): Promise<HttpResponse>;
}

/**
 * Reads a Retry-After header, in seconds or as a date, as ms from `now`. Undefined when it is absent or not readable. The
 * retry schedule limits it.
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}
