import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type KeyedRequest } from '../../auth/keyed-request.js';
import { type Call } from '../../events/call.js';
import { type EventType } from '../../events/event.js';
import { clientAddress } from './client-address.js';

/** Paths that people's devices use; the others are for servers (WIRE 3.4). */
const CLIENT_PATH = /^\/(?:v1\/[tipsgab]\/?$|v1\/pixel\/|pixel\/|beacon\/)/i;
const PIXEL_PATH = /^\/(?:v1\/)?pixel\//i;

/**
 * Parameter of a handler: the request as a Call, whatever its transport. `@Incoming('track', …)` for a single call of that
 * type, `@Incoming('batch', …)` for a batch; pipes follow.
 */
export const Incoming = createParamDecorator((kind: EventType | 'batch', context: ExecutionContext): Call =>
  callOf(context.switchToHttp().getRequest<KeyedRequest>(), kind),
);

/** The guard has run before: without a source there is no call. */
export function callOf(request: KeyedRequest, kind: EventType | 'batch'): Call {
  const { source, received, path } = request;
  if (!source) throw new Error(`${path} has no write key guard`);
  const ip = clientAddress(request);
  const userAgent = PIXEL_PATH.test(path) ? request.headers['user-agent'] : undefined;
  return {
    source,
    received,
    ...(kind === 'batch' ? { form: 'batch' } : { form: 'single', type: kind }),
    side: CLIENT_PATH.test(path) ? 'client' : 'server',
    ...(ip !== undefined && { ip }),
    ...(userAgent !== undefined && { userAgent }),
  };
}
