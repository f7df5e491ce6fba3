import { type RetryKey, type RetryLedger } from '../ledger/retry-ledger.js';

/** How long a claim lasts that is not renewed: what a worker was at that died comes back after that. */
const LEASE_MS = 15_000;
const RENEW_MS = 4_000;

/** The claims on some rows of a destination, renewed until what became of their attempts is recorded, however long that takes. */
export class RetryLease {
  private readonly timer = setInterval(() => void this.renew(), RENEW_MS).unref();

  private constructor(
    private readonly ledger: RetryLedger,
    private readonly destinationId: string,
    private readonly keys: readonly RetryKey[],
  ) {}

  /** Claims what can be claimed. */
  static async take(ledger: RetryLedger, destinationId: string, keys: readonly RetryKey[]) {
    const rows = await ledger.claim(destinationId, keys, LEASE_MS);
    return { rows, lease: new RetryLease(ledger, destinationId, rows) };
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** An edge: while Postgres is away nobody else can take the claims either, and the work goes on. */
  private async renew(): Promise<void> {
    await this.ledger.renew(this.destinationId, this.keys, LEASE_MS).catch(() => undefined);
  }
}
