import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { reasonOf } from '../../../resilience/reason-of.js';
import { orAborted, withDeadline } from '../../../resilience/time-limit.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type Opened } from '../../contract/context.js';
import { GuardedNetwork } from '../../outgoing/guarded-network.js';
import { type PreparedDestination } from '../model/prepared-destination.js';

type Target = Pick<PreparedDestination, 'id' | 'handler' | 'settings'>;

interface Open {
  /** One object until the settings change. */
  readonly settings: object;
  readonly opened: Promise<unknown>;
  /** Aborts an `open` that has not settled; undefined once it has. */
  opening: AbortController | undefined;
  users: number;
  lastUsed: number;
  /** Replaced or retired: closed when its last call ends. */
  stale: boolean;
}

/** Upper limit of open handlers; beyond it the least recently used one is closed. */
const MAX_OPEN = 200;
const IDLE_MS = 300_000;
const SWEEP_MS = 60_000;
/** How long a stopping process waits for clients that do not close. */
const CLOSE_MS = 3_000;

/**
 * What handlers keep open, one for each destination. It is shared by the calls of the destination, and closed when the
 * settings change, after five minutes without a call, and at shutdown.
 */
@Injectable()
export class OpenHandlers implements OnApplicationShutdown {
  private readonly logger = new Logger(OpenHandlers.name);
  private readonly open = new Map<string, Open>();
  private readonly closing = new Set<Promise<void>>();
  private readonly timer = setInterval(() => this.sweep(), SWEEP_MS).unref();

  constructor(private readonly network: GuardedNetwork) {}

  /**
   * Runs a call with what the handler's `open` returned. The next call opens a new one after a failed `open`, after an abort
   * during `open`, and after a call that threw anything but a refusal of the items.
   */
  async use<T>(target: Target, signal: AbortSignal, run: (opened: unknown) => Promise<T>): Promise<T> {
    if (target.handler.open === undefined) return run(undefined);
    const open = this.openFor(target);
    open.users += 1;
    try {
      return await run(await orAborted(open.opened, signal));
    } catch (error) {
      if (!isRefusal(error)) this.retire(target.id, open);
      throw error;
    } finally {
      open.users -= 1;
      open.lastUsed = Date.now();
      if (open.stale && open.users === 0) this.close(target.id, open);
    }
  }

  /** Closes what a destination has open as soon as its calls have ended. */
  release(id: string): void {
    const open = this.open.get(id);
    if (open) this.retire(id, open);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const [id, open] of this.open) this.retire(id, open);
    await withDeadline(Promise.all(this.closing), CLOSE_MS);
  }

  private openFor({ id, handler, settings }: Target): Open {
    const known = this.open.get(id);
    if (known?.settings === settings) return known;
    if (known) this.retire(id, known);
    this.makeRoom();
    const opening = new AbortController();
    const context = {
      settings,
      destinationId: id,
      network: this.network.ofOneDestination(),
      signal: opening.signal,
    };
    const opened = Promise.resolve(context).then((given) => handler.open?.(given));
    const open: Open = { settings, opened, opening, users: 0, lastUsed: Date.now(), stale: false };
    // Also handles a rejection: between two calls there is no other listener.
    const settled = (): unknown => (open.opening = undefined);
    opened.then(settled, settled);
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

  /** A client that fails to close is logged, and does not hold up anything else. */
  private close(id: string, { opened }: Open): void {
    const closed = opened
      .then((resource) => (resource as Opened | undefined)?.close())
      .then(
        () => undefined,
        (error: unknown) => {
          this.logger.debug({ event: 'handler.not_closed', destination: id, reason: reasonOf(error) });
        },
      )
      .finally(() => this.closing.delete(closed));
    this.closing.add(closed);
  }
}

/** Refused items, also those of a firewall, say nothing about what is open. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof DeliveryError)) return false;
  const { result } = error;
  return result.kind === 'reject' || (result.kind === 'auth' && result.doubt === 'event');
}
