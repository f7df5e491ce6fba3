import { applyDecorators, UseGuards } from '@nestjs/common';
import { declareTransport } from '../auth/transport.js';
import { WriteKeyGuard } from '../auth/write-key.guard.js';
import { type CallTransport } from '../events/call.js';

/** For a controller of tracking routes: their transport, and the write key guard in front of them. */
export const Transport = (transport: CallTransport): ClassDecorator =>
  applyDecorators(declareTransport(transport), UseGuards(WriteKeyGuard));
