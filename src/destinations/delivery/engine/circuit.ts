import { Backoff } from '../../../resilience/backoff.js';

/** Calls that must fail as a whole, one after another, for the circuit to open. */
const FAILURES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Leave to try: everything, or as a probe one delivery. */
export interface Pass {
  readonly isProbe: boolean;
}

/** Leave of a circuit that is closed; it ends when that opens. */
export const EVERYTHING: Pass = { isProbe: false };

/**
 * Whether a destination that keeps failing is tried at all (DESIGN 5.5). Closed, it counts failed calls in a row; open, it lets
 * out one probe at a time, with waits that double. Any answer to any call closes it. Times are ms since the epoch.
 */
export class Circuit {
  private failures = 0;
  /** When the next probe may go; undefined while the circuit is closed. */
  private probeAt: number | undefined;
  private probe: Pass | undefined;
  private readonly backoff = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS);

  constructor(private readonly random: () => number = Math.random) {}

  get isOpen(): boolean {
    return this.probeAt !== undefined;
  }

  /** Undefined when nothing may be tried now. Whoever gets a pass gives it back. */
  admit(now: number): Pass | undefined {
    if (this.probeAt === undefined) return EVERYTHING;
    if (this.waitMs(now) > 0 || this.probe) return undefined;
    this.probe = { isProbe: true };
    return this.probe;
  }

  /** A probe that was never made, or whose end nobody knows, leaves its place to another. */
  giveBack(pass: Pass): void {
    if (this.probe === pass) this.probe = undefined;
  }

  /** Whether nothing more may be tried with a pass: the circuit has opened since, or the probe was made. */
  isOver(pass: Pass): boolean {
    return this.isOpen && this.probe !== pass;
  }

  /** How long until the next probe may go. */
  waitMs(now: number): number {
    return Math.max((this.probeAt ?? now) - now, 0);
  }

  succeeded(): void {
    this.failures = 0;
    this.probeAt = undefined;
    this.probe = undefined;
    this.backoff.reset();
  }

  /** Failures of calls that were under way when the circuit opened change nothing. */
  failed(pass: Pass, now: number): void {
    if (this.isOver(pass)) return;
    this.failures += 1;
    if (!pass.isProbe && this.failures < FAILURES) return;
    // Half of the wait is jitter, so that the probes of many destinations at one receiver do not go together.
    this.probeAt = now + this.backoff.next() * (0.5 + this.random() / 2);
    this.probe = undefined;
  }
}
