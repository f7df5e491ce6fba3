import { type Request } from 'express';
import { type Received } from '../events/call.js';
import { type Source } from '../events/source.js';

/** A request on its way: the edge puts `received` there, the write key guard then `source` and `writeKeyId`. */
export interface KeyedRequest extends Request {
  received: Received;
  /** Whether the sender wants to be told what became of each message. */
  detailed?: boolean;
  source?: Source;
  writeKeyId?: string;
}
