import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

const PROBE_MS = 250;

/** The store has not answered within its limit. */
export class StoreTimeout extends Error {
  override readonly name = 'StoreTimeout';
}

/** Something beside the path of the events that may be away. */
export interface Store {
  /** Longest wait for one answer, in ms. */
  readonly limitMs: number;
  /** Resolves when the store works; opens it when need be. */
  check(): Promise<void>;
}

/**
 * Asks a store that may be away: nothing is thrown, nothing takes longer than the store's limit, and once a call has paid it
 * nobody else does, until a probe in the background was answered. An outage is said once, and its end.
 */
export class StoreGuard {
  private readonly logger = new Logger(StoreGuard.name);
  private readonly closing = new AbortController();
  private probing: Promise<void> | undefined;

  constructor(
    /** First word of the log lines. */
    private readonly name: 'deduplication' | 'rate_limit',
    private readonly store: Store,
  ) {}

  /** Resolves when the store works or has failed: a start may wait for it as long as that takes. */
  async open(): Promise<void> {
    await this.store.check().catch((error: unknown) => this.lost(error));
  }

  /** What the store answers; undefined when it is away. */
  async ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.probing || this.closing.signal.aborted) return undefined;
    try {
      return await within(this.store.limitMs, work());
    } catch (error) {
      this.lost(error);
      return undefined;
    }
  }

  /** From now on the store counts as away. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.probing;
  }

  private lost(cause: unknown): void {
    this.probing ??= this.probe(cause).finally(() => (this.probing = undefined));
  }

  /** Until the store works again. The first probe comes at once: most outages are hiccups. */
  private async probe(cause: unknown): Promise<void> {
    const { signal } = this.closing;
    const since = performance.now();
    this.logger.warn({ event: `${this.name}.away`, problem: problemOf(cause) });
    while (!signal.aborted) {
      const works = await within(this.store.limitMs, this.store.check()).then(
        () => true,
        () => false,
      );
      if (works) {
        this.logger.log({ event: `${this.name}.back`, ms: Math.round(performance.now() - since) });
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
