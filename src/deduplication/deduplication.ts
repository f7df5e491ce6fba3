import { deduplicationSkipped } from '../metrics/counters.js';
import { type ClaimState } from './deduplication-store.js';
import { type GuardedStore } from './guarded-store.js';
import { claimableAgain, InFlightMessages, type Undecided } from './in-flight-duplicates.js';
import { type Identified, type TrackedMessage, trackedMessages } from './tracked-message.js';

/** Longest wait of a message for another copy of it, in ms: a little more than the deadline of an append. */
const COPY_WAIT_MS = 3_000;

/** Messages that one call may publish now. The caller ends every claim with `confirm` or `release`. */
export interface Claim<Message> {
  /** First copies, in order; possibly none. */
  readonly fresh: readonly Message[];
  /**
   * To be called when the fresh messages are durable, before the caller is answered: makes further copies duplicates. Then
   * waits for copies in flight in other calls. Resolves to a claim of the messages whose other copy failed, or undefined
   * when every message of the call is durable or a duplicate.
   */
  confirm(): Promise<Claim<Message> | undefined>;
  /** To be called when publishing failed: the next copy is fresh again. */
  release(): Promise<void>;
}

/**
 * Lets the first copy of each message through and drops the others (WIRE 3.6). An id is claimed before its message is
 * published, confirmed after the message is durable, and released when it failed. Only a confirmed copy makes others
 * duplicates, so no message is dropped without an acknowledged copy.
 */
export class Deduplication {
  private readonly inFlight = new InFlightMessages();

  /** Without a store every message is a first copy. */
  constructor(private readonly store: GuardedStore | undefined) {}

  /** Never rejects: without an answer of the store, messages count as first copies. */
  async claim<Message extends Identified>(
    sourceId: string,
    messages: readonly Message[],
  ): Promise<Claim<Message>> {
    if (this.store !== undefined) return this.open(this.store, trackedMessages(sourceId, messages));
    return { fresh: messages, confirm: () => Promise.resolve(undefined), release: () => Promise.resolve() };
  }

  async close(): Promise<void> {
    await this.store?.close();
  }

  /** `overdueAt` is absent in the first claim of a call; after that time copies in flight delay no message any longer. */
  private async open<Message>(
    store: GuardedStore,
    messages: readonly TrackedMessage<Message>[],
    overdueAt?: number,
  ): Promise<Claim<Message>> {
    const isOverdue = overdueAt !== undefined && performance.now() >= overdueAt;
    const { free, held } = isOverdue ? { free: messages, held: [] } : this.inFlight.separate(messages);
    const end = this.inFlight.hold(free);
    const states = await store.claim(free.map(({ key }) => key));
    const { fresh, pending, durable } = byState(free, states, isOverdue);
    const keys = fresh.map(({ key }) => key);
    return {
      fresh: fresh.map(({ message }) => message),
      confirm: async () => {
        const isStored = await store.confirm(keys);
        if (states === undefined || !isStored) deduplicationSkipped.inc(fresh.length);
        end(new Set([...durable, ...fresh.map(({ name }) => name)]));
        // Only now: a call that waits holds no claim, so that no two calls wait for each other.
        return this.claimRest(store, { here: held, elsewhere: pending }, overdueAt);
      },
      release: async () => {
        await store.release(keys);
        end(new Set(durable));
      },
    };
  }

  private async claimRest<Message>(
    store: GuardedStore,
    undecided: Undecided<Message>,
    overdueAt = performance.now() + COPY_WAIT_MS,
  ): Promise<Claim<Message> | undefined> {
    const messages = await claimableAgain(undecided, overdueAt);
    if (messages.length === 0) return undefined;
    const claim = await this.open(store, messages, overdueAt);
    return claim.fresh.length > 0 ? claim : claim.confirm();
  }
}

/** Sorts claimed messages by the answers of the store; `durable` has names. Overdue messages do not wait for pending ones. */
function byState<Message>(
  messages: readonly TrackedMessage<Message>[],
  states: readonly ClaimState[] | undefined,
  isOverdue: boolean,
): { fresh: TrackedMessage<Message>[]; pending: TrackedMessage<Message>[]; durable: string[] } {
  const fresh: TrackedMessage<Message>[] = [];
  const pending: TrackedMessage<Message>[] = [];
  const durable: string[] = [];
  messages.forEach((tracked, index) => {
    const state = states?.[index] ?? 'claimed';
    if (state === 'confirmed') durable.push(tracked.name);
    else if (state === 'claimed' || isOverdue) fresh.push(tracked);
    else pending.push(tracked);
  });
  return { fresh, pending, durable };
}
