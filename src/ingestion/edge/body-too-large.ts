import { CallError } from '../../events/call-error.js';

/** A body larger than its limit, compressed or not. `endless` when there was too much of it to wait for its end. */
export class BodyTooLarge extends CallError {
  constructor(
    readonly endless = false,
    what = 'the body is too large',
  ) {
    super('payload_too_large', `Exceed payload limit: ${what}`);
  }
}
