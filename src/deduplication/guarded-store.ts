import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type DeduplicationStore, type Standing } from './deduplication-store.js';

const PROBE_MS = 250;

/** The store has not answered within its limit. */
export class StoreTimeout extends Error {
  override readonly name = 'StoreTimeout';
}

/**
 * A store that may be away: nothing is thrown, nothing takes longer than the store's limit, and once a call has paid it
 * nobody else does, until a probe in the background was answered. An outage is said once, and its end.
 */
export class GuardedStore {
  private readonly log = new Logger(GuardedStore.name);
  private readonly closing = new AbortController();
  private probing: Promise<void> | undefined;

  constructor(private readonly store: DeduplicationStore) {}

  /** Resolves when the store works or has failed: a start may wait for it as long as that takes. */
  async open(): Promise<void> {
    await this.store.check().catch((error: unknown) => this.lost(error));
  }

  /** One standing per key; undefined when the store is away, and nobody knows. */
  claim(keys: readonly Buffer[]): Promise<readonly Standing[] | undefined> {
    return keys.length === 0 ? Promise.resolve([]) : this.ask(() => this.store.claim(keys));
  }

  /** Whether the store has remembered the keys. */
  async confirm(keys: readonly Buffer[]): Promise<boolean> {
    if (keys.length === 0) return true;
    return (await this.ask(() => this.store.confirm(keys))) ?? false;
  }

  /** Where it fails, the claims end by themselves. */
  async release(keys: readonly Buffer[]): Promise<void> {
    if (keys.length > 0) await this.ask(() => this.store.release(keys));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.probing;
    await this.store.close();
  }

  private async ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.probing || this.closing.signal.aborted) return undefined;
    try {
      return await within(this.store.limitMs, work());
    } catch (error) {
      this.lost(error);
      return undefined;
    }
  }

  private lost(cause: unknown): void {
    this.probing ??= this.probe(cause).finally(() => (this.probing = undefined));
  }

  /** Until the store works again. The first probe comes at once: most outages are hiccups. */
  private async probe(cause: unknown): Promise<void> {
    const { signal } = this.closing;
    const since = performance.now();
    this.log.warn({ event: 'deduplication.away', problem: problemOf(cause) });
    while (!signal.aborted) {
      const works = await within(this.store.limitMs, this.store.check()).then(
        () => true,
        () => false,
      );
      if (works) {
        this.log.log({ event: 'deduplication.back', ms: Math.round(performance.now() - since) });
        return;
      }
      await pause(PROBE_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

const problemOf = (error: unknown): string =>
  error instanceof Error ? ('code' in error ? String(error.code) : error.name) : String(error);

/** An answer that lies in the socket when the time is up, because this process was busy, still counts. */
function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new StoreTimeout())), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
