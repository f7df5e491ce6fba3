import { MAX_ITEMS } from '../messages/batch.dto.js';

/** What a message and a batch may hold (WIRE 1.4, 8.8); made from the config by whoever imports the module. */
export class Limits {
  constructor(
    /** Bytes of one message as JSON. */
    readonly eventBytes: number,
    /** Messages of one batch. */
    readonly batchItems = MAX_ITEMS,
    /** Whether a group call may name no user; analytics-node can send such a call. */
    readonly groupWithoutUser = false,
  ) {}

  /** Bytes that an envelope may add to all its items together: the same context, copied into each of them. */
  get inheritedBytes(): number {
    return 256 * this.eventBytes;
  }
}

/** Levels of nesting a message may have (WIRE 3.7). */
export const MAX_DEPTH = 200;
