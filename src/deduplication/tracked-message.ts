import { hash } from 'node:crypto';

/** What deduplication must know of a message. */
export interface Identified {
  readonly messageId: string;
}

/** One message that may be the first of its id, or one more copy. */
export interface Copy<Message> {
  readonly message: Message;
  /** Source and message id: what is unique (WIRE 8.18). */
  readonly name: string;
  /** 128 bits of a hash of the name: what the stores keep. */
  readonly key: Buffer;
}

const KEY_BYTES = 16;

/** The first message of each id, in order; what comes again within one call is a duplicate whatever happens. */
export function distinct<Message extends Identified>(
  sourceId: string,
  messages: readonly Message[],
): Copy<Message>[] {
  const copies = new Map<string, Copy<Message>>();
  for (const message of messages) {
    const name = `${sourceId}\0${message.messageId}`;
    if (!copies.has(name)) copies.set(name, { message, name, key: trackedKeyOf(name) });
  }
  return [...copies.values()];
}

/** SHA-256, because browsers know the write key: nobody else may find an id that hides somebody's event. */
export function trackedKeyOf(name: string): Buffer {
  return hash('sha256', name, 'buffer').subarray(0, KEY_BYTES);
}
