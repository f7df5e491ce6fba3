import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import { clientAddress } from '../../auth/keys/client-address.js';
import { type KeyedRequest, takeBody } from '../../auth/keyed-request.js';
import { type Call } from '../../events/call.js';
import { type EventType } from '../../events/event.js';
import { wantsDetails } from './preference.js';

/** What a route takes: a single call of this type, or a batch. */
export type CallKind = EventType | 'batch';

/** Version 00 of W3C Trace Context; later versions begin the same way. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const KIND = 'tributary:kind';

const incoming = createParamDecorator((kind: CallKind, context: ExecutionContext): Call =>
  callOf(context.switchToHttp().getRequest<KeyedRequest>(), kind),
);

/** Parameter of a route: the request as a call of this kind. The normalization pipe follows. */
export const Incoming =
  (kind: CallKind, pipe: Type<PipeTransform>): ParameterDecorator =>
  (controller, name, index) => {
    if (name === undefined) throw new Error('a constructor takes no call');
    incoming(kind, pipe)(controller, name, index);
    Reflect.defineMetadata(KIND, kind, controller, name);
  };

/** What the route of a controller's method takes; undefined for a method that takes no call. */
export function kindOf(controller: Type, name: string): CallKind | undefined {
  return Reflect.getMetadata(KIND, controller.prototype as object, name) as CallKind | undefined;
}

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
