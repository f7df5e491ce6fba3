/**
 * How an id stands: `claimed` just now, for the one who asked; `pending`, claimed by another collector that has not said
 * yet what became of it; `confirmed`, its message is durable in the event log.
 */
export type ClaimState = 'claimed' | 'pending' | 'confirmed';

/**
 * Remembers the ids of messages for at least the window. Within one process an id is asked for by one call at a time;
 * claims matter where several collectors share a store. Every method rejects when the store is away.
 */
export abstract class DeduplicationStore {
  /** Longest wait for one answer, in ms. */
  abstract readonly limitMs: number;
  /** Resolves when the store works; opens it when need be. */
  abstract check(): Promise<void>;
  /** One standing per key, in order. A claim that is neither confirmed nor released ends by itself. */
  abstract claim(keys: readonly Buffer[]): Promise<readonly ClaimState[]>;
  /** Resolves when a crash of this process does not undo it; false when there is no room to remember the keys. */
  abstract confirm(keys: readonly Buffer[]): Promise<boolean>;
  /** Gives claims back whose messages did not become durable. */
  abstract release(keys: readonly Buffer[]): Promise<void>;
  abstract close(): Promise<void>;
}
