import { type OnModuleDestroy } from '@nestjs/common';
import { type RetryTimer } from '../../ledger/retry-ledger.js';
import { RetryTimers, timerKeyOf } from './retry-timers.js';

/** How late a timer may be; it also bounds the work of a full set: ten thousand timers are checked in about 0.1 ms. */
const TICK_MS = 50;
/** Upper limit of timers, about 3 MB. Further ones are dropped, and the sweeper finds their rows when they are due. */
const MAX_TIMERS = 10_000;

/** Timers in the memory of this process, for the embedded default: no other process attempts its deliveries. */
export class ProcessTimers extends RetryTimers implements OnModuleDestroy {
  private readonly waiting = new Map<string, { readonly timer: RetryTimer; readonly dueAt: number }>();
  private onDue: (timer: RetryTimer) => void = () => undefined;
  private tick: NodeJS.Timeout | undefined;

  /** How many timers are set. */
  get size(): number {
    return this.waiting.size;
  }

  start(onDue: (timer: RetryTimer) => void): void {
    this.onDue = onDue;
  }

  arm(timers: readonly RetryTimer[]): void {
    const now = performance.now();
    for (const timer of timers) {
      const key = timerKeyOf(timer);
      if (this.size < MAX_TIMERS && !this.waiting.has(key))
        this.waiting.set(key, { timer, dueAt: now + timer.delayMs });
    }
    if (this.size > 0) this.tick ??= setInterval(() => this.fire(), TICK_MS).unref();
  }

  /** Forgets all timers. */
  clear(): void {
    this.waiting.clear();
    clearInterval(this.tick);
    this.tick = undefined;
  }

  onModuleDestroy(): void {
    this.clear();
  }

  private fire(): void {
    const now = performance.now();
    for (const [key, { timer, dueAt }] of this.waiting) {
      if (dueAt > now) continue;
      this.waiting.delete(key);
      this.onDue(timer);
    }
    if (this.size === 0) this.clear();
  }
}
