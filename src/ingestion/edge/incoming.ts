import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { clientAddress } from '../../auth/keys/client-address.js';
import { type KeyedRequest, takeBody } from '../../auth/keyed-request.js';
import { type Call } from '../../events/call.js';
import { type EventType } from '../../events/event.js';
import { wantsDetails } from './preference.js';

/** What a route takes: a single call of this type, or a batch. */
type CallKind = EventType | 'batch';

/** Version 00 of W3C Trace Context; later versions begin the same way. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Parameter of a route: the request as a call of this kind. The normalization pipe follows. */
export const Incoming = createParamDecorator((kind: CallKind, context: ExecutionContext): Call =>
  callOf(context.switchToHttp().getRequest<KeyedRequest>(), kind),
);

/** The request as a call, the same for every transport. Empties the request's body. */
export function callOf(request: KeyedRequest, kind: CallKind): Call {
  const { sender, headers } = request;
  if (sender === undefined) throw new Error(`${request.path} has no write key guard`);
  const ip = clientAddress(request);
  const userAgent = sender.transport === 'pixel' ? headers['user-agent'] : undefined;
  const traceparent = TRACEPARENT.exec(String(headers['traceparent']))?.[0];
  return {
    ...sender,
    received: takeBody(request),
    ...(kind === 'batch' ? { form: 'batch' } : { form: 'single', type: kind }),
    ...(ip !== undefined && { ip }),
    ...(userAgent !== undefined && { userAgent }),
    ...(wantsDetails(request) && { detailed: true }),
    ...(traceparent !== undefined && { traceparent }),
  };
}
