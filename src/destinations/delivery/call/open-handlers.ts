import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Opened } from '../../contract/context.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { GuardedNetwork } from '../../outgoing/guarded-network.js';
import { type PreparedDestination } from '../model/prepared-destination.js';

type Target = Pick<PreparedDestination, 'id' | 'handler' | 'settings'>;

interface Open {
  /** Settings are one object until they change. */
  readonly settings: object;
  readonly opened: Promise<unknown>;
  /** Calls off an `open` that is still at it; undefined once it is done. */
  opening: AbortController | undefined;
  users: number;
  lastUsed: number;
  /** Replaced or no longer wanted: closed by its last user. */
  stale: boolean;
}

/** Most that are open at a time; past that the one that was not used for the longest goes. */
const MAX_OPEN = 200;
const IDLE_MS = 300_000;
const SWEEP_MS = 60_000;
/** How long the end waits for clients that do not let go. */
const PATIENCE_MS = 3_000;

/**
 * What handlers keep open, one for each destination and version of its settings. It is shared by the batches of the
 * destination, and closed when the settings change, when nobody has used it for five minutes, and at the end.
 */
@Injectable()
export class OpenHandlers implements OnApplicationShutdown {
  private readonly logger = new Logger(OpenHandlers.name);
  private readonly open = new Map<string, Open>();
  private readonly closing = new Set<Promise<void>>();
  private readonly timer = setInterval(() => this.sweep(), SWEEP_MS).unref();

  constructor(private readonly network: GuardedNetwork) {}

  /**
   * Runs something with what the handler's `open` made. When that failed, or what runs throws something else than a refusal of
   * the items, the next call opens anew; so it does when the signal has aborted while the handler was still opening.
   */
  async use<T>(target: Target, signal: AbortSignal, run: (opened: unknown) => Promise<T>): Promise<T> {
    if (target.handler.open === undefined) return run(undefined);
    const open = this.openFor(target);
    open.users += 1;
    try {
      return await run(await orAborted(open.opened, signal));
    } catch (error) {
      const isReceivers = error instanceof DeliveryError && error.result.kind === 'reject';
      if (!isReceivers) this.retire(target.id, open);
      throw error;
    } finally {
      open.users -= 1;
      open.lastUsed = Date.now();
      if (open.stale && open.users === 0) this.close(target.id, open);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const [id, open] of this.open) this.retire(id, open);
    await Promise.race([Promise.all(this.closing), sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  private openFor({ id, handler, settings }: Target): Open {
    const known = this.open.get(id);
    if (known?.settings === settings) return known;
    if (known) this.retire(id, known);
    this.makeRoom();
    const opening = new AbortController();
    const context = { settings, destinationId: id, network: this.network, signal: opening.signal };
    const opened = Promise.resolve(context).then((given) => handler.open?.(given));
    const open: Open = { settings, opened, opening, users: 0, lastUsed: Date.now(), stale: false };
    // Whoever uses it is told; between two users nobody listens.
    const done = (): unknown => (open.opening = undefined);
    opened.then(done, done);
    this.open.set(id, open);
    return open;
  }

  private makeRoom(): void {
    if (this.open.size < MAX_OPEN) return;
    const idle = [...this.open].filter(([, { users }]) => users === 0);
    const [oldest] = idle.sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    if (oldest) this.retire(...oldest);
  }

  private sweep(): void {
    const before = Date.now() - IDLE_MS;
    for (const [id, open] of this.open) if (open.users === 0 && open.lastUsed < before) this.retire(id, open);
  }

  private retire(id: string, open: Open): void {
    if (this.open.get(id) === open) this.open.delete(id);
    if (open.stale) return;
    open.stale = true;
    open.opening?.abort();
    if (open.users === 0) this.close(id, open);
  }

  /** An edge: a client that does not close well is said, and harms nobody. */
  private close(id: string, { opened }: Open): void {
    const closed = opened
      .then((resource) => (resource as Opened | undefined)?.close())
      .then(
        () => undefined,
        (error: unknown) => {
          const problem = error instanceof Error ? error.name : String(error);
          this.logger.debug({ event: 'handler.not_closed', destination: id, problem });
        },
      )
      .finally(() => this.closing.delete(closed));
    this.closing.add(closed);
  }
}

/** What is promised, unless the signal aborts before. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: over.signal });
  });
  return Promise.race([promise, aborted]).finally(() => over.abort());
}
