import { Backoff } from '../../../resilience/backoff.js';

/** Consecutive failed calls that open the circuit. */
const FAILURES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** DeliveryAdmission to attempt deliveries: all of them, or one as a probe. */
export interface Pass {
  readonly isProbe: boolean;
}

/** The pass of a closed circuit; it is over when the circuit opens. */
export const EVERYTHING: Pass = { isProbe: false };

/**
 * The circuit breaker of a destination (DESIGN 5.5). Closed, it counts consecutive failed calls; open, it admits one probe at
 * a time, with exponential backoff. A call that the receiver answers closes it. Times are ms since the epoch.
 */
export class Circuit {
  private failures = 0;
  /** When the next probe is due; undefined while the circuit is closed. */
  private probeAt: number | undefined;
  private probe: Pass | undefined;
  private readonly backoff = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS);

  constructor(private readonly random: () => number = Math.random) {}

  get isOpen(): boolean {
    return this.probeAt !== undefined;
  }

  /** Undefined when nothing may be attempted now. The caller must give a pass back. */
  admit(now: number): Pass | undefined {
    if (this.probeAt === undefined) return EVERYTHING;
    if (this.waitMs(now) > 0 || this.probe) return undefined;
    this.probe = { isProbe: true };
    return this.probe;
  }

  /** Frees the place of a probe that was not made, or whose result is unknown. */
  giveBack(pass: Pass): void {
    if (this.probe === pass) this.probe = undefined;
  }

  /** Whether a pass is void: the circuit has opened since, or the probe was made. */
  isOver(pass: Pass): boolean {
    return this.isOpen && this.probe !== pass;
  }

  /** Time until the next probe is due, in ms. */
  waitMs(now: number): number {
    return Math.max((this.probeAt ?? now) - now, 0);
  }

  succeeded(): void {
    this.failures = 0;
    this.probeAt = undefined;
    this.probe = undefined;
    this.backoff.reset();
  }

  /** Ignores failures of calls that were in flight when the circuit opened. `atOnce` opens it with this failure. */
  failed(pass: Pass, now: number, atOnce = false): void {
    if (this.isOver(pass)) return;
    this.failures += 1;
    if (!pass.isProbe && !atOnce && this.failures < FAILURES) return;
    // Half of the wait is jitter: many destinations may share one receiver, and their probes must not coincide.
    this.probeAt = now + this.backoff.next() * (0.5 + this.random() / 2);
    this.probe = undefined;
  }
}
