/**
 * Commits of one partition: one at a time, each with the newest offset there is by then. `next` is the offset that the
 * group reads next.
 */
export class OffsetCommits {
  private next = -1n;
  private committed = -1n;
  private work: Promise<void> | undefined;

  constructor(private readonly commit: (next: bigint) => Promise<void>) {}

  /** Everything before this offset has been finished. */
  get position(): bigint {
    return this.next;
  }

  advance(next: bigint): void {
    if (next <= this.next) return;
    this.next = next;
    this.work ??= this.run();
  }

  /** Resolves when everything is committed; rejects when that fails once more. */
  async settle(): Promise<void> {
    await this.work;
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
      // Kept for `settle` and for the next advance: until then it only means that a crash would bring more again.
    } finally {
      this.work = undefined;
    }
  }
}
