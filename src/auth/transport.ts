import { SetMetadata, type Type } from '@nestjs/common';
import { type CallTransport } from '../events/call.js';

const TRANSPORT = 'tributary:transport';

/** Declares the transport of every route of a controller. */
export const declareTransport = (transport: CallTransport): ClassDecorator =>
  SetMetadata(TRANSPORT, transport);

/** The transport that a controller declares; throws for one without a declaration, which is a mistake of ours. */
export function transportOf(controller: Type): CallTransport {
  const transport = Reflect.getMetadata(TRANSPORT, controller) as CallTransport | undefined;
  if (transport === undefined) throw new Error(`${controller.name} declares no transport`);
  return transport;
}
