import { MAX_ITEMS } from '../messages/batch.dto.js';

/** Limits of a message and of a batch (WIRE 1.4, 8.8). */
export class Limits {
  constructor(
    /** Bytes of one message as JSON. */
    readonly eventBytes: number,
    /** Messages of one batch. */
    readonly batchItems = MAX_ITEMS,
    /** Whether a group call may lack a user id and an anonymous id; analytics-node can send such a call. */
    readonly groupWithoutUser = false,
  ) {}

  /** Bytes that an envelope may add to all its items together, each of which inherits the whole context. */
  get inheritedBytes(): number {
    return 256 * this.eventBytes;
  }
}

/** Levels of nesting a message may have (WIRE 3.7). */
export const MAX_DEPTH = 200;
