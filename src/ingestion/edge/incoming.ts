import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { isPixel } from '../../auth/keys/caller.js';
import { clientAddress } from '../../auth/keys/client-address.js';
import { type KeyedRequest } from '../../auth/keyed-request.js';
import { type Call } from '../../events/call.js';
import { type EventType } from '../../events/event.js';

/** Paths that people's devices use; the others are for servers (WIRE 3.4). */
const CLIENT_PATH = /^\/(?:v1\/[tipsgab]\/?$|v1\/pixel\/|pixel\/|beacon\/)/i;
/** Version 00 of W3C Trace Context and what later ones begin with. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Parameter of a handler: the request as a Call, whatever its transport. `@Incoming('track', …)` for a single call of that
 * type, `@Incoming('batch', …)` for a batch; pipes follow.
 */
export const Incoming = createParamDecorator((kind: EventType | 'batch', context: ExecutionContext): Call =>
  callOf(context.switchToHttp().getRequest<KeyedRequest>(), kind),
);

/** The guard has run before: without a source there is no call. */
export function callOf(request: KeyedRequest, kind: EventType | 'batch'): Call {
  const { source, writeKeyId, received, detailed, path } = request;
  if (!source || writeKeyId === undefined) throw new Error(`${path} has no write key guard`);
  // The call alone has it now: as values a body can take twenty times its size, and the answer may have to wait for long.
  request.received = { at: received.at, text: '', bytes: 0, body: undefined };
  const ip = clientAddress(request);
  const userAgent = isPixel(path) ? request.headers['user-agent'] : undefined;
  const traceparent = TRACEPARENT.exec(String(request.headers['traceparent']))?.[0];
  return {
    source,
    writeKeyId,
    received,
    ...(kind === 'batch' ? { form: 'batch' } : { form: 'single', type: kind }),
    side: CLIENT_PATH.test(path) ? 'client' : 'server',
    ...(ip !== undefined && { ip }),
    ...(userAgent !== undefined && { userAgent }),
    ...(detailed === true && { detailed }),
    ...(traceparent !== undefined && { traceparent }),
  };
}
