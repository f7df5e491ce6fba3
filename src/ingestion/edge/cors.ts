import { type NextFunction, type Request, type Response } from 'express';
import { RATE_LIMIT_FIELDS } from '../../auth/rate-limit/rate-limit-fields.js';

/** Paths beside ingestion in the same process that pages of other origins may not use: administration, documents, metrics. */
const PRIVATE = /^\/(?:admin|docs|metrics|openapi(?:\.json)?)(?:\/|$)/i;
const EXPOSED = ['Retry-After', 'X-RateLimit-Reset', ...RATE_LIMIT_FIELDS].join(', ');
const METHODS = new Set(['GET', 'POST', 'HEAD']);

/**
 * CORS as SDKs in browsers need it (WIRE 1.8). The origin is echoed and never `*`, because calls carry credentials. The
 * requested headers are echoed, because `*` does not cover Authorization. Errors have the same headers, even for an origin
 * that the write key does not allow: without them an SDK sees a network error and sends the call again.
 */
export function cors(request: Request, response: Response, next: NextFunction): void {
  if (PRIVATE.test(request.path)) {
    next();
    return;
  }
  response.vary('Origin');
  const { origin } = request.headers;
  const method = request.headers['access-control-request-method'];
  if (origin !== undefined && request.method === 'OPTIONS' && method !== undefined) {
    preflight(request, response, origin, method);
    return;
  }
  if (origin !== undefined) {
    allow(response, origin);
    response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  }
  next();
}

function preflight(request: Request, response: Response, origin: string, method: string): void {
  response.vary('Access-Control-Request-Method').vary('Access-Control-Request-Headers');
  if (METHODS.has(method.toUpperCase())) {
    allow(response, origin);
    const headers = request.headers['access-control-request-headers'];
    response.setHeader('Access-Control-Allow-Methods', method.toUpperCase());
    if (headers !== undefined) response.setHeader('Access-Control-Allow-Headers', headers);
    response.setHeader('Access-Control-Max-Age', '900');
  }
  response.writeHead(204).end();
}

function allow(response: Response, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
}
