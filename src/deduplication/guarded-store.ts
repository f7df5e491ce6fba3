import { StoreGuard } from '../resilience/store-guard.js';
import { type ClaimState, type DeduplicationStore } from './deduplication-store.js';

/** A store that may be unavailable: no method rejects, and none takes longer than the store's limit. */
export class GuardedStore {
  private readonly guard: StoreGuard;

  constructor(private readonly store: DeduplicationStore) {
    this.guard = new StoreGuard('deduplication', store);
  }

  /** Resolves when the store works or its first check has failed. */
  open(): Promise<void> {
    return this.guard.open();
  }

  /** One state per key; undefined while the store is unavailable. */
  claim(keys: readonly Buffer[]): Promise<readonly ClaimState[] | undefined> {
    return keys.length === 0 ? Promise.resolve([]) : this.guard.ask(() => this.store.claim(keys));
  }

  /** Whether the store has kept the keys. */
  async confirm(keys: readonly Buffer[]): Promise<boolean> {
    if (keys.length === 0) return true;
    return (await this.guard.ask(() => this.store.confirm(keys))) ?? false;
  }

  /** If it fails, the claims expire. */
  async release(keys: readonly Buffer[]): Promise<void> {
    if (keys.length > 0) await this.guard.ask(() => this.store.release(keys));
  }

  async close(): Promise<void> {
    await this.guard.close();
    await this.store.close();
  }
}
