import { type RequestHandler } from 'express';
import { type Config } from '../config/config.js';
import { type HttpAdapter } from './http-adapter.js';

/** Paths for operators and developers, which callers of the tracking API do not need. */
const DOCS = /^\/(?:docs|openapi(?:\.json)?)(?:\/|$)/i;
const METRICS = /^\/metrics(?:\/|$)/i;

/** No route has this path. The answer to a hidden one must be the same: with its own path it would be 405, as its route exists. */
const UNROUTED = '/-';

type Hiding = Pick<Config, 'OPERATIONS_PORT' | 'SERVE_DOCS' | 'SERVE_METRICS'>;

/** Answers the paths for operators as if they did not exist: where they are off, and on the first listener if there is a second. */
export function hideOperations(
  adapter: Pick<HttpAdapter, 'isFromOperations'>,
  { OPERATIONS_PORT, SERVE_DOCS, SERVE_METRICS }: Hiding,
): RequestHandler {
  return (request, _response, next) => {
    const isDocs = DOCS.test(request.path);
    if (!isDocs && !METRICS.test(request.path)) {
      next();
      return;
    }
    const isServed = isDocs ? SERVE_DOCS : SERVE_METRICS;
    const isHere = OPERATIONS_PORT === undefined || adapter.isFromOperations(request);
    if (!isServed || !isHere) request.url = UNROUTED;
    next();
  };
}
