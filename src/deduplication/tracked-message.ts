import { hash } from 'node:crypto';

/** The part of a message that deduplication reads. */
export interface Identified {
  readonly messageId: string;
}

/** A message with its id as the stores know it. */
export interface TrackedMessage<Message> {
  readonly message: Message;
  /** Source and message id, which together are unique (WIRE 8.18). */
  readonly name: string;
  /** The first 128 bits of a hash of the name: what the stores keep. */
  readonly key: Buffer;
}

const KEY_BYTES = 16;

/** The first message of each id, in order. Later ones within the same call are duplicates in any case. */
export function trackedMessages<Message extends Identified>(
  sourceId: string,
  messages: readonly Message[],
): TrackedMessage<Message>[] {
  const tracked = new Map<string, TrackedMessage<Message>>();
  for (const message of messages) {
    const name = `${sourceId}\0${message.messageId}`;
    if (!tracked.has(name)) tracked.set(name, { message, name, key: trackedKeyOf(name) });
  }
  return [...tracked.values()];
}

/**
 * SHA-256, because browsers know the write key: with a weaker hash an attacker could send an id that collides with the id
 * of another sender's event, which would then be dropped as a duplicate.
 */
export function trackedKeyOf(name: string): Buffer {
  return hash('sha256', name, 'buffer').subarray(0, KEY_BYTES);
}
