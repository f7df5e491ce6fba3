/**
 * State of an id after a claim. `claimed`: the caller holds it now. `pending`: another collector has claimed it and neither
 * confirmed nor released it. `confirmed`: its message is durable in the event log.
 */
export type ClaimState = 'claimed' | 'pending' | 'confirmed';

/**
 * Keeps the ids of messages for at least the window. Within one process one call at a time claims an id, so claims matter
 * only where several collectors share a store. Every method rejects while the store is unavailable.
 */
export abstract class DeduplicationStore {
  /** Longest wait for one answer, in ms. */
  abstract readonly limitMs: number;
  /** Resolves when the store works; opens it if necessary. */
  abstract check(): Promise<void>;
  /** One state per key, in order. A claim that is neither confirmed nor released expires. */
  abstract claim(keys: readonly Buffer[]): Promise<readonly ClaimState[]>;
  /** Resolves when the keys survive a crash of this process; to false when the store has no room for them. */
  abstract confirm(keys: readonly Buffer[]): Promise<boolean>;
  /** Gives up claims of messages that did not become durable. */
  abstract release(keys: readonly Buffer[]): Promise<void>;
  abstract close(): Promise<void>;
}
