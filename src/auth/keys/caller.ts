import { type Request } from 'express';
import { type WriteKeyScope } from '../../database/entities/write-key.entity.js';
import { clientAddress } from './client-address.js';
import { originOf } from './origins.js';

/** Who makes a call, as far as a write key may depend on it. */
export interface Caller {
  readonly kind: WriteKeyScope;
  /** Origin of the page that the call comes from, as far as it is told. */
  readonly origin: string | undefined;
  /** Undefined when a proxy does not say it. */
  readonly address: string | undefined;
}

const PIXEL_PATH = /^\/(?:v1\/)?pixel\//i;
const BEACON_PATH = /^\/beacon\//i;

export const isPixel = (path: string): boolean => PIXEL_PATH.test(path);
export const isBeacon = (path: string): boolean => BEACON_PATH.test(path);

/**
 * The caller of a request, worked out only as far as somebody asks: most keys admit everybody. A pixel is one by its path, a
 * browser tells an origin or sends a beacon, and everybody else is a server; apps on devices look like servers.
 */
export class RequestCaller implements Caller {
  constructor(private readonly request: Request) {}

  get kind(): WriteKeyScope {
    const { path, headers } = this.request;
    if (isPixel(path)) return 'pixel';
    return headers.origin !== undefined || isBeacon(path) ? 'browser' : 'server';
  }

  /** Images are mostly loaded without an Origin, and tell their page by Referer, where they do at all. */
  get origin(): string | undefined {
    const { path, headers } = this.request;
    if (headers.origin !== undefined) return headers.origin;
    return isPixel(path) && headers.referer !== undefined ? originOf(headers.referer) : undefined;
  }

  get address(): string | undefined {
    return clientAddress(this.request);
  }
}
