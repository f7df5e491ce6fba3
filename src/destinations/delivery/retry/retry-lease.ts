import { type RetryKey, type RetryLedger } from '../ledger/retry-ledger.js';

/** Lease of a claim without renewal. When a worker dies, another takes over its rows after this time. */
const LEASE_MS = 15_000;
const RENEW_MS = 4_000;

/** The claims on some rows of a destination, renewed until the outcomes of their attempts are recorded. */
export class RetryLease {
  private readonly timer = setInterval(() => void this.renew(), RENEW_MS).unref();

  private constructor(
    private readonly ledger: RetryLedger,
    private readonly destinationId: string,
    private readonly keys: readonly RetryKey[],
  ) {}

  /** Claims the rows that can be claimed; `rows` are those. */
  static async take(ledger: RetryLedger, destinationId: string, keys: readonly RetryKey[]) {
    const rows = await ledger.claim(destinationId, keys, LEASE_MS);
    return { rows, lease: new RetryLease(ledger, destinationId, rows) };
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** A failure is ignored: while Postgres is unavailable no other worker can claim the rows either. */
  private async renew(): Promise<void> {
    await this.ledger.renew(this.destinationId, this.keys, LEASE_MS).catch(() => undefined);
  }
}
