/** Commits the positions of one partition: one commit at a time, each with the newest position. */
export class OffsetCommits {
  /** The offset that the group reads next. */
  private next = -1n;
  private committed = -1n;
  private inFlight: Promise<void> | undefined;

  constructor(private readonly commit: (next: bigint) => Promise<void>) {}

  /** Every record before this offset is finished. */
  get position(): bigint {
    return this.next;
  }

  /** Commits in the background. A failed commit is kept for the next one, or for `settle`. */
  advance(next: bigint): void {
    if (next <= this.next) return;
    this.next = next;
    this.inFlight ??= this.run();
  }

  /** Resolves when the position is committed; rejects when the last try fails too. */
  async settle(): Promise<void> {
    await this.inFlight;
    if (this.committed === this.next) return;
    await this.commit(this.next);
    this.committed = this.next;
  }

  private async run(): Promise<void> {
    try {
      while (this.committed < this.next) {
        const { next } = this;
        await this.commit(next);
        this.committed = next;
      }
    } catch {
      // Not lost: until a later commit, a crash only means that more records are redelivered.
    } finally {
      this.inFlight = undefined;
    }
  }
}
