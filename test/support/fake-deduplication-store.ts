import { DeduplicationStore, type ClaimState } from '../../src/deduplication/deduplication-store.js';

/** A store in memory that several collectors may share, and that can be away or silent. */
export class FakeDeduplicationStore extends DeduplicationStore {
  override readonly limitMs = 50;
  readonly ids = new Map<string, 'pending' | 'confirmed'>();
  /** What it was asked for, with the number of keys. */
  readonly asked: string[] = [];
  state: 'well' | 'away' | 'silent' = 'well';
  hasRoom = true;

  override check(): Promise<void> {
    return this.answer(() => undefined);
  }

  override claim(keys: readonly Buffer[]): Promise<readonly ClaimState[]> {
    this.asked.push(`claim ${keys.length}`);
    return this.answer(() =>
      keys.map((key) => {
        const standing = this.ids.get(key.toString('hex'));
        if (standing === undefined) this.ids.set(key.toString('hex'), 'pending');
        return standing ?? 'claimed';
      }),
    );
  }

  override confirm(keys: readonly Buffer[]): Promise<boolean> {
    this.asked.push(`confirm ${keys.length}`);
    return this.answer(() => {
      if (this.hasRoom) for (const key of keys) this.ids.set(key.toString('hex'), 'confirmed');
      return this.hasRoom;
    });
  }

  override release(keys: readonly Buffer[]): Promise<void> {
    this.asked.push(`release ${keys.length}`);
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
