import { type Request } from 'express';
import { type CallTransport } from '../../events/call.js';
import { clientAddress } from './client-address.js';
import { type WriteKeyScope } from './key-policy.js';
import { originOf } from './origins.js';

/** Who makes a call, as far as the policy of a write key may depend on it. */
export interface Caller {
  /** The scope that the write key needs for this call. */
  readonly kind: WriteKeyScope;
  /** Origin of the page that made the call; undefined when the request does not name it. */
  readonly origin: string | undefined;
  /** Undefined when a proxy sent none that can be read. */
  readonly address: string | undefined;
}

/**
 * The caller of a request. Each fact is computed when it is read, since most keys admit every caller. A call with an Origin
 * header and a beacon come from a browser; apps on devices cannot be told from servers.
 */
export class RequestCaller implements Caller {
  constructor(
    private readonly request: Request,
    private readonly transport: CallTransport,
  ) {}

  get kind(): WriteKeyScope {
    if (this.transport === 'pixel') return 'pixel';
    return this.transport === 'beacon' || this.request.headers.origin !== undefined ? 'browser' : 'server';
  }

  /** Browsers load most images without an Origin header; the Referer header, where there is one, names the page. */
  get origin(): string | undefined {
    const { origin, referer } = this.request.headers;
    if (origin !== undefined) return origin;
    return this.transport === 'pixel' && referer !== undefined ? originOf(referer) : undefined;
  }

  get address(): string | undefined {
    return clientAddress(this.request);
  }
}
