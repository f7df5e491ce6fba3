import { type ClaimState, DeduplicationStore } from '../../src/deduplication/deduplication-store.js';

/** A store in memory that several collectors can share; `away` makes it reject, and `silent` never answer. */
export class FakeDeduplicationStore extends DeduplicationStore {
  override readonly limitMs = 50;
  readonly ids = new Map<string, 'pending' | 'confirmed'>();
  /** Every request, with its number of keys. */
  readonly requests: string[] = [];
  state: 'well' | 'away' | 'silent' = 'well';
  hasRoom = true;

  override check(): Promise<void> {
    return this.answer(() => undefined);
  }

  override claim(keys: readonly Buffer[]): Promise<readonly ClaimState[]> {
    this.requests.push(`claim ${keys.length}`);
    return this.answer(() =>
      keys.map((key) => {
        const state = this.ids.get(key.toString('hex'));
        if (state === undefined) this.ids.set(key.toString('hex'), 'pending');
        return state ?? 'claimed';
      }),
    );
  }

  override confirm(keys: readonly Buffer[]): Promise<boolean> {
    this.requests.push(`confirm ${keys.length}`);
    return this.answer(() => {
      if (this.hasRoom) for (const key of keys) this.ids.set(key.toString('hex'), 'confirmed');
      return this.hasRoom;
    });
  }

  override release(keys: readonly Buffer[]): Promise<void> {
    this.requests.push(`release ${keys.length}`);
    return this.answer(() => {
      for (const key of keys) this.ids.delete(key.toString('hex'));
    });
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  private answer<T>(make: () => T): Promise<T> {
    if (this.state === 'silent') return new Promise(() => undefined);
    if (this.state === 'away') return Promise.reject(new Error('away'));
    return Promise.resolve(make());
  }
}
