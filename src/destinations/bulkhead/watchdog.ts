/** How a delivery process ended; `closed` by the main process, in order. */
export type ProcessEnd = 'died' | 'blocked' | 'memory' | 'not_started' | 'closed';

const BEATS_PER_LIMIT = 15;
/** How long a process may take until it is ready, in ms. */
const START_MS = 30_000;

/**
 * Ends a delivery process that shows no sign of life, or whose resident memory is too large. It counts its own ticks instead
 * of time: while the main process or the whole machine stands still, no ticks are missed.
 */
export class Watchdog {
  /** Interval of the signs of life, in ms. */
  readonly beatMs: number;
  private silentTicks = 0;
  private limitTicks: number;
  private cause: ProcessEnd = 'not_started';
  private readonly timer: NodeJS.Timeout;

  constructor(
    blockedMs: number,
    private readonly maxResidentBytes: number,
    private readonly end: (cause: ProcessEnd) => void,
  ) {
    this.beatMs = Math.ceil(blockedMs / BEATS_PER_LIMIT);
    this.limitTicks = Math.ceil(START_MS / this.beatMs);
    this.timer = setInterval(() => this.tick(), this.beatMs).unref();
  }

  started(): void {
    this.silentTicks = 0;
    this.limitTicks = BEATS_PER_LIMIT;
    this.cause = 'blocked';
  }

  beat(residentBytes: number): void {
    this.silentTicks = 0;
    if (residentBytes > this.maxResidentBytes) this.end('memory');
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    this.silentTicks += 1;
    if (this.silentTicks >= this.limitTicks) this.end(this.cause);
  }
}
